/*
 * schedule.h - the events of a whole file in event-time order.
 *
 * All events are in memory: the id and payload of each order once, and 16 bytes per
 * event. They are sorted by (time, order of arrival, lifecycle).
 *
 *     struct schedule *schedule = schedule_new(form);
 *
 *     schedule_add(schedule, events.events, events.count, events.payload);    // for each order
 *     schedule_sort(schedule);
 *     while ((payload = schedule_next(schedule, &event)))
 *         send(&event, payload);
 *     schedule_free(schedule);
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "event.h"

#include <stddef.h>
#include <stdint.h>

struct schedule;

/* Borrows the form, which has the types of the events. */
struct schedule *schedule_new(const struct event_form *form);

/* Adds events of one order, which share a payload. All are copied. */
void schedule_add(struct schedule *schedule, const struct event *events, size_t count, const char *payload);

/* Call it once, after all events were added. */
void schedule_sort(struct schedule *schedule);

/* The next event and, borrowed from the schedule, its payload; NULL at the end. */
const char *schedule_next(struct schedule *schedule, struct event *event);

/* The number of events in the schedule, whether sent or not, and the bytes that it uses. */
size_t schedule_count(const struct schedule *schedule);
size_t schedule_memory(const struct schedule *schedule);

/* Milliseconds of event time from the first event to the last. Only after schedule_sort. */
int64_t schedule_span(const struct schedule *schedule);

void schedule_free(struct schedule *schedule);

#endif
