#include "sqlstate.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static const struct row {
    const char *prefix; /* the first row that matches decides */
    enum sqlstate_class class;
    const char *advice;
} ROWS[] = {
    { "OR001", SQLSTATE_GAP, "" },
    { "08P01", SQLSTATE_AWAY, "The error is a pooler's: see its log. PgBouncer does not accept PGOPTIONS." },
    { "08", SQLSTATE_AWAY, "" }, /* connection exception */
    { "53100", SQLSTATE_AWAY, "Free space on the server's disk." },
    { "53300", SQLSTATE_AWAY, "Close other sessions, or raise max_connections." },
    { "53", SQLSTATE_AWAY, "" },    /* insufficient resources */
    { "57", SQLSTATE_AWAY, "" },    /* operator intervention: shutdown, starting up, statement timeout */
    { "58", SQLSTATE_AWAY, "" },    /* system error: I/O */
    { "40001", SQLSTATE_AWAY, "" }, /* serialization failure */
    { "40P01", SQLSTATE_AWAY, "" }, /* deadlock detected */
    { "55P03", SQLSTATE_AWAY, "Another session holds a lock on the tables: SELECT * FROM pg_locks shows it." },
    { "25006", SQLSTATE_AWAY, "The server is a standby, or default_transaction_read_only is on." },
    { "22", SQLSTATE_DATA, "" }, /* data exception */
    { "23", SQLSTATE_DATA, "" }, /* constraint violation */
    { "54", SQLSTATE_DATA, "" }, /* program limit: a text too long for an index */
    { "28", SQLSTATE_FATAL, "Check user and password (PGUSER, PGPASSWORD, PGPASSFILE or --database)." },
    { "3D", SQLSTATE_FATAL, "Create the database, or name another one (PGDATABASE or --database)." },
    { "3F", SQLSTATE_FATAL, "Run " SCRIPTS "migrate on this database first." },
    { "42501", SQLSTATE_FATAL, "Grant this role EXECUTE on the functions of schema orders." },
    { "42", SQLSTATE_FATAL, "Run " SCRIPTS "migrate on this database, or use the programs of its version." },
    { "25", SQLSTATE_FATAL, "Set default_transaction_isolation to 'read committed' for this role." },
    { "", SQLSTATE_FATAL, "This error is not expected: see the server's log." },
};

static const struct row BROKEN_PROGRESS = {
    "23",
    SQLSTATE_FATAL,
    "No record can cause this. Run " SCRIPTS "verify, and report it with the log.",
};

static bool matches(const struct row *row, const char *sqlstate)
{
    return strncmp(sqlstate, row->prefix, strlen(row->prefix)) == 0;
}

static const struct row *find_row(const char *sqlstate, const char *table)
{
    const struct row *row = ROWS;

    if (matches(&BROKEN_PROGRESS, sqlstate) && strcmp(table, "partition_progress") == 0)
        return &BROKEN_PROGRESS;
    while (!matches(row, sqlstate))
        row++;
    return row;
}

enum sqlstate_class sqlstate_classify(const char *sqlstate, const char *table)
{
    return sqlstate && *sqlstate ? find_row(sqlstate, table)->class : SQLSTATE_AWAY;
}

const char *sqlstate_advice(const char *sqlstate, const char *table)
{
    return sqlstate && *sqlstate ? find_row(sqlstate, table)->advice
                                 : "Start the server, or correct PGHOST and PGPORT or --database.";
}
