# shellcheck shell=bash
# docs/labs/start - what each lab begins with. To be sourced, in bash, from the checkout's top:
#
#     . docs/labs/start lab1
#     …
#     lab_end
#
# It starts the stack if it does not run. Then the programs and psql of this shell use a topic, a group and a database
# of the lab's own, all of that name, so labs disturb neither each other nor what `make up` made. lab_end removes them
# again, and stops the programs that were left running; so does the next start of the same lab. Nothing else is touched:
# var/labs/NAME lists what the lab made, and a name that is in use is refused unless it stands there.
#
# A second word names another lifecycle than Olist's: a file, or a name from lifecycles/.

[ -n "${BASH_VERSION-}" ] || { echo 'the labs need bash: start one (bash), and source this file in it' >&2; return 1; }

# What the lab made, one `topic NAME` or `database NAME` a line.
lab_made() { printf '%s %s\n' "$1" "$2" >>"$lab_mark"; } # lab_made topic|database NAME
lab_has_made() { grep -qsxF "$1 $2" "$lab_mark"; }

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

lab_clean() {
    local pids kind name
    pids=$(lab_jobs)
    # shellcheck disable=SC2086 # process ids are words
    [[ -z $pids ]] || { kill $pids 2>/dev/null && wait $pids; }
    [[ -e $lab_mark ]] || return 0
    sort -u "$lab_mark" | while read -r kind name; do
        case $kind in
        topic) command kafka-topics.sh --delete --if-exists --topic "${name//./\\.}" ;; # its groups' offsets go with it
        database) dropdb --if-exists --force "$name" 2>/dev/null ;;
        esac </dev/null || return
    done && rm -- "$lab_mark"
}

lab_end() {
    lab_clean
    unset ORDER_LAB ORDER_TOPIC ORDER_GROUP
    unset -f createdb kafka-topics.sh
    # shellcheck disable=SC1091
    . var/env
}

lab_refuse() { printf 'docs/labs/start: %s\n' "$*" >&2; return 1; }

lab_is_free() { # whether nothing is called as the lab is
    [[ ! $(psql -XAtqc "SELECT 1 FROM pg_database WHERE datname = '$lab'" postgres) ]] ||
        lab_refuse "there is a database $lab, which no lab made: take another name" || return
    ! kcat -b "$KAFKA_BROKERS" -L -J | jq -e --arg lab "$lab" 'any(.topics[].topic; . == $lab)' >/dev/null ||
        lab_refuse "there is a topic $lab, which no lab made: take another name"
}

lab_start() { # lab_start NAME [LIFECYCLE]
    local top
    top=$(realpath -- "$(dirname -- "${BASH_SOURCE[0]}")/../..")
    [[ $(pwd -P) == "$top" ]] || lab_refuse "go to the checkout's top first: cd $(printf %q "$top")" || return
    [[ ${1-} =~ ^[a-z][a-z0-9]{0,30}$ ]] || lab_refuse 'name the lab, such as lab1: a letter, then letters and digits' || return
    [[ ! -t 2 ]] || echo "$1: starting what does not run, and making a topic and a database" >&2
    make --no-print-directory up >/dev/null 2>&1 || make up || return
    # shellcheck disable=SC1091
    . var/env
    lab=$1 lab_mark=var/labs/$1 logs=var/log/$1
    mkdir -p "$logs" var/labs
    lab_clean || return
    lab_is_free || return
    [[ -z ${2-} ]] || ORDER_LIFECYCLE=$(. scripts/lib.sh && lifecycle_path "$2") || return
    [[ -z ${ORDER_LIFECYCLE-} ]] || export ORDER_LIFECYCLE
    export ORDER_LAB=$lab ORDER_TOPIC=$lab ORDER_GROUP=$lab PGDATABASE=$lab
    lab_made topic "$lab"
    lab_made database "$lab"
    command createdb "$lab" || return
    { scripts/migrate && psql -Xqf sql/search_path.sql; } 2>"$logs/migrate.log" || { cat "$logs/migrate.log" >&2; return 1; }
    command kafka-topics.sh --create --topic "$lab" --partitions 6 --config retention.ms=-1 \
        --config message.timestamp.type=LogAppendTime >/dev/null
}

lab_start "$@"
