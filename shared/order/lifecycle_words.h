/*
 * lifecycle_words.h - the words in a lifecycle's cells: names, stages, rules.
 *
 *     char event[EVENT_TYPE_NAME_MAX + 1], flag[TIMELINE_NAME_MAX + 1];
 *
 *     if (!lifecycle_parse_before("before DELIVERED as late", event, flag))
 *         …
 *
 * Pure. What is parsed into texts of its own is the caller's to free.
 */
#ifndef LIFECYCLE_WORDS_H
#define LIFECYCLE_WORDS_H

#include "event_form.h"
#include "lifecycle.h"

#include <stdbool.h>

enum { STAGE_MAX = 60, TIMELINE_NAME_MAX = 63 };

/* 1 to STAGE_MAX of a-z, 0-9 and _. */
bool lifecycle_is_stage(const char *text);

/* The name of a payload field: a lower-case letter, then letters, digits and _, PAYLOAD_NAME_MAX at most. */
bool lifecycle_is_field(const char *name);

/*
 * `by COLUMN` or `by COLUMN = COLUMN`: the columns of the orders file and of the other one. Both are allocated
 * or NULL, also where it returns false.
 */
bool lifecycle_parse_join(const char *rule, char **ours, char **theirs);

/* `before EVENT` or `before EVENT as NAME`, whose name is "" where there is none. */
bool lifecycle_parse_before(const char *rule, char event[EVENT_TYPE_NAME_MAX + 1], char flag[TIMELINE_NAME_MAX + 1]);

/* States with `|` between them, up to a NULL; or NULL where one is empty. */
char **lifecycle_parse_states(const char *text);
void lifecycle_free_states(char **states);

/* Empty or `text`, `time`, `list`. */
bool lifecycle_parse_kind(const char *rule, enum payload_kind *kind);

/* The file that a payload's column is of; *column is moved past its name. */
enum lifecycle_file lifecycle_file_of(const char **column);

#endif
