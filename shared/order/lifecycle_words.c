#define _POSIX_C_SOURCE 200809L /* strdup, strndup */
#include "lifecycle_words.h"

#include "memory.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char LOWER[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

static bool is_word(const char *text, size_t max, const char *letters)
{
    size_t length = strlen(text);

    return length >= 1 && length <= max && strspn(text, letters) == length;
}

bool lifecycle_is_stage(const char *text)
{
    return is_word(text, STAGE_MAX, LOWER);
}

bool lifecycle_is_field(const char *name)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

    return islower((unsigned char)*name) && is_word(name, PAYLOAD_NAME_MAX, LETTERS);
}

bool lifecycle_parse_join(const char *rule, char **ours, char **theirs)
{
    const char *equals;

    if (strncmp(rule, "by ", 3) != 0)
        return false;
    rule += 3;
    equals = strstr(rule, " = ");
    *ours = checked(equals ? strndup(rule, (size_t)(equals - rule)) : strdup(rule));
    *theirs = checked(strdup(equals ? equals + 3 : rule));
    return **ours != '\0' && **theirs != '\0';
}

bool lifecycle_parse_before(const char *rule, char event[EVENT_TYPE_NAME_MAX + 1], char flag[TIMELINE_NAME_MAX + 1])
{
    const char *as;
    size_t length;

    if (strncmp(rule, "before ", 7) != 0)
        return false;
    rule += 7;
    as = strstr(rule, " as ");
    length = as ? (size_t)(as - rule) : strlen(rule);
    if (length > EVENT_TYPE_NAME_MAX || (as && !is_word(as + 4, TIMELINE_NAME_MAX, LOWER)))
        return false;
    snprintf(event, EVENT_TYPE_NAME_MAX + 1, "%.*s", (int)length, rule);
    snprintf(flag, TIMELINE_NAME_MAX + 1, "%s", as ? as + 4 : "");
    return event_type_name_is_valid(event);
}

void lifecycle_free_states(char **states)
{
    for (char **state = states; state && *state; state++)
        free(*state);
    free(states);
}

char **lifecycle_parse_states(const char *text)
{
    char **states = checked(calloc(strlen(text) + 2, sizeof(*states)));
    size_t count = 0;

    for (;;) {
        size_t length = strcspn(text, "|");

        if (length == 0) {
            lifecycle_free_states(states);
            return NULL;
        }
        states[count++] = checked(strndup(text, length));
        if (text[length] == '\0')
            return states;
        text += length + 1;
    }
}

bool lifecycle_parse_kind(const char *rule, enum payload_kind *kind)
{
    *kind = strcmp(rule, "time") == 0 ? PAYLOAD_TIME : strcmp(rule, "list") == 0 ? PAYLOAD_LIST : PAYLOAD_TEXT;
    return *kind != PAYLOAD_TEXT || *rule == '\0' || strcmp(rule, "text") == 0;
}

enum lifecycle_file lifecycle_file_of(const char **column)
{
    for (int file = CUSTOMERS_FILE; file < LIFECYCLE_FILES; file++) {
        size_t length = strlen(LIFECYCLE_FILE_NAMES[file]);

        if (strncmp(*column, LIFECYCLE_FILE_NAMES[file], length) == 0 && (*column)[length] == '.') {
            *column += length + 1;
            return (enum lifecycle_file)file;
        }
    }
    return ORDERS_FILE;
}
