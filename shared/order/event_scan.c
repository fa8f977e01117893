#include "event_scan.h"

#include "event_id.h"
#include "text.h"
#include "timestamp.h"

#include <string.h>

/* What has not been read yet. */
struct rest {
    const char *at, *end;
};

/* Borrowed from the bytes. */
struct text {
    const char *bytes;
    size_t length;
};

static bool take(struct rest *rest, const char *wanted, size_t length)
{
    if ((size_t)(rest->end - rest->at) < length || memcmp(rest->at, wanted, length) != 0)
        return false;
    rest->at += length;
    return true;
}

#define TAKE(rest, literal) take(rest, literal, sizeof(literal) - 1)

/* The rest of a string up to its quote: clean text that stands for itself. */
static bool take_text(struct rest *rest, struct text *text)
{
    const char *quote = memchr(rest->at, '"', (size_t)(rest->end - rest->at));

    if (!quote)
        return false;
    *text = (struct text){ rest->at, (size_t)(quote - rest->at) };
    rest->at = quote + 1;
    return !memchr(text->bytes, '\\', text->length) && text_is_clean(text->bytes, text->length);
}

/* With a final NUL, where there is room for it. */
static bool copy_text(const struct text *text, char *copy, size_t size)
{
    if (text->length >= size)
        return false;
    memcpy(copy, text->bytes, text->length);
    copy[text->length] = '\0';
    return true;
}

static int compare_texts(const struct text *a, const struct text *b)
{
    size_t common = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->bytes, b->bytes, common);

    return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* A form's fields and the keys of a payload are both sorted, so one pass finds what they have in common. */
struct fields {
    const struct event_form *form;
    size_t next; /* in the form, sorted by name */
};

static const struct payload_field *find_field(struct fields *fields, const struct text *name)
{
    for (; fields->next < fields->form->field_count; fields->next++) {
        const struct payload_field *field = event_form_sorted_field(fields->form, fields->next);
        int order = compare_texts(&(struct text){ field->name, strlen(field->name) }, name);

        if (order >= 0)
            return order == 0 ? field : NULL;
    }
    return NULL;
}

static bool is_within(const struct text *text)
{
    return text->length >= 1 && text->length <= PAYLOAD_TEXT_MAX;
}

/* The rest of a list. Only those of a field that the form has are limited. */
static bool take_list(struct rest *rest, bool is_limited)
{
    struct text text;

    if (TAKE(rest, "]"))
        return true;
    do {
        if (!TAKE(rest, "\"") || !take_text(rest, &text) || (is_limited && !is_within(&text)))
            return false;
    } while (TAKE(rest, ","));
    return TAKE(rest, "]");
}

static bool fits(const struct payload_field *field, const struct text *value)
{
    int64_t at;

    return field->kind == PAYLOAD_TEXT
               ? is_within(value)
               : field->kind == PAYLOAD_TIME && timestamp_read(value->bytes, value->length, &at);
}

static bool take_value(struct rest *rest, const struct payload_field *field, struct payload_summary *summary)
{
    struct text value;

    if (TAKE(rest, "["))
        return (!field || field->kind == PAYLOAD_LIST) && take_list(rest, field != NULL);
    if (!TAKE(rest, "\"") || !take_text(rest, &value))
        return false;
    return !field || (fits(field, &value) && (strcmp(field->name, PAYLOAD_REGION) != 0 ||
                                              copy_text(&value, summary->region, sizeof(summary->region))));
}

static bool take_members(struct rest *rest, const struct event_form *form, struct payload_summary *summary)
{
    struct fields fields = { .form = form };
    struct text name, previous = { NULL, 0 };

    do {
        if (!TAKE(rest, "\"") || !take_text(rest, &name) || !TAKE(rest, ":"))
            return false;
        if (previous.bytes && compare_texts(&previous, &name) >= 0)
            return false;
        if (!take_value(rest, find_field(&fields, &name), summary))
            return false;
        previous = name;
    } while (TAKE(rest, ","));
    return true;
}

static bool take_payload(struct rest *rest, const struct event_form *form, struct payload_summary *summary)
{
    const char *begin = rest->at;

    summary->region[0] = '\0';
    if (!TAKE(rest, "{}") && !(TAKE(rest, "{") && take_members(rest, form, summary) && TAKE(rest, "}")))
        return false;
    summary->hash = payload_hash(begin, (size_t)(rest->at - begin));
    return true;
}

/* The texts in front of the payload. */
struct head {
    struct text id, type, at, order_id;
};

static bool take_head(struct rest *rest, struct head *head)
{
    return TAKE(rest, "{\"eventId\":\"") && take_text(rest, &head->id) && TAKE(rest, ",\"eventType\":\"") &&
           take_text(rest, &head->type) && TAKE(rest, ",\"eventAt\":\"") && take_text(rest, &head->at) &&
           TAKE(rest, ",\"orderId\":\"") && take_text(rest, &head->order_id) && TAKE(rest, ",\"payload\":");
}

static bool read_type(const struct event_form *form, const struct text *text, const struct event_type **type)
{
    char name[EVENT_TYPE_NAME_MAX + 1];

    return copy_text(text, name, sizeof(name)) && (*type = event_form_type(form, name)) != NULL;
}

static bool is_id_of(const struct text *text, const struct event_id *id)
{
    char printed[EVENT_ID_SIZE];

    event_id_print(id, printed);
    return text->length == sizeof(printed) - 1 && memcmp(text->bytes, printed, text->length) == 0;
}

static bool read_head(const struct head *head, const struct event_form *form, struct event *event)
{
    if (!read_type(form, &head->type, &event->type) || !timestamp_read(head->at.bytes, head->at.length, &event->at) ||
        !copy_text(&head->order_id, event->order_id, sizeof(event->order_id)) || !order_id_is_valid(event->order_id))
        return false;
    event->id = event_id_make(event->order_id, event->type, event->at);
    return is_id_of(&head->id, &event->id);
}

bool event_scan(const char *bytes, size_t length, const struct event_form *form, struct event *event,
                struct payload_summary *summary)
{
    struct rest rest = { bytes, bytes + length };
    struct head head;

    return take_head(&rest, &head) && take_payload(&rest, form, summary) && TAKE(&rest, "}") && rest.at == rest.end &&
           read_head(&head, form, event);
}
