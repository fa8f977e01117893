/*
 * Connects the stages: rows become orders, orders become events, and events are passed
 * to the sender one after the other: when their order is read or, in event-time order,
 * after all orders were read.
 *
 * The first error decides how the replay ends, and everything after it is skipped:
 * `end` is REPLAY_OK as long as the replay continues.
 */
#include "replay.h"

#include "csv_delimiter.h"
#include "csv_reader.h"
#include "enrichment.h"
#include "failpoint.h"
#include "log.h"
#include "order.h"
#include "order_events.h"
#include "reason.h"
#include "rejects.h"
#include "report.h"
#include "schedule.h"
#include "sender.h"
#include "stop.h"
#include "time_format.h"
#include "timestamp.h"

#include <inttypes.h>
#include <string.h>

_Static_assert((int)LIFECYCLE_COLUMNS_MAX <= (int)CSV_COLUMNS_MAX, "a file may have all columns of a lifecycle");

struct replay {
    const struct settings *settings;
    const struct lifecycle *lifecycle;
    const struct dataset *dataset;
    struct time_reader times;
    enum replay_end end;
    struct rejects rejects;
    struct csv_reader *orders;
    struct enrichment *enrichment;
    struct schedule *schedule; /* NULL in file order */
    struct sender sender;

    int64_t latest_at; /* of the rows so far: of the first event that a row must have */
    struct replay_counts counts;
};

static bool fail(struct replay *replay, enum replay_end end)
{
    if (replay->end == REPLAY_OK)
        replay->end = end;
    return false;
}

/* Whether the replay goes on after what returned this end. */
static bool proceed(struct replay *replay, enum replay_end end)
{
    return end == REPLAY_OK || fail(replay, end);
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
        fail(replay, REPLAY_NO_FILE);
    }
    return reader;
}

/* An orders file that lacks columns most likely has a form of its own. */
static bool is_other_form(const struct replay *replay, const struct csv_reader *reader)
{
    return reader == replay->orders && strstr(csv_reader_reason(reader), "has no column named");
}

/* The next row. False at the end, and when something went wrong: then `end` says so. */
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
            if (!proceed(replay, sender_serve(&replay->sender)))
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
            return fail(replay, REPLAY_WRONG_FILE);
        case CSV_FAILED:
            log_error("replay", "cannot read %s: %s", path, csv_reader_reason(reader));
            return fail(replay, REPLAY_FILE_FAILED);
        }
    }
    return fail(replay, REPLAY_STOPPED);
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
    return replay->end == REPLAY_OK;
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

/* Warns once for each column: an event whose column is missing never happens. */
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

/* Keeps only the events of the window. */
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
        for (size_t i = 0; !replay->schedule && replay->end == REPLAY_OK && i < events.count; i++)
            proceed(replay, sender_send(&replay->sender, &events.events[i], events.payload));
        order_events_release(&events);
        if (replay->end != REPLAY_OK)
            return false;
        report_progress("orders", csv_reader_progress(replay->orders), replay->counts.rows);
    }
    return replay->end == REPLAY_OK;
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
        if (!proceed(replay, sender_send(&replay->sender, &event, payload)))
            return false;
        sent++;
        report_progress("events", (double)sent / (double)count, sent);
    }
    return true;
}

/* Waits for what was handed over, and says how it all went. */
static void end_replay(struct replay *replay)
{
    const char *orders = replay->dataset->paths[ORDERS_FILE];
    struct sender *sender = &replay->sender;

    if (replay->end == REPLAY_OK)
        proceed(replay, sender_finish(sender));
    FAILPOINT("all answered, or stopped");
    if (replay->end != REPLAY_OK)
        sender_abandon(sender);
    log_progress_end();
    if (replay->end == REPLAY_STOPPED)
        log_warn("replay", "stopped before the end: run it again, events that were sent already will be recognised");
    if (replay->end == REPLAY_OK && replay->counts.rows == 0)
        log_warn("replay", "%s has a header, but no rows: nothing was replayed", orders);
    else if (replay->end == REPLAY_OK && replay->latest_at == INT64_MIN)
        log_warn("replay", "none of the %" PRIu64 " rows of %s could be replayed: is it the right file?",
                 replay->counts.rows, orders);
    replay->counts.rejected = replay->rejects.count;
    replay->counts.cut = replay->times.cut;
    replay->counts.converted = replay->times.converted;
    replay->counts.blank_rows = csv_reader_blank_rows(replay->orders);
    replay->counts.handed_over = sender->handed_over;
    replay->counts.duplicates = sender->duplicates;
    report_end(replay->settings, &replay->lifecycle->form, &replay->counts, &sender->pacer, sender->publisher);
    if (sender->publisher && publisher_counts(sender->publisher)->failed > 0)
        fail(replay, REPLAY_EVENTS_REFUSED);
}

static enum replay_end run(struct replay *replay)
{
    struct csv_column columns[LIFECYCLE_COLUMNS_MAX];
    const struct settings *settings = replay->settings;

    if (!rejects_open(&replay->rejects, settings->rejects))
        return REPLAY_NO_REJECTS_FILE;
    if (strcmp(settings->order, "time") == 0)
        replay->schedule = schedule_new(&replay->lifecycle->form);

    if (open_orders(replay, columns) && load_enrichment(replay) &&
        proceed(replay, sender_connect(&replay->sender, replay->lifecycle))) {
        report_start(settings, replay->dataset, replay->sender.publisher);
        if (read_orders(replay) && replay->schedule)
            send_schedule(replay);
        end_replay(replay);
    } else if (replay->end == REPLAY_STOPPED) {
        log_warn("replay", "stopped before anything was sent: run it again");
    }
    log_progress_end();
    if (!rejects_close(&replay->rejects))
        fail(replay, REPLAY_FILE_FAILED);
    if (replay->rejects.count > 0)
        fail(replay, REPLAY_ROWS_REJECTED);

    sender_release(&replay->sender);
    schedule_free(replay->schedule);
    enrichment_free(replay->enrichment);
    csv_reader_free(replay->orders);
    return replay->end;
}

enum replay_end replay_run(const struct settings *settings, const struct lifecycle *lifecycle,
                           const struct dataset *dataset)
{
    struct replay replay = { .settings = settings, .lifecycle = lifecycle, .dataset = dataset, .latest_at = INT64_MIN };
    const struct option_values *named = &settings->timestamp_formats;
    char reason[REASON_SIZE];
    enum replay_end end;

    if (!time_reader_init(&replay.times, named->count ? named->values : lifecycle->formats,
                          named->count ? named->count : lifecycle->format_count, reason)) {
        log_error("replay", "%s", reason);
        return REPLAY_WRONG_OPTIONS;
    }
    sender_init(&replay.sender, settings);
    end = run(&replay);
    time_reader_release(&replay.times);
    return end;
}
