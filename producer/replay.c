/*
 * The stages, connected: rows become orders, orders events, and events go out
 * one after the other, either as their order is read or, in event-time order,
 * after all were read. A dry run does the same, but for the sending.
 *
 * The first thing that goes wrong decides the exit status, and everything
 * after it is skipped: `status` is EX_OK as long as the replay goes on.
 */
#define _GNU_SOURCE /* erand48 */
#include "replay.h"

#include "csv_delimiter.h"
#include "csv_reader.h"
#include "enrichment.h"
#include "event_json.h"
#include "failpoint.h"
#include "log.h"
#include "order.h"
#include "order_events.h"
#include "pacer.h"
#include "publisher.h"
#include "rejects.h"
#include "report.h"
#include "schedule.h"
#include "stop.h"
#include "tally.h"
#include "time_format.h"
#include "timestamp.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

struct replay {
    const struct settings *settings;
    int status;
    struct rejects rejects;
    struct csv_reader *orders;
    struct time_reader times;
    struct enrichment *enrichment;
    struct schedule *schedule;   /* NULL in file order */
    struct publisher *publisher; /* NULL in a dry run */
    struct pacer pacer;
    unsigned short random[3];

    int64_t latest_placed_at; /* of the rows so far */
    struct replay_counts counts;
};

static bool fail(struct replay *replay, int status)
{
    if (replay->status == EX_OK)
        replay->status = status;
    return false;
}

/* --- sending */

static bool check_publisher(struct replay *replay, enum publisher_result result)
{
    switch (result) {
    case PUBLISHER_OK:
        return true;
    case PUBLISHER_STOPPED:
        return fail(replay, publisher_printed(replay->publisher) ? EX_TEMPFAIL : EX_IOERR);
    case PUBLISHER_NO_TOPIC:
        return fail(replay, EX_UNAVAILABLE);
    case PUBLISHER_FATAL:
        return fail(replay, EX_SOFTWARE);
    }
    abort();
}

/* What a dry run does in place of sending. */
static bool pretend(struct replay *replay, const struct event *event, const char *payload)
{
    size_t length;
    char *json;
    bool printed;

    pacer_schedule(&replay->pacer, event->at, 0);
    if (!replay->settings->log_events)
        return true;
    json = event_json_encode(event, payload, &length);
    printed = puts(json) >= 0;
    free(json);
    if (printed)
        return true;
    log_error("replay", "standard output cannot be written: %s", strerror(errno));
    return fail(replay, EX_IOERR);
}

static bool publish(struct replay *replay, const struct event *event, const char *payload)
{
    int wait_ms;

    pacer_next(&replay->pacer, event->at);
    while ((wait_ms = pacer_wait_ms(&replay->pacer)) > 0) {
        if (!check_publisher(replay, publisher_serve(replay->publisher, wait_ms)))
            return false;
    }
    if (!check_publisher(replay, publisher_send(replay->publisher, event, payload)))
        return false;
    pacer_sent(&replay->pacer);
    return true;
}

static bool hand_over(struct replay *replay, const struct event *event, const char *payload)
{
    bool done = replay->publisher ? publish(replay, event, payload) : pretend(replay, event, payload);

    if (done)
        tally_add(&replay->counts.handed_over, event);
    return done;
}

/* One event, or by chance twice. */
static bool emit(struct replay *replay, const struct event *event, const char *payload)
{
    double share = replay->settings->duplicates;

    if (!hand_over(replay, event, payload))
        return false;
    if (share <= 0 || erand48(replay->random) >= share)
        return true;
    if (!hand_over(replay, event, payload))
        return false;
    replay->counts.duplicates++;
    return true;
}

/* --- reading */

static struct csv_reader *open_file(struct replay *replay, const char *path, const struct csv_column *columns,
                                    size_t count)
{
    char reason[CSV_REASON_SIZE];
    char delimiter = '\0';
    struct csv_reader *reader;

    if (replay->settings->delimiter)
        csv_delimiter_parse(replay->settings->delimiter, &delimiter);
    reader = csv_reader_open(path, delimiter, columns, count, reason);
    if (!reader) {
        log_error("replay", "cannot read %s: %s", path, reason);
        fail(replay, EX_NOINPUT);
    }
    return reader;
}

/* The next row, or false at the end and when something went wrong, which `status` tells. */
static bool next_row(struct replay *replay, struct csv_reader *reader, const char *path,
                     enum csv_result (*next)(struct csv_reader *))
{
    while (!stop_requested()) {
        size_t length;
        const char *line;

        switch (next(reader)) {
        case CSV_ROW:
            return true;
        case CSV_END:
            return false;
        case CSV_WAIT:
            if (replay->publisher && !check_publisher(replay, publisher_serve(replay->publisher, 0)))
                return false;
            break;
        case CSV_REJECT:
            line = csv_reader_line(reader, &length);
            rejects_add(&replay->rejects, path, csv_reader_line_number(reader), csv_reader_reason(reader), line,
                        length);
            replay->counts.rows += reader == replay->orders;
            break;
        case CSV_REFUSED:
            log_error("replay", "cannot use %s: %s", path, csv_reader_reason(reader));
            return fail(replay, EX_DATAERR);
        case CSV_FAILED:
            log_error("replay", "cannot read %s: %s", path, csv_reader_reason(reader));
            return fail(replay, EX_IOERR);
        }
    }
    return fail(replay, EX_TEMPFAIL);
}

static void reject_row(struct replay *replay, struct csv_reader *reader, const char *path, const char *reason)
{
    size_t length;
    const char *line = csv_reader_line(reader, &length);

    rejects_add(&replay->rejects, path, csv_reader_line_number(reader), reason, line, length);
}

enum { ENRICHMENT_FIELDS_MAX = 8 };

/* One of the two files that enrich. */
static bool load_file(struct replay *replay, const char *path, const char *const *names, size_t count,
                      bool (*add)(struct enrichment *, const char *const *, char *))
{
    struct csv_column columns[ENRICHMENT_FIELDS_MAX];
    const char *fields[ENRICHMENT_FIELDS_MAX];
    char reason[ORDER_REASON_SIZE];
    struct csv_reader *reader;
    uint64_t rows = 0;

    for (size_t i = 0; i < count; i++)
        columns[i] = (struct csv_column){ names[i], true };
    reader = open_file(replay, path, columns, count);
    if (!reader || !next_row(replay, reader, path, csv_reader_header))
        goto out;
    while (next_row(replay, reader, path, csv_reader_next)) {
        for (size_t i = 0; i < count; i++)
            fields[i] = csv_reader_field(reader, i);
        if (!add(replay->enrichment, fields, reason))
            reject_row(replay, reader, path, reason);
        report_progress(path, csv_reader_progress(reader), ++rows);
    }
out:
    csv_reader_free(reader);
    return replay->status == EX_OK;
}

static bool load_enrichment(struct replay *replay)
{
    const struct settings *settings = replay->settings;

    replay->enrichment = enrichment_new();
    if (settings->customers &&
        !load_file(replay, settings->customers, CUSTOMER_FIELD_NAMES, CUSTOMER_FIELDS, enrichment_add_customer))
        return false;
    if (settings->items && !load_file(replay, settings->items, ITEM_FIELD_NAMES, ITEM_FIELDS, enrichment_add_item))
        return false;
    return true;
}

static bool open_orders(struct replay *replay, struct csv_column columns[ORDER_FIELDS])
{
    for (size_t i = 0; i < ORDER_FIELDS; i++) /* the status matters to --as-of alone */
        columns[i] = (struct csv_column){ ORDER_FIELD_NAMES[i],
                                          i != ORDER_FIELD_STATUS || replay->settings->as_of != TIMESTAMP_NONE };
    replay->orders = open_file(replay, replay->settings->orders, columns, ORDER_FIELDS);
    if (replay->orders && next_row(replay, replay->orders, replay->settings->orders, csv_reader_header))
        return true;
    return false;
}

/* The next order, or false as next_row. */
static bool next_order(struct replay *replay, struct order *order)
{
    const struct settings *settings = replay->settings;
    char reason[ORDER_REASON_SIZE];

    while (next_row(replay, replay->orders, settings->orders, csv_reader_next)) {
        const char *fields[ORDER_FIELDS];

        replay->counts.rows++;
        for (size_t i = 0; i < ORDER_FIELDS; i++)
            fields[i] = csv_reader_field(replay->orders, i);
        if (order_parse(fields, &replay->times, order, reason)) {
            if (order->placed_at < replay->latest_placed_at)
                replay->counts.out_of_order++;
            else
                replay->latest_placed_at = order->placed_at;
            return true;
        }
        reject_row(replay, replay->orders, settings->orders, reason);
    }
    return false;
}

/* --- the replay */

/* Leaves only the events of the window. */
static void cut_to_window(const struct settings *settings, struct order_events *events)
{
    size_t count = 0;

    for (size_t i = 0; i < events->count; i++) {
        int64_t at = events->events[i].at;

        if ((settings->from == TIMESTAMP_NONE || at >= settings->from) &&
            (settings->to == TIMESTAMP_NONE || at < settings->to))
            events->events[count++] = events->events[i];
    }
    events->count = count;
}

/* Each order's events: sent at once, or into the schedule. */
static bool read_orders(struct replay *replay)
{
    struct order order;

    while (next_order(replay, &order)) {
        struct payload enriched;
        struct order_events events;

        FAILPOINT("row read, nothing of it sent");
        enrichment_find(replay->enrichment, order.id, order.customer, &enriched);
        order_events_make(&order, &enriched, replay->settings->as_of, &events);
        cut_to_window(replay->settings, &events);
        if (replay->schedule)
            schedule_add(replay->schedule, events.events, events.count, events.payload);
        for (size_t i = 0; !replay->schedule && replay->status == EX_OK && i < events.count; i++)
            emit(replay, &events.events[i], events.payload);
        order_events_release(&events);
        if (replay->status != EX_OK)
            return false;
        report_progress("orders", csv_reader_progress(replay->orders), replay->counts.rows);
    }
    return replay->status == EX_OK;
}

static bool send_schedule(struct replay *replay)
{
    struct event event;
    const char *payload;
    uint64_t sent = 0, count = schedule_count(replay->schedule);

    FAILPOINT("all read, nothing sent");
    schedule_sort(replay->schedule);
    log_info("replay", "all orders read, sending in event-time order events=%" PRIu64 " memory=%zu MB", count,
             schedule_memory(replay->schedule) / 1000000);
    while ((payload = schedule_next(replay->schedule, &event))) {
        if (!emit(replay, &event, payload))
            return false;
        sent++;
        report_progress("events", (double)sent / (double)count, sent);
    }
    return true;
}

static bool connect_publisher(struct replay *replay)
{
    const struct settings *settings = replay->settings;
    struct publisher_config config = {
        .brokers = settings->brokers,
        .topic = settings->topic,
        .properties = &settings->properties,
        .create_partitions = settings->create_partitions,
        .prints_events = settings->log_events,
    };
    int status = EX_OK;

    if (settings->dry_run)
        return true;
    replay->publisher = publisher_open(&config, &status);
    return replay->publisher || fail(replay, status);
}

/* Waits for what was handed over, and says how it all went. */
static void end_replay(struct replay *replay)
{
    const struct settings *settings = replay->settings;

    if (replay->publisher && replay->status == EX_OK)
        check_publisher(replay, publisher_finish(replay->publisher));
    FAILPOINT("all answered, or stopped");
    if (replay->publisher && replay->status != EX_OK)
        publisher_abandon(replay->publisher);
    if (!replay->publisher && fflush(stdout) != 0 && replay->status == EX_OK) {
        log_error("replay", "standard output cannot be written: %s", strerror(errno));
        fail(replay, EX_IOERR);
    }
    log_progress_end();
    if (replay->status == EX_TEMPFAIL)
        log_warn("replay", "stopped before the end: run it again, what was sent already will be known");
    if (replay->status == EX_OK && replay->counts.rows == 0)
        log_warn("replay", "%s has a header, but no rows: nothing was replayed", settings->orders);
    else if (replay->status == EX_OK && replay->latest_placed_at == INT64_MIN)
        log_warn("replay", "none of the %" PRIu64 " rows of %s could be replayed: is it the right file?",
                 replay->counts.rows, settings->orders);
    replay->counts.rejected = replay->rejects.count;
    replay->counts.blank_rows = csv_reader_blank_rows(replay->orders);
    report_end(settings, &replay->counts, &replay->pacer, replay->publisher);
    if (replay->publisher && publisher_counts(replay->publisher)->failed > 0)
        fail(replay, EX_UNAVAILABLE);
}

int replay_run(const struct settings *settings)
{
    struct csv_column columns[ORDER_FIELDS];
    char reason[TIME_REASON_SIZE];
    struct replay replay = { .settings = settings, .latest_placed_at = INT64_MIN };

    /* The whole 48 bits of erand48's state depend on the seed. */
    replay.random[0] = 0x330E;
    replay.random[1] = (unsigned short)settings->seed;
    replay.random[2] = (unsigned short)(settings->seed >> 16);
    tally_init(&replay.counts.handed_over);
    pacer_init(&replay.pacer, settings->speed, settings->rate);
    if (!rejects_open(&replay.rejects, settings->rejects))
        return EX_CANTCREAT;
    if (!time_reader_init(&replay.times, settings->timestamp_formats.values, settings->timestamp_formats.count,
                          reason)) {
        log_error("replay", "%s", reason); /* not of settings that were checked */
        return EX_USAGE;
    }
    if (strcmp(settings->order, "time") == 0)
        replay.schedule = schedule_new();

    if (open_orders(&replay, columns) && load_enrichment(&replay) && connect_publisher(&replay)) {
        report_start(settings, replay.publisher);
        if (read_orders(&replay) && replay.schedule)
            send_schedule(&replay);
        end_replay(&replay);
    } else if (replay.status == EX_TEMPFAIL) {
        log_warn("replay", "stopped before anything was sent: run it again");
    }
    log_progress_end();
    if (!rejects_close(&replay.rejects))
        fail(&replay, EX_IOERR);
    if (replay.rejects.count > 0)
        fail(&replay, EX_DATAERR);

    publisher_free(replay.publisher);
    schedule_free(replay.schedule);
    enrichment_free(replay.enrichment);
    csv_reader_free(replay.orders);
    time_reader_release(&replay.times);
    return replay.status;
}
