/*
 * lifecycle.h - which columns of the files become which events: the lifecycle file, row by row.
 *
 * docs/LIFECYCLES.md describes the file. A row has five cells: kind, name, column,
 * rule and stage. Rows are added one after the other, and checked as a whole at
 * the end. A reason begins with the number of the line that it is about.
 *
 *     struct lifecycle *lifecycle = lifecycle_new();
 *
 *     for (…)
 *         if (!lifecycle_add(lifecycle, line, cells, reason))
 *             fail(reason);                       // "line 4: the name PAID appears twice"
 *     if (!lifecycle_finish(lifecycle, reason))
 *         fail(reason);
 *     order_parse(lifecycle, fields, …);          // order.h
 *     lifecycle_free(lifecycle);
 *
 * Pure: no I/O. Everything in it is borrowed until lifecycle_free.
 */
#ifndef LIFECYCLE_H
#define LIFECYCLE_H

#include "event_form.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lifecycle_cell { CELL_KIND, CELL_NAME, CELL_COLUMN, CELL_RULE, CELL_STAGE, LIFECYCLE_CELLS };

/* The names of the columns of a lifecycle file. */
extern const char *const LIFECYCLE_CELL_NAMES[LIFECYCLE_CELLS];

enum lifecycle_file { ORDERS_FILE, CUSTOMERS_FILE, ITEMS_FILE, LIFECYCLE_FILES };

/* "orders", "customers", "items". */
extern const char *const LIFECYCLE_FILE_NAMES[LIFECYCLE_FILES];

enum {
    LIFECYCLE_FORMATS_MAX = 32,
    LIFECYCLE_COLUMNS_MAX =
        2 + 2 * EVENT_TYPES_MAX + PAYLOAD_FIELDS_MAX, /* of one file: id, join, types and exceptions, fields */
    NO_COLUMN = LIFECYCLE_COLUMNS_MAX,
};

/* When a file must have a column: a set of conditions, of which one is enough. Values of a missing optional column are absent. */
enum lifecycle_need {
    COLUMN_OPTIONAL = 0,
    COLUMN_REQUIRED = 1,
    COLUMN_FOR_AS_OF = 2,
    COLUMN_FOR_JOIN = 4, /* if a customers file is given */
};

/* The columns that are read from one file, each listed once. Names are compared without regard to case. */
struct lifecycle_columns {
    size_t count;
    char *names[LIFECYCLE_COLUMNS_MAX];
    unsigned needs[LIFECYCLE_COLUMNS_MAX]; /* enum lifecycle_need */
};

/* How a type arises: as an event at the time in its column, or as a deadline at that time. Columns refer to the orders file. */
struct lifecycle_rule {
    size_t column;
    bool required;
    const struct event_type *before; /* of a deadline: the event that it waits for; otherwise NULL */
    size_t exception_column;         /* of a deadline: NO_COLUMN if there is no exception */
    char **states;                   /* … and the states in which it does not apply, up to a NULL */
};

/* The source of a payload field. */
struct lifecycle_source {
    enum lifecycle_file file;
    size_t column; /* an index into the columns of that file */
};

struct lifecycle {
    struct event_form form;
    struct lifecycle_rule rules[EVENT_TYPES_MAX];        /* by number of the type */
    struct lifecycle_source sources[PAYLOAD_FIELDS_MAX]; /* by number of the field */
    struct lifecycle_columns columns[LIFECYCLE_FILES];
    char *file_names[LIFECYCLE_FILES];          /* in a folder; NULL if the lifecycle does not use the file */
    const char *formats[LIFECYCLE_FORMATS_MAX]; /* of times, see time_format.h */
    size_t format_count;
    size_t id_column;                    /* in the orders file */
    size_t customer_column;              /* in the orders file: joins the customers file; NO_COLUMN if none does */
    size_t key_columns[LIFECYCLE_FILES]; /* in the customers and items files: the column that an order is joined by */
    size_t time_columns[LIFECYCLE_COLUMNS_MAX]; /* in the orders file, the columns of times: of types, then of fields */
    size_t time_count;

    /* Used only by the checks. */
    struct lifecycle_row *rows;
    size_t row_count, row_capacity;
};

struct lifecycle *lifecycle_new(void);
void lifecycle_free(struct lifecycle *lifecycle);

/* Adds the row of a line. The cells are copied. False with the reason: then the lifecycle can only be freed. */
bool lifecycle_add(struct lifecycle *lifecycle, uint64_t line, const char *const cells[LIFECYCLE_CELLS],
                   char reason[REASON_SIZE]);

/*
 * Adds to a form the type or the payload field that a row of the lifecycle in the database defines. Other rows add
 * nothing. False if the form has no room for it, or if the rule of a field is unknown.
 */
bool lifecycle_take_form(struct event_form *form, const char *kind, const char *name, const char *rule);

/* Checks the references between rows, and whether required rows are missing. False with the reason. */
bool lifecycle_finish(struct lifecycle *lifecycle, char reason[REASON_SIZE]);

#endif
