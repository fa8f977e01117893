#include "report.h"

#include "log.h"
#include "timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { PAUSE_REPORTED_MS = 30000 };

void report_start(const struct settings *settings, const struct dataset *dataset, const struct publisher *publisher)
{
    char pace[64] = "as-fast-as-possible";

    if (settings->speed > 0 && settings->rate > 0)
        snprintf(pace, sizeof(pace), "scaled speed=%g rate=%g", settings->speed, settings->rate);
    else if (settings->speed > 0)
        snprintf(pace, sizeof(pace), "scaled speed=%g", settings->speed);
    else if (settings->rate > 0)
        snprintf(pace, sizeof(pace), "capped rate=%g", settings->rate);
    log_info("replay", "reading orders=%s customers=%s items=%s", dataset->paths[ORDERS_FILE],
             dataset->paths[CUSTOMERS_FILE] ? dataset->paths[CUSTOMERS_FILE] : "none",
             dataset->paths[ITEMS_FILE] ? dataset->paths[ITEMS_FILE] : "none");
    if (!publisher)
        log_info("replay", "dry run, nothing is sent pace=%s order=%s", pace, settings->order);
    else
        log_info("replay", "sending to brokers=%s topic=%s partitions=%d pace=%s order=%s", settings->program.brokers,
                 settings->topic, publisher_partitions(publisher), pace, settings->order);
}

/* When something happens that is so far ahead, by the wall clock, in UTC. */
static void print_moment(int64_t ahead_ms, char text[TIMESTAMP_SIZE])
{
    int64_t at = (time(NULL) + ahead_ms / 1000) * 1000;

    timestamp_print(at < TIMESTAMP_LAST ? at : TIMESTAMP_LAST, text);
}

void report_schedule(const struct schedule *schedule, double speed)
{
    int64_t span = schedule_span(schedule), wait = speed > 0 ? (int64_t)((double)span / speed) : 0;
    char end[TIMESTAMP_SIZE];

    log_info("replay", "all orders read, sending in event-time order events=%zu memory-MB=%zu",
             schedule_count(schedule), schedule_memory(schedule) / 1000000);
    if (speed <= 0)
        return;
    print_moment(wait, end);
    log_info("replay", "%.1f days of event time take %" PRId64 " s, until %sZ", (double)span / 86400e3, wait / 1000,
             end);
}

void report_pause(const struct pacer *pacer)
{
    int64_t left = pacer_left_ms(pacer);
    char before[TIMESTAMP_SIZE], next[TIMESTAMP_SIZE], moment[TIMESTAMP_SIZE];

    if (left < PAUSE_REPORTED_MS)
        return;
    timestamp_print(pacer->last_at, before);
    timestamp_print(pacer->at, next);
    print_moment(left, moment);
    log_info("replay", "the next event goes out in %" PRId64 " s, at %sZ last=%s next=%s", left / 1000, moment, before,
             next);
}

void report_progress(const char *what, double share, uint64_t count)
{
    static const char BAR[] = "##############################", REST[] = "..............................";
    enum { WIDTH = sizeof(BAR) - 1 };
    _Static_assert(sizeof(BAR) == sizeof(REST), "the bar is as wide when it is empty");
    int filled = share >= 1 ? WIDTH : (int)(share * WIDTH);

    if (!log_progress_is_due())
        return;
    if (share < 0)
        log_progress("%s %" PRIu64, what, count);
    else
        log_progress("%s [%.*s%.*s] %3d %% %" PRIu64, what, filled, BAR, WIDTH - filled, REST, (int)(share * 100),
                     count);
}

/* The first and last eventAt, as text. */
struct span {
    char first[TIMESTAMP_SIZE], last[TIMESTAMP_SIZE];
};

static struct span span_of(const struct tally *tally)
{
    struct span span = { "none", "none" };

    if (tally->first_at != TIMESTAMP_NONE) {
        timestamp_print(tally->first_at, span.first);
        timestamp_print(tally->last_at, span.last);
    }
    return span;
}

static bool is_paced(const struct settings *settings)
{
    return settings->speed > 0 || settings->rate > 0;
}

static void report_dry_end(const struct settings *settings, const struct event_form *form,
                           const struct replay_counts *counts, const struct pacer *pacer)
{
    const struct tally *tally = &counts->handed_over;
    struct span span = span_of(tally);
    char seconds[32] = "as-fast-as-possible";

    if (is_paced(settings))
        snprintf(seconds, sizeof(seconds), "%.3f", (double)pacer->due / 1e9);
    for (int type = 0; type < form->type_count; type++)
        log_info("summary", "%-17s events=%" PRIu64, form->types[type].name, tally->events[type]);
    log_info("summary",
             "total events=%" PRIu64 " duplicates=%" PRIu64 " rejected=%" PRIu64 " seconds=%s first=%s last=%s",
             tally_total(tally), counts->duplicates, counts->rejected, seconds, span.first, span.last);
}

static void report_sent(const struct settings *settings, const struct event_form *form,
                        const struct replay_counts *counts, const struct pacer *pacer,
                        const struct publisher_counts *sent)
{
    double seconds = pacer->is_started ? (double)pacer_elapsed(pacer) / 1e9 : 0;
    uint64_t acknowledged = tally_total(&sent->acknowledged);
    struct span span = span_of(&sent->acknowledged);

    if (is_paced(settings))
        log_info("summary", "pace drift-worst-ms=%.1f drift-last-ms=%.1f", (double)pacer->worst_drift / 1e6,
                 (double)pacer->last_drift / 1e6);
    for (int type = 0; type < form->type_count; type++)
        log_info("summary", "%-17s events=%" PRIu64 " acknowledged=%" PRIu64, form->types[type].name,
                 counts->handed_over.events[type], sent->acknowledged.events[type]);
    log_info("summary",
             "total events=%" PRIu64 " acknowledged=%" PRIu64 " failed=%" PRIu64 " not-sent=%" PRIu64
             " unknown=%" PRIu64 " duplicates=%" PRIu64 " rejected=%" PRIu64
             " seconds=%.3f events/s=%.0f first=%s last=%s",
             tally_total(&counts->handed_over), acknowledged, sent->failed, sent->not_sent, sent->unknown,
             counts->duplicates, counts->rejected, seconds, seconds > 0 ? (double)acknowledged / seconds : 0.0,
             span.first, span.last);
}

void report_end(const struct settings *settings, const struct event_form *form, const struct replay_counts *counts,
                const struct pacer *pacer, const struct publisher *publisher)
{
    log_info("summary", "rows=%" PRIu64 " out-of-order=%" PRIu64 " blank=%" PRIu64, counts->rows, counts->out_of_order,
             counts->blank_rows);
    if (counts->cut > 0 || counts->converted > 0)
        log_info("summary", "times cut-to-milliseconds=%" PRIu64 " converted-to-UTC=%" PRIu64, counts->cut,
                 counts->converted);
    if (publisher)
        report_sent(settings, form, counts, pacer, publisher_counts(publisher));
    else
        report_dry_end(settings, form, counts, pacer);
}
