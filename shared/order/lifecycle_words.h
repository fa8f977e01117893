/*
 * lifecycle_words.h - parses the cells of a lifecycle: names, stages, rules.
 *
 *     char event[EVENT_TYPE_NAME_MAX + 1], flag[TIMELINE_NAME_MAX + 1];
 *
 *     if (!lifecycle_parse_before("before DELIVERED as late", event, flag))
 *         …
 *
 * Pure. The caller frees the texts that are allocated.
 */
#ifndef LIFECYCLE_WORDS_H
#define LIFECYCLE_WORDS_H

#include "event_form.h"
#include "lifecycle.h"

#include <stdbool.h>

enum { STAGE_MAX = 60, TIMELINE_NAME_MAX = 63 };

/* Whether the text has 1 to STAGE_MAX characters, all of them a-z, 0-9 or _. */
bool lifecycle_is_stage(const char *text);

/* Whether it is the name of a payload field: a lower-case letter, then letters, digits and _, at most PAYLOAD_NAME_MAX in all. */
bool lifecycle_is_field(const char *name);

/*
 * `by COLUMN` or `by COLUMN = COLUMN`: the columns of the orders file and of the other file. Each is allocated or NULL,
 * even if it returns false.
 */
bool lifecycle_parse_join(const char *rule, char **ours, char **theirs);

/* `before EVENT` or `before EVENT as NAME`. Without a name, `flag` is "". */
bool lifecycle_parse_before(const char *rule, char event[EVENT_TYPE_NAME_MAX + 1], char flag[TIMELINE_NAME_MAX + 1]);

/* The states of a list separated by `|`, up to a NULL; or NULL if one of them is empty. */
char **lifecycle_parse_states(const char *text);
void lifecycle_free_states(char **states);

/* `text`, `time`, `list`, or empty. */
bool lifecycle_parse_kind(const char *rule, enum payload_kind *kind);

/* The file of a payload field's column. Moves *column past the name of the file. */
enum lifecycle_file lifecycle_file_of(const char **column);

#endif
