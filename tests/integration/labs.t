#!/usr/bin/env bash
# scripts/lab: it removes only what a lab made, and reports where it does not work.
# shellcheck disable=SC2016 # the inner shell expands these
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# A checkout whose var/ is the stack that all tests share. It is up: there is nothing for make to do.
top=$logs/checkout
mkdir -p -- "$top/docs" "$top/build"
cp -R docs/labs "$top/docs/"
cp -R scripts sql lifecycles "$top/"
ln -s "$(realpath .deps)" "$top/.deps"
ln -s -- "$VAR" "$top/var"
cp -- "$CONSUMER" "$top/build/"
printf 'up: ;\n' >"$top/Makefile"
lab=trial$$ other=other$$

in_top() { run "$1" env -C "$top" -u ORDER_TOPIC -u ORDER_GROUP -u ORDER_LIFECYCLE bash -c "set -e; $2"; } # in_top NAME COMMANDS: sets status
databases() { psql -XAtqc "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname ~ '$lab|$other'" postgres; }
topics() { kcat -b "$KAFKA_BROKERS" -L -J | jq -r '[.topics[].topic] | sort | join(" ")' | grep -oE "[^ ]*($lab|$other)[^ ]*" | paste -sd' '; }
make_topic() { succeed create "$PRODUCER" --topic "$1" --create-topic=1 --to 1971-01-01 tests/data/sample; } # sends nothing
clean_up() {
    local name
    for name in $(databases); do dropdb --force "$name"; done
    "$top/scripts/kafka/bin/kafka-topics.sh" --delete --if-exists --topic ".*($lab|$other).*"
    rm -rf -- "$VAR/labs/$lab" "$VAR/labs/$other"
}

# --- names that are not the lab's

createdb "$other"
createdb "${lab}_mine"
make_topic "$lab-mine"
in_top refused "scripts/lab start $other"
is 'a name that a database has is refused' "$status" 78
like '… and which one is said' "$(<"$logs/refused.log")" "*there is a database $other, which no lab made*"
make_topic "t$other"
in_top refused-topic "scripts/lab start t$other"
is '… and one that a topic has' "$status $(grep -c "there is a topic t$other, which no lab made" "$logs/refused-topic.log")" '78 1'

in_top lab "sleep 300 & sleeper=\$!
scripts/lab start $lab >/dev/null
. var/labs/$lab/shell
build/order-consumer 2>\$logs/consumer.log & consumer=\$!
kafka-topics.sh --create --topic $lab-own --partitions 1
createdb ${lab}_own
psql -XAtqc 'SELECT current_database()'
echo \"\$ORDER_TOPIC \$ORDER_GROUP\"
sort var/labs/$lab/made
[[ \$(lab_jobs) == \$consumer ]] && echo 'the consumer is the lab'
lab_end
kill -0 \$consumer 2>/dev/null || echo 'the consumer ended'
kill \$sleeper && echo 'the sleeper went on'
echo \"\${ORDER_TOPIC-none} \$PGDATABASE\""
is 'a lab has a topic, a group and a database, and lists what it made; lab_end ends its programs, and no other job' \
    "$status $(grep -v '^Created' "$logs/lab.out" | paste -sd'|')" \
    "0 $lab|$lab $lab|database $lab|database ${lab}_own|topic $lab|topic $lab-own|the consumer is the lab|the consumer ended|the sleeper went on|none order_replay"
is 'its own databases are gone, and those whose names begin the same are still there' "$(databases)" "$other ${lab}_mine"
is '… and topics' "$(topics)" "t$other $lab-mine"

in_top left "scripts/lab start $lab; . var/labs/$lab/shell; createdb ${lab}_own"
in_top again "scripts/lab start $lab >/dev/null; . var/labs/$lab/shell; psql -XAtqc \"SELECT count(*) FROM pg_database WHERE datname = '${lab}_own'\""
is 'an unfinished lab is removed at its next start' "$status $(<"$logs/again.out")" '0 0'

# A consumer of a shell that was closed.
in_top orphan ". var/labs/$lab/shell; setsid build/order-consumer >\$logs/orphan.log 2>&1 & echo \$!"
orphan=$(<"$logs/orphan.out")
wait_until 10 kill -0 "$orphan"
in_top reset "scripts/lab reset $lab"
is 'reset removes what is left' "$status $(databases)" "0 $other ${lab}_mine"
ok '… and ends a program of another shell' wait_until 10 not kill -0 "$orphan"
in_top reset-again "scripts/lab reset $lab"
is '… and has nothing to do the second time' "$status" 0

# --- where it does not work

run elsewhere env -C "$top/docs" bash -c "../scripts/lab start $lab && . ../var/labs/$lab/shell && pwd"
is 'it works from another folder' "$status $(tail -n 1 "$logs/elsewhere.out")" "0 $(realpath "$top")"
in_top unnamed 'scripts/lab start'
is 'without a name it asks for one' "$status $(grep -c 'name the lab' "$logs/unnamed.log")" '64 1'
in_top unknown 'scripts/lab check 99'
is 'a number that no lab has is refused' "$status $(grep -c 'there is no lab 99' "$logs/unknown.log")" '66 1'
in_top unstarted 'scripts/lab check 1'
is 'the check of a lab that was not started says how to start it' "$status $(<"$logs/unstarted.out")" '1 lab 1 was not started: scripts/lab start 1'
run dash env -C "$top" dash -c ". var/labs/$lab/shell || exit 9"
is 'in another shell it asks for bash' "$status $(grep -c 'need bash' "$logs/dash.log")" '9 1'

# --- the questions

in_top questions "jq -r 'map([.id, (.choices | map(select(.right)) | length), ([.question, (.choices[] | .text, .why)] | all(.en != \"\" and .ko != \"\" and .en != null and .ko != null))] | @tsv)[]' docs/labs/quiz.json"
is 'each question has one right choice, and a reason for each choice, in both languages' \
    "$(cut -f 2,3 "$logs/questions.out" | sort -u)" $'1\ttrue'
is '… and each lab has its question' "$(grep -oxE 'lab[0-9]+' <(cut -f 1 "$logs/questions.out") | sort -V | paste -sd' ')" \
    "$(printf '%s\n' docs/labs/[0-9]*.md | sed 's|docs/labs/\([0-9]*\)-.*|lab\1|' | sort -V | paste -sd' ')"
right=$(jq '.[] | select(.id == "lab1") | .choices | map(.right // false) | index(true) + 1' docs/labs/quiz.json)
in_top right "scripts/lab quiz 1 <<<$right"
is 'the right answer is taken' "$status $(grep -c '^> [0-9]*$\|Right\.' "$logs/right.out")" '0 2'
in_top wrong "scripts/lab quiz 1 <<<$((right % 3 + 1))"
is '… and a wrong one is explained' "$status $(grep -c 'No\. .' "$logs/wrong.out")" '1 1'
in_top korean "LC_ALL=ko_KR.UTF-8 scripts/lab quiz 1 <<<$right"
is '… in Korean too' "$status $(grep -c '맞습니다' "$logs/korean.out")" '0 1'
in_top none 'scripts/lab quiz 1 </dev/null'
is 'without an answer the status is 1' "$status" 1
plan
