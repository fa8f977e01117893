# shellcheck shell=bash
# TAP for the tests that need more than one connection, or the scripts. Gives them a scratch folder in $scratch too.

count=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

ok() { # ok STATUS DESCRIPTION
    count=$((count + 1))
    if [[ $1 -eq 0 ]]; then echo "ok $count - $2"; else echo "not ok $count - $2"; fi
}

is() { # is HAVE WANT DESCRIPTION
    if [[ $1 == "$2" ]]; then ok 0 "$3"; else ok 1 "$3"; printf '#   have: %s\n#   want: %s\n' "${1//$'\n'/$'\n'# }" "$2" >&2; fi
}

like() { # like HAVE PATTERN DESCRIPTION, the pattern one of [[ == ]]
    # shellcheck disable=SC2053
    if [[ $1 == $2 ]]; then ok 0 "$3"; else ok 1 "$3"; printf '#   have: %s\n#   want: %s\n' "${1//$'\n'/$'\n'# }" "$2" >&2; fi
}

# shellcheck disable=SC2034 # for the tests
run() { # run COMMAND ...: its status in $status, stdout in $out, stderr in $err
    status=0
    "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
    out=$(<"$scratch/out") err=$(<"$scratch/err")
}

query() { psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --command="$1"; }

# wait_for DESCRIPTION COMMAND ...: until it succeeds. A test that times out has failed and ends.
wait_for() {
    local deadline=$((SECONDS + 30))
    until "${@:2}"; do
        if [[ $SECONDS -ge $deadline ]]; then echo "Bail out! timed out waiting for $1"; exit 1; fi
        sleep 0.02
    done
}

# waiting N NAME: whether N sessions of that application_name wait for a lock.
waiting() {
    [[ $(query "SELECT count(*) FROM pg_stat_activity WHERE application_name = '$2' AND wait_event_type = 'Lock'
                AND datname = current_database()") -eq $1 ]]
}

# Sessions that hold a transaction open.
declare -A input sent
session() { # session NAME: a psql that reads what `tell NAME` says
    mkfifo "$scratch/$1"
    PGAPPNAME=$1 psql --no-psqlrc --quiet --no-align --tuples-only --set=VERBOSITY=sqlstate <"$scratch/$1" >>"$scratch/$1.out" 2>&1 &
    exec {fd}>"$scratch/$1"
    input[$1]=$fd sent[$1]=0
}
tell() { # tell NAME SQL: without waiting for the answer
    sent[$1]=$((sent[$1] + 1))
    : >"$scratch/$1.out"
    printf '%s;\n\\echo end %d\n' "$2" "${sent[$1]}" >&"${input[$1]}"
}
answered() { grep -q "^end ${sent[$1]}\$" "$scratch/$1.out"; }
answer() { # answer NAME: what came of the last `tell`
    wait_for "session $1" answered "$1"
    grep -v '^end ' "$scratch/$1.out" || true
}
ask() { tell "$1" "$2"; answer "$1"; }

done_testing() { echo "1..$count"; }
