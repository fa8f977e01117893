/*
 * report.h - reports the start, the progress and the end of a replay to the user.
 *
 *     report_start(&settings, &dataset, publisher);
 *     report_schedule(schedule, settings.speed);
 *     report_pause(&pacer);                          // before each event; logs a long pause
 *     report_progress("orders", 0.4, 4000);          // often; is shown a few times per second
 *     report_end(&settings, form, &counts, &pacer, publisher);
 *
 * In all functions a publisher of NULL means a dry run. Start and end are log lines
 * (log.h) whose key=value parts are stable, so scripts may read them.
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
    uint64_t rows, rejected; /* rows of the orders file; rejected rows of all files */
    uint64_t out_of_order;   /* rows of the orders file with an earlier time than a row before them */
    uint64_t blank_rows;     /* of the orders file; not included in `rows` */
    uint64_t duplicates;     /* events that were sent twice on purpose */
    uint64_t cut, converted; /* times in the files that were truncated to milliseconds; converted to UTC */
    struct tally handed_over;
};

void report_start(const struct settings *settings, const struct dataset *dataset, const struct publisher *publisher);

/* Reports the events to be sent in event-time order, and how long that takes at this speed (0: as fast as possible). */
void report_schedule(const struct schedule *schedule, double speed);

/* Reports when the next event is sent, if that is in half a minute or more. Once for each event. */
void report_pause(const struct pacer *pacer);

/* Reports the progress of `what`: a share of 0 to 1, or negative if the total is not known, and a count. */
void report_progress(const char *what, double share, uint64_t count);

void report_end(const struct settings *settings, const struct event_form *form, const struct replay_counts *counts,
                const struct pacer *pacer, const struct publisher *publisher);

#endif
