#!/usr/bin/env bash
# docs/labs/start and lab_end: they remove only what the lab made, and report where they do not work.
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
lab=lab$$ other=other$$

in_top() { run "$1" env -C "$top" -u ORDER_TOPIC -u ORDER_GROUP -u ORDER_LIFECYCLE bash -c "$2"; } # in_top NAME COMMANDS: sets status
databases() { psql -XAtqc "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname ~ '$lab|$other'" postgres; }
topics() { kcat -b "$KAFKA_BROKERS" -L -J | jq -r '[.topics[].topic] | sort | join(" ")' | grep -oE "[^ ]*($lab|$other)[^ ]*" | paste -sd' '; }
make_topic() { succeed create "$PRODUCER" --topic "$1" --create-topic=1 --to 1971-01-01 tests/data/sample; } # sends nothing
clean_up() {
    local name
    for name in $(databases); do dropdb --force "$name"; done
    "$top/scripts/kafka/bin/kafka-topics.sh" --delete --if-exists --topic ".*($lab|$other).*"
    rm -f -- "$VAR/labs/$lab" "$VAR/labs/$other"
}

# --- names that are not the lab's

createdb "$other"
createdb "${lab}_mine"
make_topic "$lab-mine"
in_top refused ". docs/labs/start $other"
is 'a name that a database has is refused' "$status" 1
like '… and which one is said' "$(<"$logs/refused.log")" "*there is a database $other, which no lab made*"
make_topic "t$other"
in_top refused-topic ". docs/labs/start t$other"
is '… and one that a topic has' "$status $(grep -c "there is a topic t$other, which no lab made" "$logs/refused-topic.log")" '1 1'

in_top lab "sleep 300 & sleeper=\$!
. docs/labs/start $lab
build/order-consumer 2>\$logs/consumer.log & consumer=\$!
kafka-topics.sh --create --topic $lab-own --partitions 1
createdb ${lab}_own
psql -XAtqc 'SELECT current_database()'
echo \"\$ORDER_TOPIC \$ORDER_GROUP\"
sort var/labs/$lab
[[ \$(lab_jobs) == \$consumer ]] && echo 'the consumer is the lab'
lab_end
kill -0 \$consumer 2>/dev/null || echo 'the consumer ended'
kill \$sleeper && echo 'the sleeper went on'
echo \"\${ORDER_TOPIC-none} \$PGDATABASE\""
is 'a lab has a topic, a group and a database, and lists what it made; lab_end ends its programs, and no other job' \
    "$status $(grep -v '^Created' "$logs/lab.out" | paste -sd'|')" \
    "0 $lab|$lab $lab|database $lab|database ${lab}_own|topic $lab|topic $lab-own|the consumer is the lab|the consumer ended|the sleeper went on|none order_replay"
is 'its own databases are gone, and those whose names begin the same are still there' "$(databases)" "${lab}_mine $other"
is '… and topics' "$(topics)" "$lab-mine t$other"

in_top left ". docs/labs/start $lab && createdb ${lab}_own"
in_top again ". docs/labs/start $lab && psql -XAtqc \"SELECT count(*) FROM pg_database WHERE datname = '${lab}_own'\" && lab_end"
is 'an unfinished lab is removed at its next start' "$status $(<"$logs/again.out")" '0 0'

# --- where it does not work

run elsewhere env -C "$top/docs" bash -c '. labs/start lab1'
is 'from another folder it says where to go' "$status $(grep -c "cd $top" "$logs/elsewhere.log")" '1 1'
in_top unnamed '. docs/labs/start'
is 'without a name it asks for one' "$status $(grep -c 'name the lab' "$logs/unnamed.log")" '1 1'
run dash env -C "$top" dash -c '. docs/labs/start lab1 || exit 9'
is 'in another shell it asks for bash' "$status $(grep -c 'need bash' "$logs/dash.log")" '9 1'
plan
