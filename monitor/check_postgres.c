#include "check_postgres.h"

#include "embedded.h"
#include "monotonic.h"
#include "schema_version.h"
#include "session.h"
#include "stop.h"
#include "wall_clock.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

enum { CONNECT_MS = 10000, ANSWER_MS = 10000, SLICE_MS = 200, NUMBER_SIZE = 24, PARAMETERS_MAX = 3 };

struct check {
    const struct check_postgres_settings *settings;
    struct session *session;
    struct findings *findings;
};

/* One of the files in sql/check, and its parameters. */
struct question {
    const char *about;
    const char *sql;
    const char *parameters[PARAMETERS_MAX];
    int parameter_count;
};

/* No object of another user can replace a built-in one. */
static const char *const BEFORE[] = { "SET LOCAL search_path = pg_catalog, pg_temp", "SET TRANSACTION READ ONLY",
                                      NULL };

static enum session_result send(struct check *check, const struct question *question)
{
    const struct session_parameters parameters = { .count = question->parameter_count, .values = question->parameters };

    return session_finish(check->session, session_send(check->session, question->sql, &parameters),
                          monotonic_ms() + ANSWER_MS);
}

static void take_rows(struct check *check)
{
    for (int row = 0; row < session_row_count(check->session); row++) {
        enum { LEVEL, NAME, FOUND, FIX };
        const char *fix = session_cell(check->session, row, FIX);

        findings_add(check->findings, finding_level_of(session_cell(check->session, row, LEVEL)),
                     session_cell(check->session, row, NAME), fix[0] ? fix : NULL, "%s",
                     session_cell(check->session, row, FOUND));
    }
}

static bool is_missing(const char *sqlstate)
{
    return strcmp(sqlstate, "3F000") == 0 || strcmp(sqlstate, "42P01") == 0 || strcmp(sqlstate, "42883") == 0;
}

/* False if the connection cannot be used any longer. */
static bool ask(struct check *check, const struct question *question)
{
    enum session_result result = send(check, question);

    if (result == SESSION_DONE)
        take_rows(check);
    else if (result == SESSION_REFUSED && strcmp(session_sqlstate(check->session), "42501") == 0)
        findings_add(check->findings, FINDING_UNKNOWN, question->about,
                     "ask as the owner, or as a member of orders_reader", "%s may not ask: %s",
                     session_user(check->session), session_message(check->session));
    else if (result == SESSION_REFUSED && is_missing(session_sqlstate(check->session)))
        findings_add(check->findings, FINDING_FAIL, question->about, "scripts/migrate",
                     "the schema is missing or old: %s", session_message(check->session));
    else
        findings_add(check->findings, FINDING_FAIL, question->about, NULL, "no answer: %s",
                     result == SESSION_BUSY ? "the server takes too long" : session_error(check->session));
    return result != SESSION_BUSY && session_is_open(check->session);
}

/*
 * The server reports the folder of its data, but nothing about the disk. If its process runs on this machine, so is the folder. The
 * title of the process is checked, because a loopback address may be a tunnel to another machine.
 */
static bool is_of_this_machine(int64_t process)
{
    char path[NUMBER_SIZE * 2], title[64] = "";
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%" PRId64 "/cmdline", process);
    file = fopen(path, "r");
    if (!file)
        return false;
    if (fread(title, 1, sizeof(title) - 1, file) == 0)
        title[0] = '\0';
    fclose(file);
    return strstr(title, "postgres: ") == title;
}

static void take_room(struct check *check, const char *folder)
{
    struct statvfs disk;

    if (statvfs(folder, &disk) != 0 || disk.f_blocks == 0) {
        findings_add(check->findings, FINDING_UNKNOWN, "room on disk", "df -h, on the machine of the server",
                     "%s is not on this machine, or cannot be read", folder);
        return;
    }
    findings_add(check->findings,
                 disk.f_bavail < disk.f_blocks / 20   ? FINDING_FAIL
                 : disk.f_bavail < disk.f_blocks / 10 ? FINDING_WARN
                                                      : FINDING_OK,
                 "room on disk",
                 disk.f_bavail < disk.f_blocks / 10 ? "free some space, or remove old ids: scripts/retire --help"
                                                    : NULL,
                 "%.1f GB of %.1f GB are free at %s", (double)disk.f_bavail * (double)disk.f_frsize / 1e9,
                 (double)disk.f_blocks * (double)disk.f_frsize / 1e9, folder);
}

static void check_room(struct check *check)
{
    static const char SQL[] =
        "SELECT pg_backend_pid(), (SELECT setting FROM pg_settings WHERE name = 'data_directory')";
    const struct question question = { "room on disk", SQL, { 0 }, 0 };

    if (send(check, &question) == SESSION_DONE && session_row_count(check->session) == 1 &&
        session_cell(check->session, 0, 1)[0] && is_of_this_machine(session_number(check->session, 0, 0)))
        take_room(check, session_cell(check->session, 0, 1));
    else
        findings_add(check->findings, FINDING_UNKNOWN, question.about, "df -h, on the machine of the server",
                     "the server does not tell, or not to this user");
}

static void ask_all(struct check *check)
{
    char process[NUMBER_SIZE], now[NUMBER_SIZE], version[NUMBER_SIZE], partitions[NUMBER_SIZE];
    const struct question questions[] = {
        { "server", check_server_sql, { process, now }, 2 },
        { "schema version", check_schema_sql, { version }, 1 },
        { "what was read", check_progress_sql, { check->settings->group, check->settings->topic, partitions }, 3 },
    };

    snprintf(process, sizeof(process), "%d", session_process(check->session));
    snprintf(now, sizeof(now), "%" PRId64, wall_clock_ms());
    snprintf(version, sizeof(version), "%d", SCHEMA_VERSION);
    snprintf(partitions, sizeof(partitions), "%d", check->settings->partitions);
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        if (!ask(check, &questions[i]))
            return;
    }
    check_room(check);
}

static enum session_result connect_session(struct check *check)
{
    int64_t ends_at = monotonic_ms() + CONNECT_MS;
    enum session_result result = SESSION_BUSY;

    while (result == SESSION_BUSY && !stop_requested() && monotonic_ms() < ends_at)
        result = session_connect(check->session, SLICE_MS);
    return result;
}

bool check_postgres(const struct check_postgres_settings *settings, struct findings *findings)
{
    const struct session_settings session_settings = {
        .program = "order-monitor",
        .password_file = settings->password_file,
        .before = BEFORE,
        .is_stopped = stop_requested,
    };
    struct check check = { settings, session_new(&session_settings), findings };
    enum session_result result = connect_session(&check);

    if (result == SESSION_DONE) {
        findings_add(findings, FINDING_OK, "Postgres", NULL, "database %s at %s, as %s",
                     session_database(check.session), session_host(check.session), session_user(check.session));
        ask_all(&check);
    } else {
        findings_add(findings, FINDING_FAIL, "Postgres",
                     "start it, or correct PGHOST, PGPORT, PGDATABASE, PGUSER or the password", "no answer: %s",
                     result == SESSION_BUSY ? "the server takes too long" : session_error(check.session));
    }
    session_free(check.session);
    return result == SESSION_DONE;
}
