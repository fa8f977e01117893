/*
 * lab_arguments.h - the command lines of the programs that the lab mode starts.
 *
 *     struct lab_arguments arguments = { 0 };
 *
 *     lab_arguments_consume(&arguments, &settings, "/usr/bin", 1);
 *     child_start(&child, arguments.values, reason);
 *     lab_arguments_release(&arguments);
 *
 * The programs use the monitor's brokers, topic, group and properties. Passwords are passed by the path of their file, because
 * ps shows command lines.
 */
#ifndef LAB_ARGUMENTS_H
#define LAB_ARGUMENTS_H

#include "lab.h"
#include "lab_command.h"
#include "options.h"

#include <stddef.h>

#define LAB_CLIENT "lab-" /* what the client ids of the consumers begin with; the number follows */

enum { ARGUMENTS_MAX = 2 * OPTION_VALUES_MAX + 32 };

struct lab_arguments {
    char *values[ARGUMENTS_MAX]; /* owned; the first is the path of the program, NULL follows the last one */
    size_t count;
};

/* A consumer with this number. `folder` has the programs. */
void lab_arguments_consume(struct lab_arguments *arguments, const struct lab_settings *settings, const char *folder,
                           int number);

/* A replay of the files in the folder `data`, as the command says. */
void lab_arguments_replay(struct lab_arguments *arguments, const struct lab_settings *settings, const char *folder,
                          const char *data, const struct lab_command *command);

void lab_arguments_release(struct lab_arguments *arguments);

#endif
