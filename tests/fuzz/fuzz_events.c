/*
 * CSV files -> events -> the consumer. The input is an orders file. The customers file, the items file, --as-of and
 * --timestamp-format may follow, each after a form feed. A vertical tab stands for 32 KiB of the byte before it:
 * otherwise an input would hardly reach the limits.
 *
 * The consumer accepts each event that the producer creates, and decodes the same event: it quarantines nothing. The
 * files without the lines of their rejected rows give the same events and no reject: a rejected row sends nothing, and
 * causes no other row to be rejected.
 */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "property.h"

#include "csv_reader.h"
#include "decode.h"
#include "enrichment.h"
#include "event_id.h"
#include "event_json.h"
#include "event_scan.h"
#include "lifecycle_file.h"
#include "memory.h"
#include "order.h"
#include "order_events.h"
#include "text.h"
#include "time_format.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum part { FILES = LIFECYCLE_FILES, AS_OF = FILES, FORMAT, PARTS }; /* first the files, by their numbers in the lifecycle */
enum { REPEATED = 32 * 1024, REPEATS_MAX = 34 }; /* of an input: enough for a row that is too long */

struct part_bytes {
    char *bytes;
    size_t length;
};

struct input {
    struct part_bytes files[FILES]; /* bytes is NULL where there is none */
    int64_t as_of;
    char *format; /* or NULL */
};

/* A way through all files, and what came of it. */
struct pass {
    const struct input *input;
    struct time_reader times;
    struct enrichment *enrichment;
    FILE *events; /* as JSON lines */
    char *text;
    size_t length;
    struct part_bytes kept[FILES]; /* the files without the lines of rejected rows */
    size_t rejects;
    bool refused; /* a file as a whole */
};

/* That of Olist's orders. */
static const struct lifecycle *olist(void)
{
    static struct lifecycle *lifecycle;
    enum replay_end end;

    if (!lifecycle)
        lifecycle = checked(lifecycle_file_read(NULL, &end));
    return lifecycle;
}

/* --- one event, as the consumer sees it */

static void check_event(const struct event *event, const char *payload, const char *region, int64_t *hash)
{
    struct record record = { .key = event->order_id, .key_length = strlen(event->order_id) };
    struct event_id id = event_id_make(event->order_id, event->type, event->at);
    struct payload_summary summary;
    struct event decoded;
    char reason[REASON_SIZE] = "", *json = event_json_encode(event, payload, &record.value_length);

    record.value = json;
    HOLDS(memcmp(&event->id, &id, sizeof(struct event_id)) == 0, "the same fact has the same id: %s", json);
    HOLDS(text_is_clean(json, record.value_length), "an event is clean text: %s", json);
    HOLDS(decode_record(&record, &olist()->form, &decoded, &summary, reason), "what the producer sends the consumer accepts: %s: %s", reason, json);
    HOLDS(strchr(json, '\\') || event_scan(json, record.value_length, &olist()->form, &decoded, &summary),
          "what the producer sends is scanned, unless JSON escapes something in it: %s", json);
    HOLDS(memcmp(&decoded.id, &event->id, sizeof(struct event_id)) == 0 && decoded.type == event->type && decoded.at == event->at &&
          strcmp(decoded.order_id, event->order_id) == 0, "an event that is decoded is the one that was encoded: %s", json);
    HOLDS(strcmp(summary.region, region ? region : "") == 0, "the region arrives: %s", json);
    HOLDS(*hash == 0 || *hash == summary.hash, "all events of an order have the same payload: %s", json);
    *hash = summary.hash;
    free(json);
}

static const char *region_of(const struct order *order)
{
    const struct event_form *form = &olist()->form;

    return order->payload.values[event_form_field(form, PAYLOAD_REGION) - form->fields].text;
}

static void check_events(const struct order_events *events, const struct order *order)
{
    int64_t hash = 0;

    HOLDS(events->count >= 1 && events->count <= 5, "an order has 1 to 5 events, not %zu", events->count);
    for (size_t i = 0; i < events->count; i++) {
        const struct event *event = &events->events[i];

        check_event(event, events->payload, region_of(order), &hash);
        HOLDS(i == 0 || event[-1].at < event->at || (event[-1].at == event->at && event[-1].type->number < event->type->number),
              "events come by time, then by life cycle: %s", event->order_id);
    }
}

/* --- rows */

static bool take_order(struct pass *pass, const char *const *fields, char reason[REASON_SIZE])
{
    struct order order;
    struct order_events events;

    if (!order_parse(olist(), fields, &pass->times, &order, reason))
        return false;
    enrichment_find(pass->enrichment, &order);
    order_events_make(olist(), &order, pass->input->as_of, &events);
    check_events(&events, &order);
    for (size_t i = 0; i < events.count; i++) {
        size_t length;
        char *json = event_json_encode(&events.events[i], events.payload, &length);

        fprintf(pass->events, "%s\n", json);
        free(json);
    }
    order_events_release(&events);
    return true;
}

static bool take_customer(struct pass *pass, const char *const *fields, char reason[REASON_SIZE])
{
    return enrichment_add_customer(pass->enrichment, fields, reason);
}

static bool take_item(struct pass *pass, const char *const *fields, char reason[REASON_SIZE])
{
    return enrichment_add_item(pass->enrichment, fields, reason);
}

/* --- files */

static struct csv_reader *open_bytes(const struct part_bytes *file, const struct csv_column *columns, size_t count)
{
    char reason[REASON_SIZE];
    struct csv_reader *reader = csv_reader_open_text(file->bytes, file->length, columns, count, reason);

    HOLDS(reader, "a file in memory can be opened: %s", reason);
    return reader;
}

/* Lines as the reader counts them, copied or left out. */
struct lines {
    const struct part_bytes *file;
    size_t at;
    uint64_t line; /* which begins there */
    FILE *kept;
};

static void pass_lines(struct lines *lines, uint64_t until, bool keep)
{
    const struct part_bytes *file = lines->file;
    size_t start = lines->at, at = start;

    for (; lines->line < until && at < file->length; lines->line++) {
        while (at < file->length && file->bytes[at] != '\n' && file->bytes[at] != '\r')
            at++;
        at += at < file->length;
        at += at < file->length && file->bytes[at - 1] == '\r' && file->bytes[at] == '\n';
    }
    lines->at = at;
    if (keep)
        fwrite(file->bytes + start, 1, at - start, lines->kept);
}

typedef bool take(struct pass *, const char *const *fields, char reason[REASON_SIZE]);

static void read_rows(struct pass *pass, struct csv_reader *reader, size_t count, take *take_row, struct lines *lines)
{
    const char *fields[CSV_COLUMNS_MAX];
    char reason[REASON_SIZE];
    enum csv_result result;
    bool keep = true;
    uint64_t line = csv_reader_line_number(reader);

    while ((result = csv_reader_next(reader)) != CSV_END) {
        HOLDS(result == CSV_ROW || result == CSV_REJECT, "a file in memory is read to its end: %s", csv_reader_reason(reader));
        HOLDS(csv_reader_line_number(reader) > line, "lines ascend");
        line = csv_reader_line_number(reader);
        pass_lines(lines, line, keep);
        for (size_t i = 0; i < count && result == CSV_ROW; i++)
            fields[i] = csv_reader_field(reader, i);
        keep = result == CSV_ROW && take_row(pass, fields, reason);
        if (!keep) {
            pass->rejects++;
            reason_seen(result == CSV_ROW ? reason : csv_reader_reason(reader));
        }
    }
    pass_lines(lines, UINT64_MAX, keep);
}

static bool is_required(unsigned needs, int64_t as_of)
{
    return needs & (COLUMN_REQUIRED | COLUMN_FOR_JOIN) || (needs & COLUMN_FOR_AS_OF && as_of != TIMESTAMP_NONE);
}

static void read_file(struct pass *pass, enum lifecycle_file part, take *take_row)
{
    const struct part_bytes *file = &pass->input->files[part];
    const struct lifecycle_columns *known = &olist()->columns[part];
    size_t count = known->count;
    struct lines lines = { .file = file, .line = 1 };
    struct csv_column columns[CSV_COLUMNS_MAX];
    struct csv_reader *reader;

    if (!file->bytes || pass->refused)
        return;
    for (size_t i = 0; i < count; i++)
        columns[i] = (struct csv_column){ known->names[i], is_required(known->needs[i], pass->input->as_of) };
    reader = open_bytes(file, columns, count);
    lines.kept = checked(open_memstream(&pass->kept[part].bytes, &pass->kept[part].length));
    if (csv_reader_header(reader) == CSV_ROW) {
        read_rows(pass, reader, count, take_row, &lines);
    } else {
        pass->refused = true;
        reason_seen(csv_reader_reason(reader));
    }
    fclose(lines.kept);
    csv_reader_free(reader);
}

static void read_files(struct pass *pass, const struct input *input)
{
    const char *const format = input->format;
    char reason[REASON_SIZE];

    *pass = (struct pass){ .input = input };
    if (!time_reader_init(&pass->times, &format, format != NULL, reason))
        time_reader_init(&pass->times, NULL, 0, reason);
    pass->enrichment = enrichment_new(olist(), &pass->times);
    pass->events = checked(open_memstream(&pass->text, &pass->length));
    read_file(pass, CUSTOMERS_FILE, take_customer);
    read_file(pass, ITEMS_FILE, take_item);
    read_file(pass, ORDERS_FILE, take_order);
    fclose(pass->events);
    enrichment_free(pass->enrichment);
    time_reader_release(&pass->times);
}

static void release(struct pass *pass)
{
    for (int i = 0; i < FILES; i++)
        free(pass->kept[i].bytes);
    time_reader_release(&pass->times);
    free(pass->text);
}

/* --- the input */

static struct part_bytes expand(const uint8_t *bytes, size_t length, int *left)
{
    struct part_bytes part = { 0 };
    size_t repeats = 0;

    for (size_t i = 0; i < length; i++)
        repeats += bytes[i] == '\v';
    part.bytes = checked(malloc(length + (repeats < (size_t)*left ? repeats : (size_t)*left) * REPEATED + 1));
    for (size_t i = 0; i < length; i++) {
        size_t count = bytes[i] == '\v' && i > 0 && *left > 0 ? REPEATED : 1;

        memset(part.bytes + part.length, bytes[count == 1 ? i : i - 1], count);
        part.length += count;
        *left -= count > 1;
    }
    part.bytes[part.length] = '\0'; /* as_of and format are strings */
    return part;
}

static void split(const uint8_t *data, size_t size, struct part_bytes parts[PARTS])
{
    int left = REPEATS_MAX;

    for (int part = 0; part < PARTS; part++) {
        const uint8_t *end = size ? memchr(data, '\f', size) : NULL;
        size_t length = end && part < PARTS - 1 ? (size_t)(end - data) : size;

        parts[part] = expand(data, length, &left);
        if (length == size)
            return;
        data += length + 1;
        size -= length + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct part_bytes parts[PARTS] = { 0 };
    struct input input = { .as_of = TIMESTAMP_NONE };
    struct pass first, second;

    split(data, size, parts);
    memcpy(input.files, parts, sizeof(input.files));
    if (parts[AS_OF].bytes && !timestamp_parse(parts[AS_OF].bytes, &input.as_of))
        input.as_of = TIMESTAMP_NONE;
    if (parts[FORMAT].length > 0)
        input.format = parts[FORMAT].bytes;

    read_files(&first, &input);
    if (!first.refused && first.rejects > 0) {
        struct input kept = input;

        memcpy(kept.files, first.kept, sizeof(kept.files));
        read_files(&second, &kept);
        HOLDS(!second.refused && second.rejects == 0, "a rejected row does not make others bad: %zu are", second.rejects);
        HOLDS(second.length == first.length && memcmp(second.text, first.text, first.length) == 0,
              "a rejected row sends nothing, and takes no other with it:\n%swith, but without it:\n%s", first.text, second.text);
        release(&second);
    }
    release(&first);
    for (int i = 0; i < PARTS; i++)
        free(parts[i].bytes);
    return 0;
}
