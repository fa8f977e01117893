# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/lab or the shell of the lab sets them
# Lab 12: the program has run, and the learner has said which bug it has.
# shellcheck source=/dev/null
. "$labs/12/programs.bash"

# What shows that it is this bug, for a right answer.
declare -A evidence=(
    [absent-blindly]='Only the step delete_unread shows it: the deleted records are counted as absent. They were there before, so they are not offsets without a record, and verify should warn.'
    [auto-commit]='Only the offsets show it: when it was killed, Kafka was ahead by everything that the client had handed over. That is more than the batch that was sent to the database.'
    [commit-buffered]='Only the offsets after SIGTERM show it: the batch that was sent was applied, and Kafka is ahead by the records that were read after it. A killed program cannot commit anything, so kill_midway shows nothing.'
    [commit-first]='Only the offsets show it: when it was killed, Kafka was ahead by exactly the batch of 100 that was sent to the database and never answered. After SIGTERM the batch was answered, so Kafka is no longer ahead.'
    [count-all-rows]='The first replay looks right. With duplicates the totals by type are too large, while the events and the number of duplicates are right. So the events are recognized, and counted anyway.'
    [id-from-offset]='The ids differ from those of the files from the first replay on. The second replay has no duplicates at all: each event is stored twice.'
    [record-skipped]='Events are missing after the first replay, and as many offsets are absent. Nothing was deleted and there were no transactions, so each offset has a record.'
    [start-from-kafka]='Only the step lose_database shows it: the new database has only what was sent afterwards. The offsets in Kafka were taken, though the database had none.'
)

true_bug() { # by the salted hash in $state/key
    local salt hash bug
    read -r salt hash <"$state/key"
    for bug in $(bugs); do
        [[ $(salted "$salt" "$bug") != "$hash" ]] || echo "$bug"
    done
}

why_not() { # why_not ANSWER BUG: what this answer would look like, and what the program shows instead
    local -a difference
    mapfile -t difference < <(first_difference "$1" "$2")
    printf 'After %s, a program with %s prints “%s”. This one prints “%s”.' "${difference[0]}" "$1" "${difference[1]}" "${difference[2]}"
}

judge_answer() { # sets verdict and why
    answer=$(cat -- "$state/answer" 2>/dev/null || true)
    bug=$(true_bug)
    if [[ ! $answer ]]; then
        verdict='' why='Do the steps of the task. Then name the bug: scripts/lab answer 12 NAME.'
    elif [[ $answer == "$bug" ]]; then
        verdict=right
    else
        verdict=$answer why=$(why_not "$answer" "$bug")
    fi
}

expect_at_least 'events sent to topic lab12' "$(offsets lab12 -1)" 16060 \
    'Most of the bugs do no harm while every event arrives once. Do the steps of the task: replay and replay_again send the sample twice.'
expect_at_least 'records that the program has received' "$(sql 'SELECT sum(received) FROM orders.pipeline_status')" 1 \
    'The program shows its bug when it runs. The steps of the task run it: replay, replay_again, kill_midway …'
judge_answer
expect 'the name of the bug' "$verdict" right "${why-}"
[[ $verdict != right ]] || explain "${evidence[$bug]}"
