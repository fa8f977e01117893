# shellcheck shell=bash
# Commands of the shell that works on a lab. To be sourced, in bash, by the file that scripts/lab start has written: var/labs/lab1/shell
# sets ORDER_TOPIC, ORDER_GROUP and PGDATABASE, all of the lab's name, and MONITOR_URL; logs is the folder for logs.

[ -n "${BASH_VERSION-}" ] || { echo 'the labs need bash: start one (bash), and source this file in it' >&2; return 1; }
cd -- "${lab_top:?source var/labs/…/shell instead}" || return

# What the lab makes is noted, so that scripts/lab reset removes it.
lab_made() { printf '%s %s\n' "$1" "$2" >>"${lab_state:?}/made"; } # lab_made topic|database NAME

createdb() { command createdb "$@" && lab_made database "${!#}"; } # createdb [OPTION…] NAME
kafka-topics.sh() {
    local i
    command kafka-topics.sh "$@" || return
    [[ " $* " != *' --create '* ]] || for ((i = 1; i < $#; i++)); do [[ ${!i} != --topic ]] || { ((++i)) && lab_made topic "${!i}"; }; done
}

# How many records the group has still to read: the topic's end in Kafka, less what the database has applied.
lag() {
    local end applied
    end=$(kcat -b "$KAFKA_BROKERS" -L -J -t "$ORDER_TOPIC" | jq -r --arg topic "$ORDER_TOPIC" \
        '.topics[] | .partitions[] | "-t\n\($topic):\(.partition):-1"' | xargs kcat -b "$KAFKA_BROKERS" -Q |
        awk '{ sum += $NF } END { print sum }')
    applied=$(psql -XAtqc "SELECT coalesce(sum(next_offset), 0) FROM orders.pipeline_status WHERE newest AND (consumer_group, topic) = ('$ORDER_GROUP', '$ORDER_TOPIC')")
    echo $((end - applied))
}

await() { # await SECONDS 'COMMAND…': until it succeeds, but no longer
    local end=$((SECONDS + $1))
    until eval "$2"; do
        ((SECONDS < end)) || { echo "gave up after $1 s waiting for: $2"; return 1; }
        sleep 0.2
    done
}

# The producers and consumers that labs left running in this shell. It may have other jobs.
lab_jobs() {
    local pid
    for pid in $(jobs -p); do
        [[ $(readlink "/proc/$pid/exe") == */order-* ]] && grep -qsz '^ORDER_LAB=' "/proc/$pid/environ" && echo "$pid"
    done
    return 0
}

lab_end() { # removes what the lab made; then this shell is that of make up again
    local pids
    pids=$(lab_jobs)
    # shellcheck disable=SC2086 # process ids are words
    [[ -z $pids ]] || { kill $pids 2>/dev/null && wait $pids; }
    scripts/lab reset "$ORDER_LAB"
    unset ORDER_LAB ORDER_TOPIC ORDER_GROUP
    unset -f createdb kafka-topics.sh
    # shellcheck disable=SC1091
    . "$ORDER_VAR/env"
}
