/*
 * Records -> events. The first line of the input is the key; an empty line means no key. The rest is the value. Without
 * a line feed the record is a tombstone.
 *
 * No mutation can guess a hash. So if only the id or the key is wrong, the reason names the right one, and the target
 * tries the record again with it.
 *
 * If event_scan reads an event, event_json_decode reads the same one.
 *
 * A record that is not an event has a reason that can be stored. An event is one that the producer could have created.
 * Encoded and decoded again, it is the same event with the same payload, in whatever order its keys are.
 */
#define _GNU_SOURCE /* memmem */
#include "property.h"

#include "decode.h"
#include "event_id.h"
#include "event_scan.h"
#include "lifecycle_file.h"
#include "memory.h"
#include "text.h"
#include "timestamp.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct decoded {
    struct event event;
    struct payload_summary summary;
    char reason[REASON_SIZE];
};

/* That of Olist's orders. */
static const struct event_form *form(void)
{
    static struct lifecycle *lifecycle;
    enum replay_end end;

    if (!lifecycle)
        lifecycle = checked(lifecycle_file_read(NULL, &end));
    return &lifecycle->form;
}

static bool is_same(const struct decoded *a, const struct decoded *b)
{
    return memcmp(&a->event.id, &b->event.id, sizeof(struct event_id)) == 0 && a->event.type == b->event.type && a->event.at == b->event.at &&
           strcmp(a->event.order_id, b->event.order_id) == 0 && strcmp(a->summary.region, b->summary.region) == 0 &&
           a->summary.hash == b->summary.hash;
}

static void check_scan(const struct record *record)
{
    struct decoded scanned, decoded;

    if (!event_scan(record->value, record->value_length, form(), &scanned.event, &scanned.summary))
        return;
    HOLDS(event_json_decode(record->value, record->value_length, form(), &decoded.event, &decoded.summary, decoded.reason),
          "what is scanned is an event: %s", decoded.reason);
    HOLDS(is_same(&scanned, &decoded), "what is scanned is the same event: %s", decoded.event.order_id);
}

static bool decode(const struct record *record, struct decoded *decoded)
{
    memset(decoded, 0, sizeof(*decoded));
    if (record->value)
        check_scan(record);
    return decode_record(record, form(), &decoded->event, &decoded->summary, decoded->reason);
}

/* Puts the id that belongs to the content in place of the one that stands there, if that stands there once. */
static bool mend_id(char *value, size_t length, const char *reason)
{
    char right[EVENT_ID_SIZE], wrong[EVENT_ID_SIZE];
    char *place;

    if (sscanf(reason, "eventId does not match the content, whose id is %36[0-9a-f-]: %36[0-9a-f-]", right, wrong) != 2)
        return false;
    place = memmem(value, length, wrong, strlen(wrong));
    if (!place || memmem(place + 1, length - (size_t)(place + 1 - value), wrong, strlen(wrong)))
        return false;
    memcpy(place, right, strlen(right));
    return true;
}

static void reverse_keys(cJSON *item)
{
    int count = cJSON_IsObject(item) ? cJSON_GetArraySize(item) : 0;

    for (int i = 1; i < count; i++)
        cJSON_InsertItemInArray(item, 0, cJSON_DetachItemFromArray(item, i));
    for (cJSON *child = item->child; child; child = child->next)
        reverse_keys(child);
}

/* With the keys of all objects in it the other way round. */
static char *payload_of(const struct record *record)
{
    cJSON *root = cJSON_ParseWithLength(record->value, record->value_length);
    cJSON *payload = cJSON_GetObjectItemCaseSensitive(root, "payload");
    char *json;

    reverse_keys(payload);
    json = checked(cJSON_PrintUnformatted(payload));
    cJSON_Delete(root);
    return json;
}

static void check_event(const struct record *record, const struct decoded *decoded)
{
    const struct event *event = &decoded->event;
    struct event_id id = event_id_make(event->order_id, event->type, event->at);
    struct record copy = { .key = event->order_id, .key_length = strlen(event->order_id) };
    struct decoded again;
    char *payload = payload_of(record), *json;

    HOLDS(order_id_is_valid(event->order_id), "an event has a valid order id: %s", event->order_id);
    HOLDS(memcmp(&id, &event->id, sizeof(struct event_id)) == 0, "an event has its content's id: %s", event->order_id);
    HOLDS(text_is_clean(decoded->summary.region, strlen(decoded->summary.region)), "a region is clean text");
    json = event_json_encode(event, payload, &copy.value_length);
    copy.value = json;
    HOLDS(decode(&copy, &again), "what is encoded is an event: %s: %s", again.reason, json);
    HOLDS(is_same(decoded, &again), "what is encoded is the same event: %s", json);
    free(json);
    free(payload);
}

static void check_refusal(struct decoded *decoded)
{
    reason_seen(decoded->reason);
    text_clean(decoded->reason); /* as a batch does */
    HOLDS(text_is_clean(decoded->reason, strlen(decoded->reason)), "a reason can be stored: %s", decoded->reason);
}

static void check_record(struct record *record, char *value)
{
    struct decoded decoded;
    bool is_event = decode(record, &decoded);

    if (!is_event) {
        check_refusal(&decoded);
        if (mend_id(value, record->value_length, decoded.reason)) {
            is_event = decode(record, &decoded);
            HOLDS(strstr(decoded.reason, "does not match") == NULL, "the id that is asked for fits: %s", decoded.reason);
        }
    }
    if (!is_event && strstr(decoded.reason, "the record's key is not its orderId") == decoded.reason) {
        check_refusal(&decoded);
        record->key = decoded.event.order_id;
        record->key_length = strlen(decoded.event.order_id);
        struct decoded with_key;
        is_event = decode(record, &with_key);
        HOLDS(is_event, "the key that is asked for fits: %s", with_key.reason);
        check_event(record, &with_key);
    } else if (is_event) {
        check_event(record, &decoded);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line_end = size ? memchr(data, '\n', size) : NULL;
    size_t key_length = line_end ? (size_t)(line_end - data) : size;
    struct record record = { .key = key_length ? (const char *)data : NULL, .key_length = key_length };
    char *value = NULL;

    if (line_end) { /* of the value's own size, so that the sanitizer sees what reads beyond it */
        record.value_length = size - key_length - 1;
        value = checked(malloc(record.value_length + (record.value_length == 0)));
        memcpy(value, line_end + 1, record.value_length);
        record.value = value;
    }
    check_record(&record, value);
    free(value);
    return 0;
}
