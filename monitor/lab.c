#define _POSIX_C_SOURCE 200809L /* readlink */
#include "lab.h"

#include "bug.h"
#include "lab_arguments.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "wall_clock.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char COMPONENT[] = "lab";

enum {
    STOP_MS = 15000,   /* before the offsets are set back, a consumer that has not stopped by then is killed */
    REWIND_MS = 60000, /* longer than the session of a consumer that was killed: the broker's own default is 45 s */
    LOOK_MS = 20,
};

struct lab {
    struct lab_settings settings;
    char folder[LAB_FOLDER_SIZE]; /* of the programs */
    struct lab_state state;
    int last_number;
    struct rewind *rewind; /* NULL unless the phase is LAB_SETTING_OFFSETS */
    struct rewind_request request;
    int restarts;    /* consumers to start when the offsets are set back */
    int64_t kill_at; /* monotonic ms; in LAB_STOPPING_CONSUMERS */
};

/* --- where things are */

static bool find_folder(char folder[LAB_FOLDER_SIZE], char reason[REASON_SIZE])
{
    ssize_t length = readlink("/proc/self/exe", folder, LAB_FOLDER_SIZE - 1);
    char *slash;

    if (length <= 0 || length == LAB_FOLDER_SIZE - 1)
        return reason_set(reason, "--lab needs the path of the program, which /proc/self/exe does not give");
    folder[length] = '\0';
    slash = strrchr(folder, '/');
    if (!slash)
        return reason_set(reason, "--lab needs the path of the program, which /proc/self/exe does not give");
    *slash = '\0';
    return true;
}

/* The sample of a checkout, or of an installation. */
static void find_data(struct lab *lab)
{
    static const char *const SAMPLES[] = { "../tests/data/sample", "../share/order-replay/sample" };
    char *data = lab->state.data;

    if (lab->settings.data) {
        snprintf(data, LAB_FOLDER_SIZE, "%s", lab->settings.data);
        return;
    }
    for (size_t i = 0; i < sizeof(SAMPLES) / sizeof(SAMPLES[0]); i++) {
        int length = snprintf(data, LAB_FOLDER_SIZE, "%s/%s", lab->folder, SAMPLES[i]);

        if (length < LAB_FOLDER_SIZE && access(data, R_OK | X_OK) == 0)
            return;
    }
    *data = '\0';
}

/* --- the programs */

static bool runs(const struct lab_program *program)
{
    return program->child.is_alive;
}

static int count_running(const struct lab *lab, bool producers)
{
    int count = 0;

    for (size_t i = 0; i < lab->state.program_count; i++)
        count += runs(&lab->state.programs[i]) && lab->state.programs[i].is_producer == producers;
    return count;
}

static struct lab_program *find_program(struct lab *lab, int64_t number)
{
    for (size_t i = 0; i < lab->state.program_count; i++) {
        if (lab->state.programs[i].number == number)
            return &lab->state.programs[i];
    }
    return NULL;
}

/* Forgets the oldest program that has ended, if there are too many. */
static void make_room(struct lab_state *state)
{
    size_t oldest = 0;

    if (state->program_count < LAB_PROGRAMS_MAX)
        return;
    while (oldest < state->program_count && runs(&state->programs[oldest]))
        oldest++;
    if (oldest == state->program_count)
        BUG("more programs run than the limits allow");
    state->program_count--;
    memmove(&state->programs[oldest], &state->programs[oldest + 1],
            (state->program_count - oldest) * sizeof(state->programs[0]));
}

/* A consumer, or a replay if there is a command for one. */
static bool start_program(struct lab *lab, const struct lab_command *command, char reason[REASON_SIZE])
{
    struct lab_arguments arguments = { 0 };
    struct child child = { 0 };
    int number = lab->last_number + 1;
    bool good;

    if (command)
        lab_arguments_replay(&arguments, &lab->settings, lab->folder, lab->state.data, command);
    else
        lab_arguments_consume(&arguments, &lab->settings, lab->folder, number);
    if (access(arguments.values[0], X_OK) == 0)
        good = child_start(&child, arguments.values, reason);
    else
        good = reason_set(reason, "%.400s does not exist: it belongs next to order-monitor", arguments.values[0]);
    lab_arguments_release(&arguments);
    if (!good)
        return false;
    make_room(&lab->state);
    lab->state.programs[lab->state.program_count++] =
        (struct lab_program){ .number = number, .is_producer = command, .started_at = wall_clock_ms(), .child = child };
    lab->last_number = number;
    log_info(COMPONENT, "%s started number=%d process=%d", command ? "replay" : "consumer", number, (int)child.pid);
    return true;
}

static void note_end(struct lab_program *program)
{
    int status = program->child.status;

    program->ended_at = wall_clock_ms();
    log_info(COMPONENT, "%s ended number=%d %s=%d", program->is_producer ? "replay" : "consumer", program->number,
             WIFSIGNALED(status) ? "signal" : "status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

/* --- the commands */

static bool is_busy(const struct lab *lab, char reason[REASON_SIZE])
{
    if (lab->state.phase == LAB_READY)
        return false;
    reason_set(reason, "the offsets are being set back: wait until the consumers run again");
    return true;
}

static bool start_consumers(struct lab *lab, int64_t count, char reason[REASON_SIZE])
{
    int running = count_running(lab, false);

    if (is_busy(lab, reason))
        return false;
    if (running + count > LAB_CONSUMERS_MAX)
        return reason_set(reason, "%d consumers run, and %d are the limit: stop some first", running,
                          LAB_CONSUMERS_MAX);
    for (int64_t i = 0; i < count; i++) {
        if (!start_program(lab, NULL, reason))
            return false;
    }
    return true;
}

static bool end_program(struct lab *lab, int64_t number, int signal_number, char reason[REASON_SIZE])
{
    struct lab_program *program = find_program(lab, number);

    if (!program || !runs(program))
        return reason_set(reason, "program %" PRId64 " does not run: see /api/lab for those that do", number);
    if (signal_number == SIGTERM && program->is_stopping)
        return reason_set(reason, "program %" PRId64 " is stopping: wait, or kill it", number);
    child_signal(&program->child, signal_number);
    program->is_stopping = true;
    log_info(COMPONENT, "signal sent number=%" PRId64 " signal=%d", number, signal_number);
    return true;
}

static bool start_replay(struct lab *lab, const struct lab_command *command, char reason[REASON_SIZE])
{
    if (count_running(lab, true) > 0)
        return reason_set(reason, "a replay is running: wait until it ends, or stop it");
    if (*lab->state.data == '\0')
        return reason_set(reason, "there are no files to replay: start order-monitor with --lab-data FOLDER");
    return start_program(lab, command, reason);
}

/* The id of a member that was not started here, or NULL. */
static const char *find_stranger(const struct kafka_view *view)
{
    for (size_t i = 0; i < view->member_count; i++) {
        if (strncmp(view->members[i].client, LAB_CLIENT, strlen(LAB_CLIENT)) != 0)
            return view->members[i].id;
    }
    return NULL;
}

static void stop_consumers(struct lab *lab)
{
    for (size_t i = 0; i < lab->state.program_count; i++) {
        struct lab_program *program = &lab->state.programs[i];

        if (!runs(program) || program->is_producer || program->is_stopping)
            continue;
        child_signal(&program->child, SIGTERM);
        program->is_stopping = true;
        lab->restarts++;
    }
}

static bool rewind_offsets(struct lab *lab, const struct lab_command *command, const struct kafka_view *view,
                           char reason[REASON_SIZE])
{
    const char *stranger = find_stranger(view);

    if (is_busy(lab, reason))
        return false;
    if (!view->state.up)
        return reason_set(reason, "Kafka does not answer: wait until it does");
    if (!view->has_topic || view->partition_count == 0)
        return reason_set(reason, "the topic does not exist yet: replay the files first");
    if (stranger)
        return reason_set(reason,
                          "Kafka changes only the offsets of a group without members, and member %.200s was not "
                          "started by this page: stop it first",
                          stranger);
    lab->request = (struct rewind_request){ .brokers = lab->settings.brokers,
                                            .topic = lab->settings.topic,
                                            .group = lab->settings.group,
                                            .properties = lab->settings.properties,
                                            .partitions = (int)view->partition_count,
                                            .records = command->records,
                                            .limit_ms = REWIND_MS };
    lab->restarts = 0;
    stop_consumers(lab);
    lab->kill_at = monotonic_ms() + STOP_MS;
    lab->state.phase = LAB_STOPPING_CONSUMERS;
    return true;
}

bool lab_do(struct lab *lab, const struct lab_command *command, const struct snapshot *now, char reason[REASON_SIZE])
{
    switch (command->verb) {
    case LAB_START:
        return start_consumers(lab, command->count > 0 ? command->count : 1, reason);
    case LAB_KILL:
        return end_program(lab, command->number, SIGKILL, reason);
    case LAB_STOP:
        return end_program(lab, command->number, SIGTERM, reason);
    case LAB_REPLAY:
        return start_replay(lab, command, reason);
    case LAB_REWIND:
        return rewind_offsets(lab, command, now->kafka, reason);
    }
    BUG("unknown lab_verb");
}

/* --- what goes on meanwhile */

static void update_programs(struct lab *lab)
{
    for (size_t i = 0; i < lab->state.program_count; i++) {
        struct lab_program *program = &lab->state.programs[i];

        if (runs(program) && !child_update(&program->child))
            note_end(program);
    }
}

static void signal_all(struct lab *lab, int signal_number, bool producers_too)
{
    for (size_t i = 0; i < lab->state.program_count; i++) {
        if (producers_too || !lab->state.programs[i].is_producer)
            child_signal(&lab->state.programs[i].child, signal_number);
    }
}

static void finish_rewind(struct lab *lab)
{
    char reason[REASON_SIZE];

    lab->state.last_rewind = *rewind_result(lab->rewind);
    lab->state.rewinds++;
    rewind_free(lab->rewind);
    lab->rewind = NULL;
    lab->state.phase = LAB_READY;
    if (lab->state.last_rewind.is_done)
        log_info(COMPONENT, "%s", lab->state.last_rewind.text);
    else
        log_warn(COMPONENT, "offsets not set back: %s", lab->state.last_rewind.text);
    if (lab->restarts > 0 && !start_consumers(lab, lab->restarts, reason))
        log_error(COMPONENT, "%s", reason);
}

static void advance_rewind(struct lab *lab)
{
    switch (lab->state.phase) {
    case LAB_READY:
        return;
    case LAB_STOPPING_CONSUMERS:
        if (count_running(lab, false) == 0) {
            lab->rewind = rewind_start(&lab->request);
            lab->state.phase = LAB_SETTING_OFFSETS;
        } else if (monotonic_ms() > lab->kill_at) {
            signal_all(lab, SIGKILL, false);
        }
        return;
    case LAB_SETTING_OFFSETS:
        if (rewind_result(lab->rewind))
            finish_rewind(lab);
        return;
    }
    BUG("unknown lab_phase");
}

void lab_update(struct lab *lab)
{
    update_programs(lab);
    advance_rewind(lab);
}

const struct lab_state *lab_state(const struct lab *lab)
{
    return &lab->state;
}

/* --- begin and end */

struct lab *lab_new(const struct lab_settings *settings, char reason[REASON_SIZE])
{
    struct lab *lab = checked(calloc(1, sizeof(*lab)));

    lab->settings = *settings;
    if (!find_folder(lab->folder, reason)) {
        free(lab);
        return NULL;
    }
    find_data(lab);
    lab_token_make(lab->state.token);
    return lab;
}

static bool any_runs(const struct lab *lab)
{
    return count_running(lab, false) + count_running(lab, true) > 0;
}

static void wait_for_all(struct lab *lab, int timeout_ms)
{
    int64_t ends_at = monotonic_ms() + timeout_ms;

    update_programs(lab);
    while (any_runs(lab) && monotonic_ms() < ends_at) {
        poll(NULL, 0, LOOK_MS);
        update_programs(lab);
    }
}

void lab_free(struct lab *lab)
{
    if (!lab)
        return;
    for (size_t i = 0; i < lab->state.program_count; i++) {
        if (!lab->state.programs[i].is_stopping) /* a second SIGTERM would end it at once */
            child_signal(&lab->state.programs[i].child, SIGTERM);
    }
    wait_for_all(lab, LAB_END_MS);
    signal_all(lab, SIGKILL, true);
    wait_for_all(lab, LAB_END_MS);
    rewind_free(lab->rewind);
    free(lab);
}
