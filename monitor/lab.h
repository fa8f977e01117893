/*
 * lab.h - the lab mode: starts and ends consumers, replays the files, and sets the group's offsets back, so that
 * learners see on the page what follows.
 *
 *     struct lab *lab = lab_new(&settings, reason);
 *
 *     while (!stop_requested()) {
 *         lab_update(lab);                                  // never waits
 *         if (!lab_do(lab, &command, watch_snapshot(watch), reason))
 *             refuse(reason);
 *         show(lab_state(lab));
 *     }
 *     lab_free(lab);
 *
 * It runs order-consumer and order-producer from the folder of its own executable, with its own topic, group, brokers
 * and properties. It signals only programs that it has started, and they end with this process: see child.h. Their
 * number is limited. A command names them by a number that is never used twice.
 *
 * To set offsets back, it stops its consumers, and starts as many again afterwards.
 *
 * All functions must be called by the same thread.
 */
#ifndef LAB_H
#define LAB_H

#include "child.h"
#include "lab_command.h"
#include "lab_guard.h"
#include "options.h"
#include "rewind.h"
#include "snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* LAB_CONSUMERS_MAX and one replay run at most; the others have ended. */
enum { LAB_PROGRAMS_MAX = 16, LAB_FOLDER_SIZE = 4096 };

struct lab_settings {
    const char *topic, *group, *brokers, *properties_file, *password_file, *log_format;
    const char *data; /* the folder that is replayed; NULL: the sample */
    const struct option_values *properties;
    size_t own_properties; /* how many of them are from the command line: the last ones */
};

struct lab_program {
    int number;
    bool is_producer;
    bool is_stopping;             /* it was sent a signal */
    int64_t started_at, ended_at; /* ms since 1970; ended_at is 0 while it runs */
    struct child child;
};

enum lab_phase { LAB_READY, LAB_STOPPING_CONSUMERS, LAB_SETTING_OFFSETS };

struct lab_state {
    char token[LAB_TOKEN_SIZE];
    enum lab_phase phase;
    size_t program_count;
    struct lab_program programs[LAB_PROGRAMS_MAX]; /* by ascending number */
    int rewinds;                                   /* how many have ended */
    struct rewind_result last_rewind;
    char data[LAB_FOLDER_SIZE]; /* "" if there are no files to replay */
};

/* Borrows what the settings point to until lab_free. NULL with the reason if the system does not name the executable. */
struct lab *lab_new(const struct lab_settings *settings, char reason[REASON_SIZE]);

/* Ends the programs: with SIGTERM, and after LAB_END_MS with SIGKILL. */
void lab_free(struct lab *lab);

enum { LAB_END_MS = 3000 };

/* False with the reason if the command is not possible now. */
bool lab_do(struct lab *lab, const struct lab_command *command, const struct snapshot *now, char reason[REASON_SIZE]);

/* Notices which programs have ended, and continues with the offsets. */
void lab_update(struct lab *lab);

const struct lab_state *lab_state(const struct lab *lab);

#endif
