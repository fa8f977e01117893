/*
 * Each kind of row has a function that checks its cells. scripts/verify checks them
 * too, in SQL and in the same order, so that both report the same fault of a file
 * first, in the same words (the cases are in tests/data/lifecycle).
 */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "lifecycle_row.h"

#include "memory.h"
#include "time_format.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const LIFECYCLE_DEFAULT_PATHS[LIFECYCLE_FILES] = { "orders.csv", "customers.csv", "items.csv" };

size_t lifecycle_need_column(struct lifecycle *lifecycle, enum lifecycle_file file, const char *name,
                             enum lifecycle_need need)
{
    struct lifecycle_columns *columns = &lifecycle->columns[file];
    size_t i = 0;

    while (i < columns->count && strcasecmp(columns->names[i], name) != 0)
        i++;
    if (i == columns->count) {
        columns->names[columns->count++] = checked(strdup(name));
        columns->needs[i] = COLUMN_OPTIONAL;
    }
    columns->needs[i] |= need;
    return i;
}

struct lifecycle_row *lifecycle_find_row(const struct lifecycle *lifecycle, const char *kind, const char *name)
{
    for (size_t i = 0; i < lifecycle->row_count; i++) {
        struct lifecycle_row *row = &lifecycle->rows[i];

        if (strcmp(row->cells[CELL_KIND], kind) == 0 && (!name || strcmp(row->cells[CELL_NAME], name) == 0))
            return row;
    }
    return NULL;
}

/* --- cells */

static bool check_column(const struct lifecycle_row *row, char reason[REASON_SIZE])
{
    return *row->cells[CELL_COLUMN] != '\0' || reason_set_at_line(reason, row->line, "the column is missing");
}

static bool refuse_rule(const struct lifecycle_row *row, const char *allowed, char reason[REASON_SIZE])
{
    return reason_set_at_line(reason, row->line, "the rule %.100s is unknown: %s", row->cells[CELL_RULE], allowed);
}

static bool check_no_stage(const struct lifecycle_row *row, char reason[REASON_SIZE])
{
    return *row->cells[CELL_STAGE] == '\0' ||
           reason_set_at_line(reason, row->line, "only events and deadlines have a stage");
}

/* --- kind file */

static bool take_join(struct lifecycle *lifecycle, enum lifecycle_file file, const struct lifecycle_row *row,
                      char reason[REASON_SIZE])
{
    const char *rule = row->cells[CELL_RULE];
    char *ours = NULL, *theirs = NULL;
    bool parsed = lifecycle_parse_join(rule, &ours, &theirs) && (file == CUSTOMERS_FILE || !strstr(rule, " = "));

    if (parsed)
        lifecycle->key_columns[file] = lifecycle_need_column(lifecycle, file, theirs, COLUMN_REQUIRED);
    free(ours);
    free(theirs);
    return parsed || refuse_rule(row,
                                 file == CUSTOMERS_FILE ? "for the file customers it is by COLUMN or by COLUMN = COLUMN"
                                                        : "for the file items it is by COLUMN",
                                 reason);
}

static bool add_file(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    const char *name = row->cells[CELL_NAME], *path = row->cells[CELL_COLUMN];
    int file = 0;

    while (file < LIFECYCLE_FILES && strcmp(name, LIFECYCLE_FILE_NAMES[file]) != 0)
        file++;
    if (file == LIFECYCLE_FILES)
        return reason_set_at_line(reason, row->line, "a file is called orders, customers or items, not %.100s", name);
    if (lifecycle_find_row(lifecycle, "file", name))
        return reason_set_at_line(reason, row->line, "the file %s appears twice", name);
    if (strchr(path, '/'))
        return reason_set_at_line(reason, row->line, "the name of a file must not contain /");
    if (file == ORDERS_FILE && *row->cells[CELL_RULE])
        return refuse_rule(row, "for the file orders it is empty", reason);
    if (file != ORDERS_FILE && !take_join(lifecycle, (enum lifecycle_file)file, row, reason))
        return false;
    lifecycle->file_names[file] = checked(strdup(*path ? path : LIFECYCLE_DEFAULT_PATHS[file]));
    return check_no_stage(row, reason);
}

/* --- kind format */

/* A reason is about an option; of it the part that a row has as well. */
static bool add_format(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    static const char OPTION[] = "--timestamp-format";
    const char *format = row->cells[CELL_RULE];
    char refusal[REASON_SIZE];
    struct time_reader times;

    if (*row->cells[CELL_NAME] || *row->cells[CELL_COLUMN] || *row->cells[CELL_STAGE])
        return reason_set_at_line(reason, row->line, "a format must have a rule, and no name, column or stage");
    if (lifecycle->format_count == LIFECYCLE_FORMATS_MAX)
        return reason_set_at_line(reason, row->line, "there are more than %d formats", LIFECYCLE_FORMATS_MAX);
    if (!time_reader_init(&times, &format, 1, refusal))
        return reason_set_at_line(reason, row->line, "the format%s", refusal + strlen(OPTION));
    time_reader_release(&times);
    lifecycle->formats[lifecycle->format_count++] = format;
    return true;
}

/* --- kind id */

static bool add_id(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    if (lifecycle_find_row(lifecycle, "id", NULL))
        return reason_set_at_line(reason, row->line, "there are two ids");
    if (strcmp(row->cells[CELL_NAME], "orderId") != 0)
        return reason_set_at_line(reason, row->line, "the id is called orderId, not %.100s", row->cells[CELL_NAME]);
    if (!check_column(row, reason))
        return false;
    if (*row->cells[CELL_RULE])
        return refuse_rule(row, "for an id it is empty", reason);
    lifecycle->id_column = lifecycle_need_column(lifecycle, ORDERS_FILE, row->cells[CELL_COLUMN], COLUMN_REQUIRED);
    return check_no_stage(row, reason);
}

/* --- kinds event and deadline */

static bool is_on_timeline(const struct lifecycle *lifecycle, const char *name)
{
    /* Of order_timeline and of every table. */
    static const char *const OTHERS[] = { "order_id", "region", "state", "ctid",    "xmin",
                                          "xmax",     "cmin",   "cmax",  "tableoid" };

    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++) {
        if (strcmp(name, OTHERS[i]) == 0)
            return true;
    }
    for (size_t i = 0; i < lifecycle->row_count; i++) {
        if (strcmp(name, lifecycle->rows[i].moment) == 0 || strcmp(name, lifecycle->rows[i].flag) == 0)
            return true;
    }
    return false;
}

/* The columns that the row makes of order_timeline. `flag` is what a deadline's rule names, "" for nothing, NULL for an event. */
static bool take_stage(struct lifecycle *lifecycle, struct lifecycle_row *row, const char *flag,
                       char reason[REASON_SIZE])
{
    const char *stage = row->cells[CELL_STAGE];
    char lower[STAGE_MAX + 1] = "";

    if (*stage && !lifecycle_is_stage(stage))
        return reason_set_at_line(reason, row->line, "the stage %.100s is not 1 to %d of a-z, 0-9 and _", stage,
                                  STAGE_MAX);
    if (!*stage && strlen(row->cells[CELL_NAME]) > STAGE_MAX)
        return reason_set_at_line(reason, row->line, "a name of more than %d letters needs a stage", STAGE_MAX);
    if (!*stage) {
        for (size_t i = 0; row->cells[CELL_NAME][i]; i++)
            lower[i] = (char)tolower((unsigned char)row->cells[CELL_NAME][i]);
        stage = lower;
    }
    snprintf(row->moment, sizeof(row->moment), "%.*s_at", STAGE_MAX, stage);
    if (is_on_timeline(lifecycle, row->moment))
        return reason_set_at_line(reason, row->line, "order_timeline would have two columns named %s", row->moment);
    if (!flag)
        return true;
    snprintf(row->flag, sizeof(row->flag), "%.*s", TIMELINE_NAME_MAX, *flag ? flag : stage);
    return (!is_on_timeline(lifecycle, row->flag) && strcmp(row->flag, row->moment) != 0) ||
           reason_set_at_line(reason, row->line, "order_timeline would have two columns named %s", row->flag);
}

static bool check_type_name(struct lifecycle *lifecycle, const struct lifecycle_row *row, char reason[REASON_SIZE])
{
    const char *name = row->cells[CELL_NAME];

    if (!event_type_name_is_valid(name))
        return reason_set_at_line(reason, row->line, "the name %.100s is not 1 to %d of A-Z, 0-9 and _", name,
                                  EVENT_TYPE_NAME_MAX);
    if (event_form_type(&lifecycle->form, name))
        return reason_set_at_line(reason, row->line, "the name %s appears twice", name);
    return lifecycle->form.type_count < EVENT_TYPES_MAX ||
           reason_set_at_line(reason, row->line, "there are more than %d events and deadlines", EVENT_TYPES_MAX);
}

static struct lifecycle_rule *new_rule(struct lifecycle *lifecycle, const struct lifecycle_row *row,
                                       enum lifecycle_need need)
{
    const struct event_type *type = event_form_add_type(&lifecycle->form, row->cells[CELL_NAME]);
    struct lifecycle_rule *rule = &lifecycle->rules[type->number];

    *rule = (struct lifecycle_rule){
        .column = lifecycle_need_column(lifecycle, ORDERS_FILE, row->cells[CELL_COLUMN], need),
        .required = need == COLUMN_REQUIRED,
        .exception_column = NO_COLUMN,
    };
    return rule;
}

static bool add_event(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    const char *rule = row->cells[CELL_RULE];
    bool is_required = strcmp(rule, "required") == 0;

    if (!check_type_name(lifecycle, row, reason) || !check_column(row, reason))
        return false;
    if (*rule && !is_required)
        return refuse_rule(row, "for an event it is required or empty", reason);
    new_rule(lifecycle, row, is_required ? COLUMN_REQUIRED : COLUMN_OPTIONAL);
    return take_stage(lifecycle, row, NULL, reason);
}

static bool add_deadline(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    char event[EVENT_TYPE_NAME_MAX + 1], flag[TIMELINE_NAME_MAX + 1];

    if (!check_type_name(lifecycle, row, reason) || !check_column(row, reason))
        return false;
    if (!lifecycle_parse_before(row->cells[CELL_RULE], event, flag))
        return refuse_rule(row, "for a deadline it is before EVENT or before EVENT as NAME", reason);
    new_rule(lifecycle, row, COLUMN_OPTIONAL);
    return take_stage(lifecycle, row, flag, reason);
}

/* --- kind unless */

static bool add_unless(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    char **states;

    if (lifecycle_find_row(lifecycle, "unless", row->cells[CELL_NAME]))
        return reason_set_at_line(reason, row->line, "the deadline %.100s has two exceptions", row->cells[CELL_NAME]);
    if (!check_column(row, reason))
        return false;
    states = lifecycle_parse_states(row->cells[CELL_RULE]);
    if (!states)
        return refuse_rule(row, "for an exception it is one or more states with | between them", reason);
    lifecycle_free_states(states);
    return check_no_stage(row, reason);
}

/* --- kind payload */

static bool add_payload(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    const char *name = row->cells[CELL_NAME], *column = row->cells[CELL_COLUMN];
    enum lifecycle_file file = lifecycle_file_of(&column);
    enum payload_kind kind;
    bool is_region = strcmp(name, PAYLOAD_REGION) == 0;

    if (!lifecycle_is_field(name))
        return reason_set_at_line(reason, row->line,
                                  "the name %.100s is not a lower-case letter and at most %d letters, digits and _",
                                  name, PAYLOAD_NAME_MAX - 1);
    if (event_form_field(&lifecycle->form, name))
        return reason_set_at_line(reason, row->line, "the name %s appears twice", name);
    if (lifecycle->form.field_count == PAYLOAD_FIELDS_MAX)
        return reason_set_at_line(reason, row->line, "there are more than %d payload fields", PAYLOAD_FIELDS_MAX);
    if (*column == '\0')
        return reason_set_at_line(reason, row->line, "the column is missing");
    if (!lifecycle_parse_kind(row->cells[CELL_RULE], &kind))
        return refuse_rule(row, "for a payload field it is text, time or list", reason);
    if ((kind == PAYLOAD_LIST) != (file == ITEMS_FILE))
        return reason_set_at_line(reason, row->line,
                                  "a field of the items file must be a list, and no other field may be one");
    if (is_region && kind != PAYLOAD_TEXT)
        return reason_set_at_line(reason, row->line, "the region is a text of the orders or customers file");
    lifecycle->sources[lifecycle->form.field_count] =
        (struct lifecycle_source){ file, lifecycle_need_column(lifecycle, file, column, COLUMN_REQUIRED) };
    event_form_add_field(&lifecycle->form, name, kind);
    return check_no_stage(row, reason);
}

/* --- all kinds */

static const struct {
    const char *name;
    bool (*add)(struct lifecycle *, struct lifecycle_row *, char[REASON_SIZE]);
} KINDS[] = {
    { "file", add_file },         { "format", add_format }, { "id", add_id },           { "event", add_event },
    { "deadline", add_deadline }, { "unless", add_unless }, { "payload", add_payload },
};

bool lifecycle_row_take(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE])
{
    for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
        if (strcmp(row->cells[CELL_KIND], KINDS[i].name) == 0)
            return KINDS[i].add(lifecycle, row, reason);
    }
    return reason_set_at_line(reason, row->line,
                              "the kind %.100s is unknown: it is file, format, id, event, deadline, unless or payload",
                              row->cells[CELL_KIND]);
}
