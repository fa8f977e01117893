#include "lab_command.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMETERS_MAX = 3 };

struct parameter {
    const char *name;
    int64_t max; /* the least is 1 */
    bool is_needed;
    size_t offset; /* into the command */
};

#define AT(member) offsetof(struct lab_command, member)

static const struct form {
    const char *path;
    enum lab_verb verb;
    struct parameter parameters[PARAMETERS_MAX + 1]; /* the last one is zeroed */
} FORMS[] = {
    { "/lab/consumers", LAB_START, { { "count", LAB_CONSUMERS_MAX, false, AT(count) } } },
    { "/lab/kill", LAB_KILL, { { "number", 1000000, true, AT(number) } } },
    { "/lab/stop", LAB_STOP, { { "number", 1000000, true, AT(number) } } },
    { "/lab/replay",
      LAB_REPLAY,
      { { "rate", 1000000, false, AT(rate) },
        { "speed", 1000000000, false, AT(speed) },
        { "duplicates", 100, false, AT(duplicates) } } },
    { "/lab/rewind", LAB_REWIND, { { "records", 1000000000000, false, AT(records) } } },
};

static const struct form *find_form(const char *path)
{
    for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
        if (strcmp(FORMS[i].path, path) == 0)
            return &FORMS[i];
    }
    return NULL;
}

static const struct parameter *find_parameter(const struct form *form, const char *name)
{
    for (const struct parameter *parameter = form->parameters; parameter->name; parameter++) {
        if (strcmp(parameter->name, name) == 0)
            return parameter;
    }
    return NULL;
}

/* 0 if it is not a whole number from 1 to `max`. */
static int64_t read_number(const char *text, int64_t max)
{
    int64_t number;

    if (!text || *text == '\0' || strspn(text, "0123456789") != strlen(text))
        return 0;
    number = strtoll(text, NULL, 10); /* the largest number if it is larger */
    return number <= max ? number : 0;
}

static bool take(const struct form *form, const struct lab_argument *argument, struct lab_command *command,
                 char reason[REASON_SIZE])
{
    const struct parameter *parameter = find_parameter(form, argument->name);
    int64_t *value;

    if (!parameter)
        return reason_set(reason, "%s has no parameter of this name", form->path);
    value = (int64_t *)((char *)command + parameter->offset);
    if (*value != 0)
        return reason_set(reason, "%s is given twice", parameter->name);
    *value = read_number(argument->value, parameter->max);
    return *value > 0 ||
           reason_set(reason, "%s needs a whole number from 1 to %" PRId64, parameter->name, parameter->max);
}

bool lab_command_exists(const char *path)
{
    return find_form(path);
}

bool lab_command_parse(const char *path, const struct lab_argument *arguments, size_t count,
                       struct lab_command *command, char reason[REASON_SIZE])
{
    const struct form *form = find_form(path);

    *command = (struct lab_command){ 0 };
    if (!form)
        return reason_set(reason, "there is no such command");
    command->verb = form->verb;
    for (size_t i = 0; i < count; i++) {
        if (!take(form, &arguments[i], command, reason))
            return false;
    }
    for (const struct parameter *parameter = form->parameters; parameter->name; parameter++) {
        if (parameter->is_needed && *(const int64_t *)((const char *)command + parameter->offset) == 0)
            return reason_set(reason, "%s needs the parameter %s", form->path, parameter->name);
    }
    if (command->rate > 0 && command->speed > 0)
        return reason_set(reason, "rate and speed exclude each other: give one of them");
    return true;
}
