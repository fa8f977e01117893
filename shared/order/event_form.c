#include "event_form.h"

#include <string.h>

const struct event_type *event_form_type(const struct event_form *form, const char *name)
{
    for (int i = 0; i < form->type_count; i++) {
        if (strcmp(form->types[i].name, name) == 0)
            return &form->types[i];
    }
    return NULL;
}

const struct payload_field *event_form_field(const struct event_form *form, const char *name)
{
    for (size_t i = 0; i < form->field_count; i++) {
        if (strcmp(form->fields[i].name, name) == 0)
            return &form->fields[i];
    }
    return NULL;
}

const struct payload_field *event_form_sorted_field(const struct event_form *form, size_t i)
{
    return &form->fields[form->sorted[i]];
}

bool event_type_name_is_valid(const char *name)
{
    size_t length = strlen(name);

    return length >= 1 && length <= EVENT_TYPE_NAME_MAX &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == length;
}

const struct event_type *event_form_add_type(struct event_form *form, const char *name)
{
    const struct event_type *known = event_form_type(form, name);
    struct event_type *type;

    if (known || form->type_count == EVENT_TYPES_MAX || strlen(name) > EVENT_TYPE_NAME_MAX)
        return known;
    type = &form->types[form->type_count];
    type->number = form->type_count++;
    memcpy(type->name, name, strlen(name) + 1);
    return type;
}

/* Puts the last field in its place among those sorted before it. */
static void sort_in(struct event_form *form)
{
    size_t number = form->field_count - 1, place = number;

    for (; place > 0 && strcmp(event_form_sorted_field(form, place - 1)->name, form->fields[number].name) > 0; place--)
        form->sorted[place] = form->sorted[place - 1];
    form->sorted[place] = (unsigned char)number;
}

const struct payload_field *event_form_add_field(struct event_form *form, const char *name, enum payload_kind kind)
{
    const struct payload_field *known = event_form_field(form, name);
    struct payload_field *field;

    if (known || form->field_count == PAYLOAD_FIELDS_MAX || strlen(name) > PAYLOAD_NAME_MAX)
        return known;
    field = &form->fields[form->field_count++];
    field->kind = kind;
    memcpy(field->name, name, strlen(name) + 1);
    sort_in(form);
    return field;
}
