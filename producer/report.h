/*
 * report.h - what the user is told of a replay: its start, its progress, its end.
 *
 *     report_start(&settings, &dataset, publisher);
 *     report_schedule(schedule, settings.speed);
 *     report_pause(&pacer);                          // before each event; logs when it is not due for long
 *     report_progress("orders", 0.4, 4000);          // often; shows itself a few times a second
 *     report_end(&settings, form, &counts, &pacer, publisher);
 *
 * Everywhere a publisher of NULL means a dry run. Start and end are log lines
 * (log.h) whose key=value parts are stable, so that scripts may read them.
 */
#ifndef REPORT_H
#define REPORT_H

#include "dataset.h"
#include "event_form.h"
#include "pacer.h"
#include "publisher.h"
#include "schedule.h"
#include "settings.h"
#include "tally.h"

#include <stdint.h>

struct replay_counts {
    uint64_t rows, rejected; /* of the orders file; of all files */
    uint64_t out_of_order;   /* rows placed earlier than one before them */
    uint64_t blank_rows;     /* of the orders file, and not among its rows */
    uint64_t duplicates;     /* events that were sent twice on purpose */
    uint64_t cut, converted; /* times of the files: to milliseconds; to UTC */
    struct tally handed_over;
};

void report_start(const struct settings *settings, const struct dataset *dataset, const struct publisher *publisher);

/* What is about to be sent in event-time order, and how long that takes at this speed (0: as fast as possible). */
void report_schedule(const struct schedule *schedule, double speed);

/* When the next event is sent, if that is half a minute from now or more. Once for each event. */
void report_pause(const struct pacer *pacer);

/* How much of `what` is done: a share of 0 to 1, or negative when the whole is not known, and a count. */
void report_progress(const char *what, double share, uint64_t count);

void report_end(const struct settings *settings, const struct event_form *form, const struct replay_counts *counts,
                const struct pacer *pacer, const struct publisher *publisher);

#endif
