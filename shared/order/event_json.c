/*
 * Encoding builds the payload with cJSON once per order. The rest of each event is
 * printed around it, because four of five events would repeat the same tree.
 *
 * Decoding sorts the keys of every object before it reads any of them. Equal
 * payloads then have the same text and the same hash, and a repeated key is next to
 * its first occurrence. Parsers disagree about an object with a repeated key
 * (RFC 8259, section 4), so it is refused.
 */
#define _POSIX_C_SOURCE 200809L /* stpcpy, strdup */
#include "event_json.h"

#include "bug.h"
#include "event_id.h"
#include "memory.h"
#include "reason.h"
#include "scratch.h"
#include "text.h"
#include "timestamp.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *reference(const char *text)
{
    return checked(cJSON_CreateStringReference(text));
}

/* NULL where the value is absent. The tree refers to its texts. */
static cJSON *value_json(const struct payload_value *value)
{
    cJSON *list;

    if (value->text)
        return reference(value->text);
    if (value->list_count == 0)
        return NULL;
    list = checked(cJSON_CreateArray());
    for (size_t i = 0; i < value->list_count; i++)
        cJSON_AddItemToArray(list, reference(value->list[i]));
    return list;
}

char *payload_json_encode(const struct event_form *form, const struct payload *payload)
{
    char *printed, *json;
    cJSON *object;

    scratch_begin();
    object = checked(cJSON_CreateObject());
    for (size_t i = 0; i < form->field_count; i++) {
        const struct payload_field *field = event_form_sorted_field(form, i);
        cJSON *value = value_json(&payload->values[field - form->fields]);

        if (value)
            cJSON_AddItemToObjectCS(object, field->name, value);
    }
    printed = checked(cJSON_PrintUnformatted(object));
    json = checked(strdup(printed));
    cJSON_free(printed);
    cJSON_Delete(object);
    scratch_end();
    return json;
}

/* An order id is printable ASCII, of which JSON escapes two. */
static char *escape_order_id(const char *order_id, char *escaped)
{
    for (; *order_id; order_id++) {
        if (*order_id == '"' || *order_id == '\\')
            *escaped++ = '\\';
        *escaped++ = *order_id;
    }
    *escaped = '\0';
    return escaped;
}

size_t event_json_room(const struct event *event, const char *payload_json)
{
    static const char FRAME[] = "{\"eventId\":\"\",\"eventType\":\"\",\"eventAt\":\"\",\"orderId\":\"\",\"payload\":}";

    return sizeof(FRAME) + EVENT_ID_SIZE + strlen(event->type->name) + TIMESTAMP_SIZE + 2 * strlen(event->order_id) +
           strlen(payload_json);
}

size_t event_json_print(const struct event *event, const char *payload_json, char *json)
{
    char *end = event_id_print(&event->id, stpcpy(json, "{\"eventId\":\""));

    end = stpcpy(stpcpy(end, "\",\"eventType\":\""), event->type->name);
    end = timestamp_print(event->at, stpcpy(end, "\",\"eventAt\":\""));
    end = escape_order_id(event->order_id, stpcpy(end, "\",\"orderId\":\""));
    end = stpcpy(stpcpy(end, "\",\"payload\":"), payload_json);
    return (size_t)(stpcpy(end, "}") - json);
}

char *event_json_encode(const struct event *event, const char *payload_json, size_t *length)
{
    char *json = checked(malloc(event_json_room(event, payload_json)));

    *length = event_json_print(event, payload_json, json);
    return json;
}

/* cJSON ends a string at the NUL that this escape stands for, and nobody would see the rest missing. */
static bool has_escaped_nul(const char *bytes, size_t length)
{
    const char *end = bytes + length, *escape = memchr(bytes, '\\', length);

    while (escape && end - escape > 5) {
        if (memcmp(escape + 1, "u0000", 5) == 0)
            return true;
        escape += 2; /* whatever is escaped is no backslash that begins an escape */
        escape = memchr(escape, '\\', (size_t)(end - escape));
    }
    return false;
}

static bool is_json_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The one JSON value that the bytes are, or NULL. The caller deletes it. */
static cJSON *parse_whole(const char *bytes, size_t length)
{
    const char *rest = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(bytes, length, &rest, false);

    if (!root)
        return NULL;
    while (rest < bytes + length && is_json_space(*rest))
        rest++;
    if (rest == bytes + length)
        return root;
    cJSON_Delete(root);
    return NULL;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(cJSON *const *)a)->string, (*(cJSON *const *)b)->string);
}

static void sort_members(cJSON *object)
{
    size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
    cJSON **members;

    if (count < 2)
        return;
    members = checked(malloc(count * sizeof(*members))); /* NOLINT(bugprone-sizeof-expression): of pointers */
    while (object->child)
        members[i++] = cJSON_DetachItemViaPointer(object, object->child);
    qsort(members, count, sizeof(*members), compare_keys); /* NOLINT(bugprone-sizeof-expression): of pointers */
    for (i = 0; i < count; i++)
        cJSON_AddItemToArray(object, members[i]);
    free(members);
}

/* Sorts the keys of all objects within. False when a key appears twice in one; *key is its name. */
static bool sort_keys(cJSON *item, const char **key) /* NOLINT(misc-no-recursion): as deep as cJSON parses */
{
    if (cJSON_IsObject(item))
        sort_members(item);
    for (cJSON *child = item->child; child; child = child->next) {
        if (child->string && child->next && strcmp(child->string, child->next->string) == 0) {
            *key = child->string;
            return false;
        }
        if (!sort_keys(child, key))
            return false;
    }
    return true;
}

/* NULL where it is missing or not a string. */
static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool decode_event(const cJSON *root, const struct event_form *form, struct event *event,
                         char reason[REASON_SIZE])
{
    const char *id = text_of(root, "eventId"), *type = text_of(root, "eventType");
    const char *at = text_of(root, "eventAt"), *order_id = text_of(root, "orderId");
    char expected[EVENT_ID_SIZE];

    if (!id || !type || !at || !order_id)
        return reason_set(reason, "%s is missing or not a string",
                          !id     ? "eventId"
                          : !type ? "eventType"
                          : !at   ? "eventAt"
                                  : "orderId");
    event->type = event_form_type(form, type);
    if (!event->type)
        return reason_set(reason, "eventType is unknown: %.63s", type);
    if (!timestamp_read(at, strlen(at), &event->at))
        return reason_set(reason, "eventAt is not a time of the form YYYY-MM-DDTHH:MM:SS[.mmm]: %.40s", at);
    if (!order_id_is_valid(order_id))
        return reason_set(reason, "orderId is not 1 to %d printable ASCII characters: %.80s", ORDER_ID_MAX, order_id);
    memcpy(event->order_id, order_id, strlen(order_id) + 1);
    event->id = event_id_make(event->order_id, event->type, event->at);
    event_id_print(&event->id, expected);
    if (strcmp(id, expected) == 0)
        return true;
    return event_id_parse(id, &event->id)
               ? reason_set(reason, "eventId does not match the content, whose id is %s: %s", expected, id)
               : reason_set(reason, "eventId is not a lower-case UUID: %.40s", id);
}

static bool is_text_within(const cJSON *item, size_t max)
{
    const char *text = cJSON_GetStringValue(item);
    size_t length = text ? strlen(text) : 0;

    return length >= 1 && length <= max && text_is_clean(text, length);
}

static bool check_list(const char *name, const cJSON *list, char reason[REASON_SIZE])
{
    const cJSON *item;

    if (!cJSON_IsArray(list))
        return reason_set(reason, "payload.%s is not an array", name);
    cJSON_ArrayForEach(item, list) {
        if (!is_text_within(item, PAYLOAD_TEXT_MAX))
            return reason_set(reason, "payload.%s holds something other than texts of 1 to %d bytes", name,
                              PAYLOAD_TEXT_MAX);
    }
    return true;
}

static bool check_field(const struct payload_field *field, const cJSON *value, char reason[REASON_SIZE])
{
    int64_t at;

    switch (field->kind) {
    case PAYLOAD_TEXT:
        return is_text_within(value, PAYLOAD_TEXT_MAX) ||
               reason_set(reason, "payload.%s is not a text of 1 to %d bytes", field->name, PAYLOAD_TEXT_MAX);
    case PAYLOAD_TIME:
        return (cJSON_IsString(value) && timestamp_read(value->valuestring, strlen(value->valuestring), &at)) ||
               reason_set(reason, "payload.%s is not a time of the form YYYY-MM-DDTHH:MM:SS[.mmm]", field->name);
    case PAYLOAD_LIST:
        return check_list(field->name, value, reason);
    }
    BUG("unknown payload_type");
}

static bool check_payload(const struct event_form *form, const cJSON *payload, char reason[REASON_SIZE])
{
    if (!cJSON_IsObject(payload))
        return reason_set(reason, "payload is missing or not an object");
    for (size_t i = 0; i < form->field_count; i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(payload, form->fields[i].name);

        if (value && !check_field(&form->fields[i], value, reason))
            return false;
    }
    return true;
}

static void summarize(const struct event_form *form, const cJSON *payload, struct payload_summary *summary)
{
    const char *region = event_form_field(form, PAYLOAD_REGION) ? text_of(payload, PAYLOAD_REGION) : NULL;
    char *canonical = checked(cJSON_PrintUnformatted(payload));

    if (!region)
        region = "";
    memcpy(summary->region, region, strlen(region) + 1);
    summary->hash = payload_hash(canonical, strlen(canonical));
    cJSON_free(canonical);
}

static bool decode_root(cJSON *root, const struct event_form *form, struct event *event,
                        struct payload_summary *summary, char reason[REASON_SIZE])
{
    const char *repeated;
    const cJSON *payload;

    if (!cJSON_IsObject(root))
        return reason_set(reason, "the value is JSON but not an object");
    if (!sort_keys(root, &repeated))
        return reason_set(reason, "the key %.40s appears twice in one object", repeated);
    payload = cJSON_GetObjectItemCaseSensitive(root, "payload");
    if (!decode_event(root, form, event, reason) || !check_payload(form, payload, reason))
        return false;
    summarize(form, payload, summary);
    return true;
}

bool event_json_decode(const char *bytes, size_t length, const struct event_form *form, struct event *event,
                       struct payload_summary *summary, char reason[REASON_SIZE])
{
    cJSON *root;
    bool decoded = false;

    if (!bytes || length == 0)
        return reason_set(reason, "the value is empty");
    if (!text_is_utf8(bytes, length))
        return reason_set(reason, "the value is not valid UTF-8");
    if (has_escaped_nul(bytes, length))
        return reason_set(reason, "a text contains \\u0000");
    scratch_begin();
    root = parse_whole(bytes, length);
    if (root)
        decoded = decode_root(root, form, event, summary, reason);
    else
        reason_set(reason, "the value is not JSON");
    cJSON_Delete(root);
    scratch_end();
    return decoded;
}

/* What an event has that the form lacks: its type, or a field of its payload. False when there is nothing. */
static bool find_foreign(const cJSON *root, const struct event_form *form, char what[EVENT_FOREIGN_SIZE])
{
    const char *type = text_of(root, "eventType");
    const cJSON *payload = cJSON_GetObjectItemCaseSensitive(root, "payload"), *field;

    if (type && !event_form_type(form, type)) {
        snprintf(what, EVENT_FOREIGN_SIZE, "%s", type);
        return true;
    }
    cJSON_ArrayForEach(field, payload) {
        if (field->string && !event_form_field(form, field->string)) {
            snprintf(what, EVENT_FOREIGN_SIZE, "payload.%.*s", PAYLOAD_NAME_MAX, field->string);
            return true;
        }
    }
    return false;
}

bool event_json_is_foreign(const char *bytes, size_t length, const struct event_form *form,
                           char what[EVENT_FOREIGN_SIZE])
{
    struct event_form any = { 0 };
    struct event event;
    struct payload_summary summary;
    char reason[REASON_SIZE];
    cJSON *root = bytes ? cJSON_ParseWithLength(bytes, length) : NULL;
    const char *type = root ? text_of(root, "eventType") : NULL;
    bool is_foreign = type && event_type_name_is_valid(type) && event_form_add_type(&any, type) &&
                      event_json_decode(bytes, length, &any, &event, &summary, reason) &&
                      find_foreign(root, form, what);

    cJSON_Delete(root);
    return is_foreign;
}
