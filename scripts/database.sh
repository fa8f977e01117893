# shellcheck shell=bash
# Shared by the scripts that use the database of libpq's PG* variables. Source it after fail STATUS MESSAGE is defined:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/database.sh"
#     psql … || fail 69 "$no_database"
#
# The password may be in the file PGPASSWORD_FILE, as for order-consumer. psql itself does not know that variable.

. "${BASH_SOURCE[0]%/*}/printable.sh"

# Scripts run as owner or superuser. Names without a schema refer to built-in objects only. If everybody may write to the schema public,
# as before PostgreSQL 15, a function there could replace a built-in one and run with the privileges of this user. PGOPTIONS is not
# used for this, because PgBouncer refuses it.
own_path='search_path = pg_catalog, pg_temp'

# Behind a pooler in transaction mode each transaction may run in another session of the server, which other clients use too.
# Therefore psql runs its input as one transaction, which it commits at the end, and settings are LOCAL.
psql_command=(psql --no-psqlrc --quiet --single-transaction --command="SET LOCAL $own_path")
psql() { printable_errors command "${psql_command[@]}" "$@"; }

# One snapshot, rolled back at the end: no setting and no temporary object remains.
psql_snapshot() {
    printable_errors command psql --no-psqlrc --quiet --command='BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE' \
        --command="SET LOCAL $own_path" "$@" --command=ROLLBACK
}

# For work in several transactions. Call need_session first.
psql_session() { printable_errors command psql --no-psqlrc --quiet --command="SET $own_path" "$@"; }

need_session() { # ends the script behind a pooler in transaction mode
    local server
    server=$(printable_errors command psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 \
        --file="$(dirname -- "${BASH_SOURCE[0]}")/../sql/need_session.sql") || fail 69 "$no_database"
    [[ ! $server ]] ||
        fail 78 "the pooler at PGHOST=${PGHOST-} PGPORT=${PGPORT-} shares sessions, and this script needs its own session. Nothing was changed; connect to the server directly: $server"
}

if [[ ${PGPASSWORD_FILE-} ]]; then
    PGPASSWORD=$(head -n 1 -- "$PGPASSWORD_FILE" 2>/dev/null) || true
    [[ $PGPASSWORD ]] ||
        fail 78 "no password in PGPASSWORD_FILE=$PGPASSWORD_FILE: is the file there, may this user read it, and is its first line the password?"
    export PGPASSWORD
fi

# How users call a script and psql, for hints. docker-compose.yml sets this for its users.
# shellcheck disable=SC2034
call_script=${ORDER_CALL_SCRIPT:-scripts/} call_psql=${ORDER_CALL_PSQL:-psql}

# shellcheck disable=SC2034
no_database="no answer from the database, or it refuses the connection, as the line above says: start it, or correct PGHOST=${PGHOST-} \
PGPORT=${PGPORT-} PGDATABASE=${PGDATABASE-} PGUSER=${PGUSER-}, or the password in ${PGPASSWORD_FILE:-PGPASSFILE, PGPASSWORD or PGPASSWORD_FILE}"
