/*
 * lab_command.h - the commands of the page in lab mode, and their parameters.
 *
 *     POST /lab/consumers?count=2                 start consumers; count: 1 to LAB_CONSUMERS_MAX, 1 by default
 *     POST /lab/kill?number=3                     SIGKILL to a program that the monitor has started
 *     POST /lab/stop?number=3                     SIGTERM
 *     POST /lab/replay?rate=500&duplicates=10     send the files: `rate` events a second, or `speed` seconds of event
 *                                                 time a second, otherwise as fast as Kafka accepts them; `duplicates`
 *                                                 percent of them twice
 *     POST /lab/rewind?records=1000               set the group's offsets back by so many records a partition, otherwise
 *                                                 to the first records
 *
 *     struct lab_command command;
 *     if (!lab_command_parse(path, arguments, count, &command, reason))
 *         refuse(reason);
 *
 * Pure. A parameter that the command does not have, one that is given twice, and a value that is not a whole number
 * within the limits are refused.
 */
#ifndef LAB_COMMAND_H
#define LAB_COMMAND_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LAB_CONSUMERS_MAX = 8, LAB_ARGUMENTS_MAX = 4 };

enum lab_verb { LAB_START, LAB_KILL, LAB_STOP, LAB_REPLAY, LAB_REWIND };

struct lab_command {
    enum lab_verb verb;
    int64_t count, number, rate, speed, duplicates, records; /* 0: not given */
};

struct lab_argument {
    const char *name, *value; /* value is NULL in a query such as ?count */
};

/* Whether a command has this path. */
bool lab_command_exists(const char *path);

/* False with the reason, also if no command has this path. */
bool lab_command_parse(const char *path, const struct lab_argument *arguments, size_t count,
                       struct lab_command *command, char reason[REASON_SIZE]);

#endif
