# shellcheck shell=bash
# What the scripts that use the database of libpq's PG* variables share. To be sourced once fail STATUS MESSAGE is defined:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/database.sh"
#     psql … || fail 69 "$no_database"
#
# The password may stand in a file named by PGPASSWORD_FILE, as for order-consumer; psql itself does not know that variable.

. "$(dirname -- "${BASH_SOURCE[0]}")/printable.sh"

# Scripts run as owner or superuser. Names without a schema mean what is built in: where public may be written by everybody, as it may
# be before PostgreSQL 15, a function there would be taken for another one, and do what its maker likes with our rights. Not by
# PGOPTIONS, which PgBouncer refuses.
psql_command=(psql --no-psqlrc --quiet --command='SET search_path = pg_catalog, pg_temp')
psql() { printable_errors command "${psql_command[@]}" "$@"; }

if [[ ${PGPASSWORD_FILE-} ]]; then
    PGPASSWORD=$(head -n 1 -- "$PGPASSWORD_FILE" 2>/dev/null) || true
    [[ $PGPASSWORD ]] ||
        fail 78 "no password in PGPASSWORD_FILE=$PGPASSWORD_FILE: is the file there, may this user read it, and is its first line the password?"
    export PGPASSWORD
fi

# shellcheck disable=SC2034
no_database="no answer from the database, or it refuses us, as the line above says: start it, or mend PGHOST=${PGHOST-} \
PGPORT=${PGPORT-} PGDATABASE=${PGDATABASE-} PGUSER=${PGUSER-}, or the password in ${PGPASSWORD_FILE:-PGPASSFILE, PGPASSWORD or PGPASSWORD_FILE}"
