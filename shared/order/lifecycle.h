/*
 * lifecycle.h - which columns of the files become which events: the lifecycle file, row by row.
 *
 * docs/LIFECYCLES.md describes the file. A row is five cells: kind, name, column,
 * rule and stage. They are added one after the other, and checked as a whole at
 * the end; reasons begin with the line that they are about.
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
 * Pure: no I/O. What it gives is borrowed until lifecycle_free.
 */
#ifndef LIFECYCLE_H
#define LIFECYCLE_H

#include "event_form.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lifecycle_cell { CELL_KIND, CELL_NAME, CELL_COLUMN, CELL_RULE, CELL_STAGE, LIFECYCLE_CELLS };

/* What the columns of a lifecycle file are called. */
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

/* When a file must have a column: a set, of which one is enough. In a file that lacks an optional one its values are absent. */
enum lifecycle_need {
    COLUMN_OPTIONAL = 0,
    COLUMN_REQUIRED = 1,
    COLUMN_FOR_AS_OF = 2,
    COLUMN_FOR_JOIN = 4, /* where a customers file is given */
};

/* The columns that matter in one file. Each stands there once, compared without regard to case. */
struct lifecycle_columns {
    size_t count;
    char *names[LIFECYCLE_COLUMNS_MAX];
    unsigned needs[LIFECYCLE_COLUMNS_MAX]; /* enum lifecycle_need */
};

/* How a type comes about: an event at the time in its column, or a deadline at that time. Columns are numbers in the orders file's. */
struct lifecycle_rule {
    size_t column;
    bool required;
    const struct event_type *before; /* of a deadline: the event that it waits for; else NULL */
    size_t exception_column;         /* of a deadline: NO_COLUMN where there is no exception */
    char **states;                   /* … and the states in which nobody waits, up to a NULL */
};

/* Where a payload field comes from. */
struct lifecycle_source {
    enum lifecycle_file file;
    size_t column; /* a number in that file's */
};

struct lifecycle {
    struct event_form form;
    struct lifecycle_rule rules[EVENT_TYPES_MAX];        /* by number of the type */
    struct lifecycle_source sources[PAYLOAD_FIELDS_MAX]; /* by number of the field */
    struct lifecycle_columns columns[LIFECYCLE_FILES];
    char *file_names[LIFECYCLE_FILES];          /* in a folder; NULL where the lifecycle does without the file */
    const char *formats[LIFECYCLE_FORMATS_MAX]; /* of times, see time_format.h */
    size_t format_count;
    size_t id_column;                    /* in the orders file */
    size_t customer_column;              /* in the orders file: joins the customers; NO_COLUMN where nothing does */
    size_t key_columns[LIFECYCLE_FILES]; /* of customers and items: what an order finds its rows by */
    size_t time_columns[LIFECYCLE_COLUMNS_MAX]; /* those of the orders file that hold times: of types, then of fields */
    size_t time_count;

    /* What only the checks need. */
    struct lifecycle_row *rows;
    size_t row_count, row_capacity;
};

struct lifecycle *lifecycle_new(void);
void lifecycle_free(struct lifecycle *lifecycle);

/* Adds the row of a line. The cells are copied. False with the reason, after which it is only good to be freed. */
bool lifecycle_add(struct lifecycle *lifecycle, uint64_t line, const char *const cells[LIFECYCLE_CELLS],
                   char reason[REASON_SIZE]);

/*
 * Adds to a form the type or the payload field that a row stands for, as the database keeps it; other rows add
 * nothing. False when the form has no room for it, or the rule of a field is unknown.
 */
bool lifecycle_take_form(struct event_form *form, const char *kind, const char *name, const char *rule);

/* Checks what the rows say of each other, and what must not be missing. False with the reason. */
bool lifecycle_finish(struct lifecycle *lifecycle, char reason[REASON_SIZE]);

#endif
