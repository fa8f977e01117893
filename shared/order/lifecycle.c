/*
 * lifecycle_row.c checks each row by itself. Rows may refer to rows further down, so
 * all rows are kept, and the references between them are checked at the end.
 */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "lifecycle.h"

#include "lifecycle_row.h"
#include "lifecycle_words.h"
#include "memory.h"
#include "reason.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

const char *const LIFECYCLE_CELL_NAMES[LIFECYCLE_CELLS] = { "kind", "name", "column", "rule", "stage" };

const char *const LIFECYCLE_FILE_NAMES[LIFECYCLE_FILES] = { "orders", "customers", "items" };

struct lifecycle *lifecycle_new(void)
{
    struct lifecycle *lifecycle = checked(calloc(1, sizeof(*lifecycle)));

    lifecycle->id_column = lifecycle->customer_column = NO_COLUMN;
    return lifecycle;
}

void lifecycle_free(struct lifecycle *lifecycle)
{
    if (!lifecycle)
        return;
    for (int i = 0; i < LIFECYCLE_FILES; i++) {
        for (size_t j = 0; j < lifecycle->columns[i].count; j++)
            free(lifecycle->columns[i].names[j]);
        free(lifecycle->file_names[i]);
    }
    for (int i = 0; i < EVENT_TYPES_MAX; i++)
        lifecycle_free_states(lifecycle->rules[i].states);
    for (size_t i = 0; i < lifecycle->row_count; i++) {
        for (int j = 0; j < LIFECYCLE_CELLS; j++)
            free(lifecycle->rows[i].cells[j]);
    }
    free(lifecycle->rows);
    free(lifecycle);
}

bool lifecycle_add(struct lifecycle *lifecycle, uint64_t line, const char *const cells[LIFECYCLE_CELLS],
                   char reason[REASON_SIZE])
{
    struct lifecycle_row *row;
    bool is_taken;

    for (int i = 0; i < LIFECYCLE_CELLS; i++) {
        if (!text_is_clean(cells[i], strlen(cells[i])))
            return reason_set_at_line(reason, line, "a cell holds control characters or is not UTF-8");
    }
    if (lifecycle->row_count == lifecycle->row_capacity) {
        lifecycle->row_capacity = lifecycle->row_capacity ? 2 * lifecycle->row_capacity : 32;
        lifecycle->rows = checked(realloc(lifecycle->rows, lifecycle->row_capacity * sizeof(*lifecycle->rows)));
    }
    row = &lifecycle->rows[lifecycle->row_count];
    *row = (struct lifecycle_row){ .line = line };
    for (int i = 0; i < LIFECYCLE_CELLS; i++)
        row->cells[i] = checked(strdup(cells[i]));

    is_taken = lifecycle_row_take(lifecycle, row, reason);
    lifecycle->row_count++; /* only now: it is compared with the rows before it. A refused one counts, to be freed. */
    return is_taken;
}

bool lifecycle_take_form(struct event_form *form, const char *kind, const char *name, const char *rule)
{
    enum payload_kind payload_kind;

    if (strcmp(kind, "event") == 0 || strcmp(kind, "deadline") == 0)
        return event_form_add_type(form, name) != NULL;
    if (strcmp(kind, "payload") == 0)
        return lifecycle_parse_kind(rule, &payload_kind) && event_form_add_field(form, name, payload_kind) != NULL;
    return true;
}

/* --- what rows say of others */

/* The column that joins the customers comes behind those of the rows. */
static void add_customer_column(struct lifecycle *lifecycle)
{
    const struct lifecycle_row *row = lifecycle_find_row(lifecycle, "file", LIFECYCLE_FILE_NAMES[CUSTOMERS_FILE]);
    char *ours = NULL, *theirs = NULL;

    if (row && lifecycle_parse_join(row->cells[CELL_RULE], &ours, &theirs))
        lifecycle->customer_column = lifecycle_need_column(lifecycle, ORDERS_FILE, ours, COLUMN_FOR_JOIN);
    free(ours);
    free(theirs);
}

static bool finish_deadline(struct lifecycle *lifecycle, const struct lifecycle_row *row, char reason[REASON_SIZE])
{
    const struct event_type *type = event_form_type(&lifecycle->form, row->cells[CELL_NAME]), *event;
    char name[EVENT_TYPE_NAME_MAX + 1], flag[TIMELINE_NAME_MAX + 1];

    lifecycle_parse_before(row->cells[CELL_RULE], name, flag);
    if (!lifecycle_find_row(lifecycle, "event", name))
        return reason_set_at_line(reason, row->line, "there is no event named %s", name);
    event = event_form_type(&lifecycle->form, name);
    lifecycle->rules[type->number].before = event;
    return true;
}

static bool finish_unless(struct lifecycle *lifecycle, const struct lifecycle_row *row, char reason[REASON_SIZE])
{
    struct lifecycle_rule *rule;

    if (!lifecycle_find_row(lifecycle, "deadline", row->cells[CELL_NAME]))
        return reason_set_at_line(reason, row->line, "there is no deadline named %.100s", row->cells[CELL_NAME]);
    rule = &lifecycle->rules[event_form_type(&lifecycle->form, row->cells[CELL_NAME])->number];
    rule->exception_column = lifecycle_need_column(lifecycle, ORDERS_FILE, row->cells[CELL_COLUMN], COLUMN_FOR_AS_OF);
    rule->states = lifecycle_parse_states(row->cells[CELL_RULE]);
    return true;
}

static bool finish_payload(struct lifecycle *lifecycle, const struct lifecycle_row *row, char reason[REASON_SIZE])
{
    const char *column = row->cells[CELL_COLUMN];
    enum lifecycle_file file = lifecycle_file_of(&column);

    return file == ORDERS_FILE || lifecycle->file_names[file] ||
           reason_set_at_line(reason, row->line, "there is no row file,%s", LIFECYCLE_FILE_NAMES[file]);
}

static void add_time_column(struct lifecycle *lifecycle, size_t column)
{
    for (size_t i = 0; i < lifecycle->time_count; i++) {
        if (lifecycle->time_columns[i] == column)
            return;
    }
    lifecycle->time_columns[lifecycle->time_count++] = column;
}

static void find_time_columns(struct lifecycle *lifecycle)
{
    for (int i = 0; i < lifecycle->form.type_count; i++)
        add_time_column(lifecycle, lifecycle->rules[i].column);
    for (size_t i = 0; i < lifecycle->form.field_count; i++) {
        if (lifecycle->form.fields[i].kind == PAYLOAD_TIME && lifecycle->sources[i].file == ORDERS_FILE)
            add_time_column(lifecycle, lifecycle->sources[i].column);
    }
}

static bool has_required_event(const struct lifecycle *lifecycle)
{
    for (int i = 0; i < lifecycle->form.type_count; i++) {
        if (lifecycle->rules[i].required)
            return true;
    }
    return false;
}

bool lifecycle_finish(struct lifecycle *lifecycle, char reason[REASON_SIZE])
{
    static const struct {
        const char *kind;
        bool (*finish)(struct lifecycle *, const struct lifecycle_row *, char[REASON_SIZE]);
    } FINISHED[] = {
        { "deadline", finish_deadline },
        { "unless", finish_unless },
        { "payload", finish_payload },
    };

    for (size_t i = 0; i < lifecycle->row_count; i++) {
        const struct lifecycle_row *row = &lifecycle->rows[i];

        for (size_t j = 0; j < sizeof(FINISHED) / sizeof(FINISHED[0]); j++) {
            if (strcmp(row->cells[CELL_KIND], FINISHED[j].kind) == 0 && !FINISHED[j].finish(lifecycle, row, reason))
                return false;
        }
    }
    if (lifecycle->id_column == NO_COLUMN)
        return reason_set_at_line(reason, 1, "there is no id");
    if (!has_required_event(lifecycle))
        return reason_set_at_line(reason, 1, "there is no required event");
    if (!lifecycle->file_names[ORDERS_FILE])
        lifecycle->file_names[ORDERS_FILE] = checked(strdup(LIFECYCLE_DEFAULT_PATHS[ORDERS_FILE]));
    add_customer_column(lifecycle);
    find_time_columns(lifecycle);
    return true;
}
