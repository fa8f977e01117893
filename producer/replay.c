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

#include "bug.h"
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
#include "reason.h"
#include "rejects.h"
#include "report.h"
#include "schedule.h"
#include "stop.h"
#include "tally.h"
#include "text.h"
#include "time_format.h"
#include "timestamp.h"
#include "topic_tail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

_Static_assert((int)LIFECYCLE_COLUMNS_MAX <= (int)CSV_COLUMNS_MAX, "a file may have all columns of a lifecycle");

struct replay {
    const struct settings *settings;
    const struct lifecycle *lifecycle;
    const struct dataset *dataset;
    struct time_reader times;
    int status;
    struct rejects rejects;
    struct csv_reader *orders;
    struct enrichment *enrichment;
    struct schedule *schedule;   /* NULL in file order */
    struct publisher *publisher; /* NULL in a dry run */
    struct pacer pacer;
    unsigned short random[3];

    int64_t latest_at; /* of the rows so far: of the first event that a row must have */
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
    BUG("unknown publisher_result");
}

static void say_output_failed(void)
{
    if (errno == EPIPE)
        log_info("replay", "nobody reads standard output any more: the dry run ends here");
    else
        log_error("replay", "standard output cannot be written: %s", strerror(errno));
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
    text_print(json, stdout);
    printed = putchar('\n') != EOF && !ferror(stdout);
    free(json);
    if (printed)
        return true;
    say_output_failed();
    return fail(replay, EX_IOERR);
}

static bool publish(struct replay *replay, const struct event *event, const char *payload)
{
    int wait_ms;

    pacer_next(&replay->pacer, event->at);
    report_pause(&replay->pacer);
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

/* Whether a file of the replay must have a column. */
static bool is_required(const struct replay *replay, unsigned needs)
{
    return needs & COLUMN_REQUIRED || (needs & COLUMN_FOR_AS_OF && replay->settings->as_of != TIMESTAMP_NONE) ||
           (needs & COLUMN_FOR_JOIN && replay->dataset->paths[CUSTOMERS_FILE]);
}

/* `columns` live as long as the reader. */
static struct csv_reader *open_file(struct replay *replay, enum lifecycle_file file,
                                    struct csv_column columns[LIFECYCLE_COLUMNS_MAX])
{
    const struct lifecycle_columns *known = &replay->lifecycle->columns[file];
    const char *path = replay->dataset->paths[file];
    char reason[REASON_SIZE], delimiter = '\0';
    struct csv_reader *reader;

    for (size_t i = 0; i < known->count; i++)
        columns[i] = (struct csv_column){ known->names[i], is_required(replay, known->needs[i]) };
    if (replay->settings->delimiter)
        csv_delimiter_parse(replay->settings->delimiter, &delimiter);
    reader = csv_reader_open(path, delimiter, columns, known->count, reason);
    if (!reader) {
        log_error("replay", "cannot read %s: %s", path, reason);
        fail(replay, EX_NOINPUT);
    }
    return reader;
}

/* An orders file that lacks columns most likely has a form of its own. */
static bool is_other_form(const struct replay *replay, const struct csv_reader *reader)
{
    return reader == replay->orders && strstr(csv_reader_reason(reader), "has no column named");
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
            log_error("replay", "cannot use %s: %s%s", path, csv_reader_reason(reader),
                      is_other_form(replay, reader)
                          ? "; a lifecycle file can name others (--lifecycle, see docs/LIFECYCLES.md)"
                          : "");
            return fail(replay, EX_DATAERR);
        case CSV_FAILED:
            log_error("replay", "cannot read %s: %s", path, csv_reader_reason(reader));
            return fail(replay, EX_IOERR);
        }
    }
    return fail(replay, EX_TEMPFAIL);
}

static void reject_row(struct replay *replay, struct csv_reader *reader, const char *path,
                       const char reason[REASON_SIZE])
{
    size_t length;
    const char *line = csv_reader_line(reader, &length);

    rejects_add(&replay->rejects, path, csv_reader_line_number(reader), reason, line, length);
}

static void take_fields(const struct replay *replay, const struct csv_reader *reader, enum lifecycle_file file,
                        const char *fields[LIFECYCLE_COLUMNS_MAX])
{
    for (size_t i = 0; i < replay->lifecycle->columns[file].count; i++)
        fields[i] = csv_reader_field(reader, i);
}

/* One of the two files that enrich. */
static bool load_file(struct replay *replay, enum lifecycle_file file,
                      bool (*add)(struct enrichment *, const char *const *, char[REASON_SIZE]))
{
    const char *path = replay->dataset->paths[file], *fields[LIFECYCLE_COLUMNS_MAX];
    struct csv_column columns[LIFECYCLE_COLUMNS_MAX];
    char reason[REASON_SIZE];
    struct csv_reader *reader = open_file(replay, file, columns);
    uint64_t rows = 0;

    if (!reader || !next_row(replay, reader, path, csv_reader_header))
        goto out;
    while (next_row(replay, reader, path, csv_reader_next)) {
        take_fields(replay, reader, file, fields);
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
    static const struct {
        enum lifecycle_file file;
        bool (*add)(struct enrichment *, const char *const *, char[REASON_SIZE]);
    } FILES[] = { { CUSTOMERS_FILE, enrichment_add_customer }, { ITEMS_FILE, enrichment_add_item } };

    replay->enrichment = enrichment_new(replay->lifecycle, &replay->times);
    for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
        if (!replay->dataset->paths[FILES[i].file])
            continue;
        if (!load_file(replay, FILES[i].file, FILES[i].add))
            return false;
    }
    return true;
}

/* Said once for each column: an event whose column is missing never happens. */
static void report_missing_columns(const struct replay *replay)
{
    const struct lifecycle *lifecycle = replay->lifecycle;

    for (int type = 0; type < lifecycle->form.type_count; type++) {
        size_t column = lifecycle->rules[type].column;
        bool is_said = csv_reader_has_column(replay->orders, column);

        for (int i = 0; i < type; i++)
            is_said = is_said || lifecycle->rules[i].column == column;
        if (!is_said)
            log_warn("replay", "%s has no column named %s: its events are left out",
                     replay->dataset->paths[ORDERS_FILE], lifecycle->columns[ORDERS_FILE].names[column]);
    }
}

static bool open_orders(struct replay *replay, struct csv_column columns[LIFECYCLE_COLUMNS_MAX])
{
    replay->orders = open_file(replay, ORDERS_FILE, columns);
    if (!replay->orders || !next_row(replay, replay->orders, replay->dataset->paths[ORDERS_FILE], csv_reader_header))
        return false;
    report_missing_columns(replay);
    return true;
}

/* Rows are in order by the first event that each of them must have. */
static void note_order(struct replay *replay, const struct order *order)
{
    int type = 0;
    int64_t at;

    while (!replay->lifecycle->rules[type].required)
        type++;
    at = order->times[replay->lifecycle->rules[type].column];
    if (at < replay->latest_at)
        replay->counts.out_of_order++;
    else
        replay->latest_at = at;
}

/* The next order, or false as next_row. It borrows `fields`. */
static bool next_order(struct replay *replay, const char *fields[LIFECYCLE_COLUMNS_MAX], struct order *order)
{
    const char *path = replay->dataset->paths[ORDERS_FILE];
    char reason[REASON_SIZE];

    while (next_row(replay, replay->orders, path, csv_reader_next)) {
        replay->counts.rows++;
        take_fields(replay, replay->orders, ORDERS_FILE, fields);
        if (order_parse(replay->lifecycle, fields, &replay->times, order, reason)) {
            note_order(replay, order);
            return true;
        }
        reject_row(replay, replay->orders, path, reason);
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
    const char *fields[LIFECYCLE_COLUMNS_MAX];
    struct order order;

    while (next_order(replay, fields, &order)) {
        struct order_events events;

        FAILPOINT("row read, nothing of it sent");
        enrichment_find(replay->enrichment, &order);
        order_events_make(replay->lifecycle, &order, replay->settings->as_of, &events);
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
    report_schedule(replay->schedule, replay->settings->speed);
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
        .form = &replay->lifecycle->form,
        .brokers = settings->program.brokers,
        .topic = settings->topic,
        .properties = &settings->program.properties,
        .create_partitions = settings->create_partitions,
        .allow_compacted = settings->allow_compacted,
        .prints_events = settings->log_events,
    };
    char foreign[EVENT_FOREIGN_SIZE];
    int status = EX_OK;

    if (settings->dry_run)
        return true;
    replay->publisher = publisher_open(&config, &status);
    if (!replay->publisher)
        return fail(replay, status);
    if (topic_tail_fits(&config, publisher_partitions(replay->publisher), foreign))
        return true;
    log_error("replay",
              "topic %s holds events of another lifecycle: %s is not in %s; name the topic's own (--lifecycle), or "
              "another topic (--topic)",
              settings->topic, foreign, settings->lifecycle ? settings->lifecycle : "lifecycles/olist.csv");
    return fail(replay, EX_CONFIG);
}

/* Waits for what was handed over, and says how it all went. */
static void end_replay(struct replay *replay)
{
    const char *orders = replay->dataset->paths[ORDERS_FILE];

    if (replay->publisher && replay->status == EX_OK)
        check_publisher(replay, publisher_finish(replay->publisher));
    FAILPOINT("all answered, or stopped");
    if (replay->publisher && replay->status != EX_OK)
        publisher_abandon(replay->publisher);
    if (!replay->publisher && fflush(stdout) != 0 && replay->status == EX_OK) {
        say_output_failed();
        fail(replay, EX_IOERR);
    }
    log_progress_end();
    if (replay->status == EX_TEMPFAIL)
        log_warn("replay", "stopped before the end: run it again, what was sent already will be known");
    if (replay->status == EX_OK && replay->counts.rows == 0)
        log_warn("replay", "%s has a header, but no rows: nothing was replayed", orders);
    else if (replay->status == EX_OK && replay->latest_at == INT64_MIN)
        log_warn("replay", "none of the %" PRIu64 " rows of %s could be replayed: is it the right file?",
                 replay->counts.rows, orders);
    replay->counts.rejected = replay->rejects.count;
    replay->counts.cut = replay->times.cut;
    replay->counts.converted = replay->times.converted;
    replay->counts.blank_rows = csv_reader_blank_rows(replay->orders);
    report_end(replay->settings, &replay->lifecycle->form, &replay->counts, &replay->pacer, replay->publisher);
    if (replay->publisher && publisher_counts(replay->publisher)->failed > 0)
        fail(replay, EX_UNAVAILABLE);
}

static int run(struct replay *replay)
{
    struct csv_column columns[LIFECYCLE_COLUMNS_MAX];
    const struct settings *settings = replay->settings;

    if (!rejects_open(&replay->rejects, settings->rejects))
        return EX_CANTCREAT;
    if (strcmp(settings->order, "time") == 0)
        replay->schedule = schedule_new(&replay->lifecycle->form);

    if (open_orders(replay, columns) && load_enrichment(replay) && connect_publisher(replay)) {
        report_start(settings, replay->dataset, replay->publisher);
        if (read_orders(replay) && replay->schedule)
            send_schedule(replay);
        end_replay(replay);
    } else if (replay->status == EX_TEMPFAIL) {
        log_warn("replay", "stopped before anything was sent: run it again");
    }
    log_progress_end();
    if (!rejects_close(&replay->rejects))
        fail(replay, EX_IOERR);
    if (replay->rejects.count > 0)
        fail(replay, EX_DATAERR);

    publisher_free(replay->publisher);
    schedule_free(replay->schedule);
    enrichment_free(replay->enrichment);
    csv_reader_free(replay->orders);
    return replay->status;
}

int replay_run(const struct settings *settings, const struct lifecycle *lifecycle, const struct dataset *dataset)
{
    struct replay replay = { .settings = settings, .lifecycle = lifecycle, .dataset = dataset, .latest_at = INT64_MIN };
    const struct option_values *named = &settings->timestamp_formats;
    char reason[REASON_SIZE];
    int status;

    if (!time_reader_init(&replay.times, named->count ? named->values : lifecycle->formats,
                          named->count ? named->count : lifecycle->format_count, reason)) {
        log_error("replay", "%s", reason);
        return EX_USAGE;
    }
    /* The whole 48 bits of erand48's state depend on the seed. */
    replay.random[0] = 0x330E;
    replay.random[1] = (unsigned short)settings->seed;
    replay.random[2] = (unsigned short)(settings->seed >> 16);
    tally_init(&replay.counts.handed_over);
    pacer_init(&replay.pacer, settings->speed, settings->rate);
    status = run(&replay);
    time_reader_release(&replay.times);
    return status;
}
