#!/usr/bin/env bash
# The programs of lab 12: after the steps of its page, each of them prints what docs/labs/12/key.tsv says, and no two of them, nor the
# program without a bug, print the same.
#
#   FULL=1        all programs; otherwise two of them, and the one without a bug
#   WRITE=FILE    writes what they print into FILE, in the form of the key
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
programs=$BUILD at_once=3
. docs/labs/12/programs.bash

mapfile -t all < <(bugs)
if [[ ${FULL-} ]]; then tried=(none "${all[@]}"); else tried=(none count-all-rows auto-commit); fi

# --- the key

# shellcheck disable=SC2016 # backquotes of Markdown
same_list() { diff <(bugs) <(sed -n 's/^| `\([a-z-]*\)` |.*/\1/p' docs/labs/12-which-bug.md) && diff <(bugs) <(cut -f1 docs/labs/12/key.tsv | grep -vx none | uniq | sort); }
ok 'the page, the answers and the key have the same bugs' same_list

same=''
for one in none "${all[@]}"; do
    for other in none "${all[@]}"; do
        [[ $one == "$other" ]] || first_difference "$one" "$other" >/dev/null || same+="$one and $other; "
    done
done
is 'by the key, each differs from all others' "${same:-none are the same}" 'none are the same'

unexplained=''
for one in "${all[@]}"; do
    grep -q "^    \[$one\]='" docs/labs/checks/12.sh || unexplained+="$one "
done
is 'the check explains each of them' "${unexplained:-all of them}" 'all of them'

# --- the programs, each with a topic, a group, a database and a monitor of its own

# shellcheck disable=SC2016 # of the inner shell, which is like that of the lab
drive='shopt -s inherit_errexit
. docs/labs/shell.bash
. docs/labs/12/shell.bash
for step; do
    printed=$("$step")
    printf "%s\t%s\t%s\n" "$bug" "$step" "${printed//$'"'\n'"'/$'"'\t'"'}"
done'

begin() { # begin BUG: its steps in the background
    local folder=$PWD/$logs/$1
    [[ $logs != /* ]] || folder=$logs/$1
    topic=check-$test-$$-$1 group=check-$test-$$-$1
    export PGDATABASE=check_${test}_$$_${1//-/_}
    mkdir -p -- "$folder"
    build_program "$1" "$folder/program" >"$logs/build-$1.log" 2>&1
    createdb "$PGDATABASE"
    succeed "migrate-$1" "$folder/program/scripts/migrate"
    succeed "topic-$1" "$PRODUCER" --topic "$topic" --create-topic=6 --to 1971-01-01 tests/data/sample
    start_monitor "monitor-$1"
    mapfile -t steps < <(steps)
    start "steps-$1" env bug="$1" lab_top="$PWD" lab_state="$folder" logs="$folder" MONITOR_URL="$url" ORDER_TOPIC="$topic" ORDER_GROUP="$group" \
        bash -ec "$drive" - "${steps[@]}"
}

is_named() { # is_named BUG: what the learner gets has the bug's name in it
    grep -rlaF -- "$1" "$logs/$1/program"
}

as_in_key() { # as_in_key BUG: what the steps have printed
    local step line wrong=0
    local -a wanted printed
    while read -r step; do
        mapfile -t wanted < <(shows "$1" "$step")
        mapfile -t printed < <(awk -F'\t' -v step="$step" '$2 == step' "$logs/steps-$1.out" | tr '\t' '\n' | tail -n +3)
        for line in "${!wanted[@]}"; do
            # shellcheck disable=SC2053 # a pattern
            [[ ${printed[line]-} == ${wanted[line]} ]] || { wrong=1; printf '%s: expected %s\n    printed %s\n' "$step" "${wanted[line]}" "${printed[line]-nothing}"; }
        done
        ((${#wanted[@]} == ${#printed[@]})) || { wrong=1; printf '%s: %d lines expected, %d printed\n' "$step" "${#wanted[@]}" "${#printed[@]}"; }
    done < <(steps)
    return "$wrong"
}

finish_one() { # finish_one BUG
    await "steps-$1" 300
    is "$1: its steps can be done" "$status" 0
    ok "$1: prints what the key says" as_in_key "$1"
    [[ ! ${WRITE-} ]] || cat -- "$logs/steps-$1.out" >>"$WRITE"
    end "monitor-$1" TERM 10
}

[[ ! ${WRITE-} ]] || : >"$WRITE"
running=()
for bug in "${tried[@]}"; do
    begin "$bug"
    [[ $bug == none ]] || ok "$bug: its name is not in what the learner gets" not is_named "$bug"
    running+=("$bug")
    ((${#running[@]} < at_once)) || { finish_one "${running[0]}"; running=("${running[@]:1}"); }
done
for bug in "${running[@]}"; do finish_one "$bug"; done
plan
