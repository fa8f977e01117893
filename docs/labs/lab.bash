# shellcheck shell=bash
# What scripts/lab does. To be sourced by it, after scripts/lib.sh.
#
# A lab is a page N-name.md here, with the sections Task, Hints and Walk-through, and checks/N.sh. A lab that needs more has a folder N/:
# start.bash runs when its topic and database are made, and shell.bash in the learner's shell. Other pages use a topic and a database of
# their own in the same way: `scripts/lab start concepts`.
#
# $stack/labs has a folder for each lab: made (what the lab made, one `topic NAME` or `database NAME` a line), shell (for the
# learner's shell), hints (how many were printed); and passed, with the names of the labs that were passed and the ids of the
# questions that were answered.

: "${root:?source scripts/lib.sh first}" "${stack:?}"
labs=$root/docs/labs
case ${LC_ALL:-${LC_MESSAGES:-${LANG-}}} in ko*) language=ko ;; *) language=en ;; esac

# --- names and pages

# set_lab N|NAME: sets lab, number ('' for a page that is no lab) and state, its folder. Lab 1 is 1 or lab1.
set_lab() {
    [[ ${1-} =~ ^[a-z0-9]+$ ]] || fail 64 'name the lab by its number; scripts/lab list prints them'
    number='' lab=$1
    if [[ $1 =~ ^(lab)?([0-9]+)$ ]]; then
        number=${BASH_REMATCH[2]} lab=lab$number
        [[ $(page_of "$number") ]] || fail 66 "there is no lab $number; scripts/lab list prints the labs"
    fi
    [[ $lab =~ ^[a-z][a-z0-9]{0,30}$ ]] || fail 64 "no name of a lab: $lab"
    state=$stack/labs/$lab
}

page_of() { # page_of N: in the learner's language, if there is one
    local page
    for page in "$root/docs/$language/labs/$1"-*.md "$labs/$1"-*.md; do
        [[ ! -e $page ]] || { printf '%s\n' "$page"; return; }
    done
}

# Titles of the sections in both languages.
declare -A titles=([task]='Task|과제' [hints]='Hints|힌트' [walk-through]='Walk-through|따라 하기')

section() { # section NAME: of the lab's page, without its title and without blank lines around it
    awk -v titles="^## (${titles[$1]})\$" '/^## / { inside = $0 ~ titles; next } inside' "$(page_of "$number")" | sed -e '/./,$!d' | cat -s
}

title() { sed -n '1s/^# //p' "$(page_of "$1")"; } # title N

numbers() { local page; for page in "$labs"/[0-9]*.md; do page=${page##*/}; echo "${page%%-*}"; done | sort -n; }

has_passed() { grep -qsxF -- "$1" "$stack/labs/passed"; } # has_passed LAB|QUESTION
note_passed() { has_passed "$1" || printf '%s\n' "$1" >>"$stack/labs/passed"; }

list_labs() {
    local n mark
    for n in $(numbers); do
        mark=''
        [[ ! -e $stack/labs/lab$n/made ]] || mark='started'
        ! has_passed "lab$n" || mark='passed'
        ! has_passed "question lab$n" || mark+="${mark:+, }question answered"
        printf '%-60s %s\n' "$(title "$n")" "$mark" | sed 's/ *$//'
    done
}

# --- start and reset

# What the lab made, one `topic NAME` or `database NAME` a line.
lab_made() { printf '%s %s\n' "$1" "$2" >>"$state/made"; } # lab_made topic|database NAME

enter_stack() {
    if [[ ! -r $stack/env ]] || ! stack_pid kafka >/dev/null || ! stack_pid postgres >/dev/null; then
        fail 69 'the servers do not run: make up starts them'
    fi
    use_stack
}

use_stack() {
    # shellcheck disable=SC1091
    . "$stack/env"
    programs=$(realpath -m -- "${ORDER_BUILD:-$root/build}")
    export ORDER_LAB=$lab ORDER_TOPIC=$lab ORDER_GROUP=$lab PGDATABASE=$lab
    [[ ! -r $state/lifecycle ]] || ORDER_LIFECYCLE=$(<"$state/lifecycle")
    [[ ! ${ORDER_LIFECYCLE-} ]] || export ORDER_LIFECYCLE
}

must_be_free() { # nothing else may be called as the lab is
    local topics
    [[ ! $(psql -XAtqc "SELECT 1 FROM pg_database WHERE datname = '$lab'" postgres) ]] ||
        fail 78 "there is a database $lab, which no lab made: rename it, or drop it"
    topics=$(kcat -b "$KAFKA_BROKERS" -L -J -m 30) || fail 69 "Kafka at $KAFKA_BROKERS does not answer: read $stack/log/kafka.log"
    ! jq -e --arg lab "$lab" 'any(.topics[].topic; . == $lab)' <<<"$topics" >/dev/null ||
        fail 78 "there is a topic $lab, which no lab made: delete it, or work in another stack (ORDER_VAR)"
}

start_lab() { # start_lab N|NAME [LIFECYCLE]
    local said status
    set_lab "${1-}"
    (($# <= 2)) || fail 64 'start takes a lab and a lifecycle; try --help'
    [[ ! -t 2 ]] || say "making what $lab needs"
    said=$("$root/scripts/up" 2>&1) || { status=$?; printf '%s\n' "$said" >&2; exit "$status"; }
    mkdir -p -- "$state" "$stack/log/$lab"
    [[ -z ${2-} ]] || lifecycle_path "$2" >"$state/lifecycle"
    use_stack
    remove_made
    must_be_free
    make_lab
    # shellcheck disable=SC1090
    [[ ! -e $labs/$number/start.bash ]] || . "$labs/$number/start.bash"
    write_shell
    if [[ $number ]]; then print_task; else printf 'In bash: . %q\n' "${state#"$PWD/"}/shell"; fi
}

make_lab() {
    lab_made topic "$lab"
    lab_made database "$lab"
    createdb "$lab"
    { "$root/scripts/migrate" && psql -Xqf "$root/sql/search_path.sql"; } 2>"$stack/log/$lab/migrate.log" ||
        fail_log 70 "$stack/log/$lab/migrate.log" "the database $lab cannot be made"
    kafka-topics.sh --create --topic "$lab" --partitions 6 --config retention.ms=-1 \
        --config message.timestamp.type=LogAppendTime >/dev/null
    [[ ! $number ]] || start_monitor
}

start_monitor() {
    local log=$stack/log/$lab/monitor.log
    : >"$log"
    # shellcheck disable=SC2016 # of the inner shell
    setsid bash -c 'exec -a "$0" "$@"' "$(stack_mark "monitor_$lab")" "$programs/order-monitor" --listen 127.0.0.1:0 \
        --lab --lab-data "$root/tests/data/sample" \
        >"$log" 2>&1 </dev/null 9>&- &
    wait_for 10 grep -qs 'http://' "$log" || fail_log 70 "$log" "the lab's monitor did not start"
    monitor=$(grep -om1 'http://[0-9.:]*' "$log")
    # What was there at its first look is no moment, so it has to look before anybody joins the group.
    wait_for 10 curl -sfo /dev/null --max-time 5 "$monitor/readyz" || fail_log 70 "$log" "the lab's monitor does not see Kafka and Postgres"
}

write_shell() {
    {
        printf '# For the shell that works on %s; written by scripts/lab.\n. %q\n' "$lab" "$stack/env"
        printf 'export %s=%q\n' ORDER_LAB "$lab" ORDER_TOPIC "$lab" ORDER_GROUP "$lab" PGDATABASE "$lab" ORDER_VAR "$stack"
        [[ ! ${ORDER_LIFECYCLE-} ]] || printf 'export ORDER_LIFECYCLE=%q\n' "$ORDER_LIFECYCLE"
        [[ ! ${monitor-} ]] || printf 'export MONITOR_URL=%q\n' "$monitor"
        # Pages write $logs without quotes, so it must not contain the path of the checkout, which may have blanks.
        printf 'logs=%q lab_state=%q lab_top=%q\n. %q\n' "${stack#"$root/"}/log/$lab" "$state" "$root" "$labs/shell.bash"
        [[ ! $number || ! -e $labs/$number/shell.bash ]] || printf '. %q\n' "$labs/$number/shell.bash"
    } >"$state/shell"
}

print_task() {
    printf '%s\n\n' "$(title "$number")"
    section task
    printf '\n'
    printf '%-11s %s\n' 'In bash:' ". $(printf %q "${state#"$PWD/"}/shell")" 'Watch it:' "$monitor" 'When done:' "scripts/lab check $number"
}

# The lab's programs, whichever shell started them. Its monitor is not one of them.
lab_processes() {
    local pid
    { grep -lsxzF "ORDER_LAB=$lab" /proc/[0-9]*/environ || true; } | cut -d/ -f3 | while read -r pid; do
        [[ $(readlink "/proc/$pid/exe") != */order-@(producer|consumer) ]] || ! grep -qsxzF "ORDER_VAR=$stack" "/proc/$pid/environ" || echo "$pid"
    done
}

remove_made() {
    local kind name pids
    mapfile -t pids < <(lab_processes)
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    stack_stop_monitor "monitor_$lab"
    [[ -e $state/made ]] || return 0
    sort -u -- "$state/made" | while read -r kind name; do
        case $kind in
        topic) kafka-topics.sh --delete --if-exists --topic "${name//./\\.}" ;; # its groups' offsets go with it
        database) dropdb --if-exists --force "$name" 2>/dev/null ;;
        esac </dev/null
    done
    rm -f -- "$state"/{made,hints}
}

reset_lab() {
    set_lab "$1"
    [[ -e $state/made ]] || return 0
    enter_stack
    remove_made
    rm -rf -- "$state"
}

# --- hint, solution

must_be_lab() { set_lab "$1"; [[ $number ]] || fail 64 "$lab is not a lab: name one by its number"; }

hint_lab() {
    local count
    must_be_lab "$1"
    mkdir -p -- "$state"
    count=$(($(cat -- "$state/hints" 2>/dev/null || echo 0) % 3 + 1))
    section hints | awk -v wanted="$count" '/<details>/ { if (++n == wanted) { inside = 1 }; next } /<\/details>/ { inside = 0 } inside && NF'
    echo "$count" >"$state/hints"
    ((count == 3)) || printf '\n(hint %d of 3; scripts/lab hint %s prints the next one)\n' "$count" "$number"
}

solution_lab() {
    must_be_lab "$1"
    section walk-through | awk '/^```sh/ { inside = 1; next } /^```/ { if (inside) print ""; inside = 0; next } inside'
}

# --- check: checks/N.sh calls these

sql() { psql -XAtqc "$1" 2>/dev/null || true; } # sql QUERY: prints nothing where the table is missing

digest() { "$root/scripts/digest" 2>/dev/null || true; } # of the results; prints nothing where the schema is missing

offsets() { # offsets TOPIC TIME: the sum over its partitions of their first offsets (TIME -2) or ends (-1); 0 if there is no such topic
    local -a partitions
    mapfile -t partitions < <(kcat -b "$KAFKA_BROKERS" -L -J -m 30 -t "$1" 2>/dev/null | jq -r --arg topic "$1" --arg time "$2" '.topics[] |
        select(.topic == $topic and .error == null) | .partitions[] | "-t", "\($topic):\(.partition):\($time)"')
    ((${#partitions[@]})) || { echo 0; return; }
    kcat -b "$KAFKA_BROKERS" -Q "${partitions[@]}" | awk '{ sum += $NF } END { print sum + 0 }'
}

records() { echo $(($(offsets "$1" -1) - $(offsets "$1" -2))); } # records TOPIC: how many offsets it holds

committed() { # committed GROUP TOPIC: the sum of the offsets that the group has committed
    kafka-consumer-groups.sh --describe --group "$1" 2>/dev/null | awk -v topic="$2" '$2 == topic && $4 ~ /^[0-9]+$/ { sum += $4 } END { print sum + 0 }'
}

watched() { # watched PATH FILTER: what the lab's monitor has seen since the lab's start, by a filter of jq; see docs/MONITORING.md
    curl -sf --max-time 5 "$(sed -n 's/^export MONITOR_URL=//p' "$state/shell")$1" | jq -r "$2"
}

contents() { # contents TOPIC: its records, `PARTITION VALUE` a line, in the order of each partition; nothing if there is no such topic
    (($(records "$1") == 0)) || kcat -b "$KAFKA_BROKERS" -C -q -e -o beginning -t "$1" -f '%p %s\n'
}

members_at_once() { # the largest number of members that the group has had at the same time, as the lab's monitor saw it
    # shellcheck disable=SC2016 # of jq
    watched /api/history '[foreach .moments[] as $moment (0; . + ({joined: 1, left: -1, died: -1, gone: -1}[$moment.kind] // 0))] | max // 0'
}

await_look() { # until the monitor has looked again, so that it has seen all that was done before
    local before
    before=$(watched /api/status .number) || fail 69 "the monitor of lab $number does not answer: scripts/lab reset $number, and start again"
    wait_for 10 has_looked "$((before + 1))" || fail 69 "the lab's monitor does not look: read $stack/log/$lab/monitor.log"
}
has_looked() { (($(watched /api/status .number) > $1)); }

expect() { # expect WHAT FOUND EXPECTED WHY: both are equal. WHY says what is missing, and what to do
    local met=''
    [[ $2 != "$3" ]] || met=yes
    judge "$met" "$1" "${2:-nothing}" "$3" "$4"
}

expect_at_least() { # expect_at_least WHAT FOUND LEAST WHY
    local met=''
    ((${2:-0} < $3)) || met=yes
    judge "$met" "$1" "${2:-nothing}" "at least $3" "$4"
}

judge() { # judge MET WHAT FOUND EXPECTED WHY
    asked=$((asked + 1))
    if [[ $1 ]]; then
        printf 'ok       %s: %s\n' "$2" "$3"
        return
    fi
    missing=$((missing + 1))
    printf 'missing  %s: %s expected, found %s\n' "$2" "$4" "$3"
    # The others may follow from the first.
    if ((missing == 1)) || [[ $independent ]]; then explain "$5"; fi
}

explain() { fold -s -w "$((${COLUMNS:-100} - 9))" <<<"$1" | sed 's/^/         /; s/ *$//'; } # explain TEXT: below the item that it belongs to

answer_lab() { # answer_lab N ANSWER: for a lab that asks for a name; the check judges it
    must_be_lab "$1"
    [[ -e $labs/$number/answers ]] || fail 64 "lab $number asks for no answer; its check is scripts/lab check $number"
    grep -qxF -- "$2" "$labs/$number/answers" || fail 64 "no answer of lab $number: $2; it asks for one of $(paste -sd' ' "$labs/$number/answers")"
    mkdir -p -- "$state"
    printf '%s\n' "$2" >"$state/answer"
    check_lab "$number"
}

check_lab() {
    must_be_lab "$1"
    asked=0 missing=0 independent='' # checks/N.sh sets independent where no item follows from another
    if [[ ! -e $state/shell ]]; then
        printf 'lab %s was not started: scripts/lab start %s\n' "$number" "$number"
        return 1
    fi
    enter_stack
    await_look
    # shellcheck disable=SC1090
    . "$labs/checks/$number.sh"
    if ((missing)); then
        printf 'lab %s: %d of %d; scripts/lab hint %s helps\n' "$number" $((asked - missing)) "$asked" "$number"
        return 1
    fi
    note_passed "$lab"
    printf 'lab %s is passed; its question: scripts/lab quiz %s\n' "$number" "$number"
}

# --- quiz: quiz.json has the questions, in both languages

quiz() { # quiz [N]: asks on standard output, reads the number of a choice from standard input; 1 if an answer was wrong
    local id wrong=0
    local -a ids
    mapfile -t ids < <(jq -r --arg lab "$1" '.[] | select($lab == "" or (.lab | tostring) == $lab) | .id' "$labs/quiz.json")
    ((${#ids[@]})) || fail 66 "there is no lab $1; scripts/lab list prints the labs"
    mkdir -p -- "$stack/labs"
    for id in "${ids[@]}"; do ask "$id" || wrong=1; done
    return "$wrong"
}

ask() { # ask ID
    local answer of
    of=$(jq -r --arg id "$1" '.[] | select(.id == $id) | .choices | length' "$labs/quiz.json")
    jq -r --arg id "$1" --arg in "$language" '.[] | select(.id == $id) | .question[$in], "", (.choices | to_entries[] | "  \(.key + 1). \(.value.text[$in])")' \
        "$labs/quiz.json" | fold -s -w "${COLUMNS:-100}"
    while printf '> ' && read -r answer; do
        [[ -t 0 ]] || printf '%s\n' "$answer"
        [[ $answer =~ ^[1-9]$ ]] && ((answer <= of)) && break
        printf '1 to %d\n' "$of"
    done
    [[ ${answer-} ]] || { printf '\n'; return 1; }
    jq -r --arg id "$1" --arg in "$language" --argjson answer "$answer" '.[] | select(.id == $id) | .choices[$answer - 1] |
        (if .right then {en: "Right.", ko: "맞습니다."} else {en: "No.", ko: "아닙니다."} end)[$in] + " " + .why[$in], ""' "$labs/quiz.json" |
        fold -s -w "${COLUMNS:-100}"
    jq -e --arg id "$1" --argjson answer "$answer" 'any(.[]; .id == $id and .choices[$answer - 1].right)' "$labs/quiz.json" >/dev/null || return
    note_passed "question $1"
}
