#!/usr/bin/env bash
# scripts/retire: what it removes and what it leaves, what it refuses, and beside batches, readers and another one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/sql/tap.sh
. ./tap.sh
root=$PWD/../..

retire() { PGAPPNAME=retire "$root/scripts/retire" --before "$@"; }
apply() { query "SELECT test.apply('$1')"; }
in_background() { "${@:2}" >"$scratch/$1.out" 2>&1 & }
events_before() { query "SELECT count(*) FROM orders.processed_events WHERE event_at < '$1'"; }

# Days: events 0 to 95 are of 2017-01-01, 96 to 191 of 2017-01-02, and so on; 1,000 of them fill some pages.
fill() {
    query "SELECT test.clean();
           SELECT test.apply((SELECT string_agg(format('0:%s:%s', n, n), ' ') FROM generate_series(0, 999) n))" >"$scratch/applied"
}

# What it says to whom ---------------------------------------------------------------------------------------------
run "$root/scripts/retire" --help
like "$status $out" '0 usage: scripts/retire*exit status*' '--help'
while IFS='|' read -r options error; do
    # shellcheck disable=SC2086
    run "$root/scripts/retire" $options
    like "$status|$out|$err" "64||retire: $error" "retire $options"
done <<'END'
|say which events: --before DAY; try --help
--nonsense|unexpected argument: --nonsense; try --help
--before|--before needs a day like 2018-01-31, from 1970 on, not ''
--before=yesterday|--before needs a day like 2018-01-31, from 1970 on, not 'yesterday'
--before 2018-02-30|--before needs a day like 2018-01-31, from 1970 on, not '2018-02-30'
--before 1969-12-31|--before needs a day like 2018-01-31, from 1970 on, not '1969-12-31'
--before 2018-01-31T12:00:00|--before needs a day like 2018-01-31, from 1970 on, not '2018-01-31T12:00:00'
--before 2018-01-31 --dry-run --no-shrink|--no-shrink and --dry-run do not go together; try --help
END
run env PGHOST=127.0.0.1 PGPORT=1 "$root/scripts/retire" --before 2018-01-01
like "$status|$out|$err" '69||*retire: no answer from the database*PGPORT=1*' 'without a database'
query 'CREATE ROLE test_reader; GRANT orders_reader TO test_reader'
run env PGOPTIONS='-c role=test_reader' "$root/scripts/retire" --before 2018-01-01
query 'DROP ROLE test_reader'
like "$status|$out|$err" '70||*permission denied for table *' 'without the right to'
run env PGDATABASE=postgres "$root/scripts/retire" --before 2018-01-01
like "$status|$out|$err" '70||*ERROR*run scripts/migrate' 'without a schema'
query 'SELECT test.clean()'
run retire 2017-01-02
like "$status|$out|$err" '78||retire: --before * (day of the newest event: none). Nothing was changed' 'without events there is nothing to declare'

# What it does ----------------------------------------------------------------------------------------------------
fill
all=$("$root/scripts/digest")
since=$("$root/scripts/digest" --since 2017-01-05)
[[ $since != "$all" ]] && status=0 || status=1
ok $status 'digest --since leaves events out'
run retire 2017-01-05 --dry-run
is "$status|$out|$err|$(events_before 2017-01-05)" '0||retire: would remove 384 of 1000 events|384' '--dry-run says what it would remove, and removes nothing'
run retire 2027-01-01
like "$status|$err" '78|retire: --before 2027-01-01 would retire events that have not arrived yet (day of the newest event: 2017-01-11). Nothing was changed' 'a day ahead of all events'
apply '1:0:3#99' >"$scratch/ignored"
run retire 2017-01-05
is "$status|$err" '78|retire: 1 conflicts concern events before 2017-01-05: settle them first, with scripts/settle. Nothing was changed' 'conflicts come first'
is "$(query 'SELECT before IS NULL FROM orders.horizon')|$(events_before 2017-01-05)" 't|384' 'and nothing was changed'
"$root/scripts/settle" --all >"$scratch/settled"
run retire 2017-01-05
like "$status|$out|$err" '0|retired: 384 events before 2017-01-05; processed_events takes * before|' 'it says what it removed'
is "$(query 'SELECT before, events FROM orders.horizon')|$(events_before 2017-01-05)|$(query 'SELECT count(*) FROM orders.processed_events')" '2017-01-05|384|0|616' 'and did'
is "$("$root/scripts/digest")" "$since" 'the digest is the one that --since gave'
is "$(query 'SELECT test.problems()')" '' 'the aggregates count what was removed'
is "$(apply '2:0:3 2:1:383 2:2:384')" '3: 0a 1d 0r 0q ttd retired 2' 'what comes again is retired'
run retire 2017-01-05
like "$status|$out|$err" '0|retired: 0 events before 2017-01-05; *|' 'a second time nothing is left'
run retire 2017-01-03
like "$status|$out|$err" '0|retired: 0 events *|retire: events before 2017-01-05 are retired already' 'nor for an earlier day'
run retire 2017-01-07 --no-shrink
like "$status|$out|$(query 'SELECT before, events FROM orders.horizon')" '0|retired: 192 events before 2017-01-07; *|2017-01-07|576' 'a later day moves the horizon'
run "$root/scripts/rebuild"
like "$status|$out|$err" '78||rebuild: events before 2017-01-07 are retired: *' 'rebuild refuses'
is "$(query 'SELECT test.problems()')" '' 'and has changed nothing'
run retire 2017-01-12
like "$status|$out|$(query 'SELECT count(*) FROM orders.processed_events')|$(query 'SELECT test.problems()')" '0|retired: 424 events*|0|' 'all of them can go'

# Beside others ---------------------------------------------------------------------------------------------------
session A
session B
fill
ask A BEGIN >"$scratch/ignored"
ask A "SELECT test.apply('1:0:1000 1:1:5')" >"$scratch/ignored"
in_background retire retire 2017-01-05
wait_for 'retire to wait' waiting 1 retire
tell B "SELECT test.apply('2:0:6 2:1:1001')"
wait_for 'B to wait' waiting 1 B
ask A COMMIT >"$scratch/ignored"
wait $! && status=0 || status=$?
like "$status $(<"$scratch/retire.out")" '0 retired: 384 events*' 'it waits for the batch before it'
is "$(answer B)" '2: 1a 0d 0r 0q ta retired 1' 'the batch behind it has the new horizon'
is "$(query 'SELECT test.problems()')" '' 'and all is well'

# A batch that has read the horizon cannot insert by it once it has moved: here it was read long before.
fill
ask A BEGIN >"$scratch/ignored"
ask A 'LOCK TABLE orders.processed_events IN SHARE ROW EXCLUSIVE MODE' >"$scratch/ignored"
ask A "INSERT INTO orders.retirements (before) VALUES ('2017-01-05')" >"$scratch/ignored"
tell B "SELECT test.apply('2:0:6 2:1:1001')"
wait_for 'B to wait' waiting 1 B
ask A "WITH removed AS (DELETE FROM orders.processed_events WHERE event_at < '2017-01-05' RETURNING event_at::date, event_type, region, kafka_partition)
       INSERT INTO orders.retired_counts SELECT *, count(*) FROM removed GROUP BY 1, 2, 3, 4" >"$scratch/ignored"
ask A COMMIT >"$scratch/ignored"
is "$(answer B)" '2: 1a 0d 0r 0q ta retired 1' 'a batch reads the horizon when it may insert'
is "$(query 'SELECT test.problems()')" '' 'and inserts nothing that was removed'

fill
since=$("$root/scripts/digest" --since 2017-01-05)
ask A 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT test.problems()' >"$scratch/ignored"
in_background retire env PGOPTIONS='-c lock_timeout=2500ms -c client_min_messages=warning' PGAPPNAME=retire "$root/scripts/retire" --before 2017-01-05
wait $! && status=0 || status=$?
like "$status $(<"$scratch/retire.out")" '75 *the events were removed, but their space*run it again. processed_events is held by *application A*' 'a reader that stays keeps the space'
is "$(events_before 2017-01-05)|$(ask A "SELECT count(*), test.problems() FROM orders.processed_events")" '0|1000|' 'and sees what it saw before'
is "$("$root/scripts/digest")" "$since" 'the others see what is left'
ask A COMMIT >"$scratch/ignored"
run retire 2017-01-05
like "$status $out" '0 retired: 0 events*' 'once it has gone the space is given back'

# Ended after some of the steps: the last one waits for a row that somebody holds.
fill
since=$("$root/scripts/digest" --since 2017-01-09)
ask A BEGIN >"$scratch/ignored"
ask A "SELECT FROM orders.processed_events WHERE event_id = test.event_id(700) FOR UPDATE" >"$scratch/ignored"
in_background retire env PGOPTIONS='-c lock_timeout=60s -c client_min_messages=warning' PGAPPNAME=retire "$root/scripts/retire" --before 2017-01-09
wait_for 'retire to wait' waiting 1 retire
is "$("$root/scripts/digest")|$(apply '3:0:7')" "$since|1: 0a 0d 0r 0q t retired 1" 'while it removes, the digest and the outcomes are those of the end'
query "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'retire'" >"$scratch/ignored"
wait $! && status=0 || status=$?
is "$status" 69 'it says that the connection was lost'
ask A COMMIT >"$scratch/ignored"
is "$(events_before 2017-01-09)|$(query 'SELECT before FROM orders.horizon')|$(query 'SELECT test.problems()')" '768|2017-01-09|' 'nothing is half done'
run retire 2017-01-09
like "$status $out $("$root/scripts/digest")" "0 retired: 768 events* $since" 'run again it ends its work'

# Two at once, and batches.
fill
ask A BEGIN >"$scratch/ignored"
ask A "SELECT test.apply('4:0:1002')" >"$scratch/ignored"
in_background first retire 2017-01-05
first=$!
in_background second retire 2017-01-07
second=$!
wait_for 'both to wait' waiting 2 retire
ask A COMMIT >"$scratch/ignored"
wait "$first" && status=0 || status=$?
wait "$second" && status+=' 0' || status+=" $?"
[[ $status == '0 0' ]] || { retire 2017-01-07 >"$scratch/again" 2>&1 && status=${status//75/0}; }
is "$status|$(events_before 2017-01-07)|$(query 'SELECT before, events FROM orders.horizon')|$(query 'SELECT test.problems()')" '0 0|0|2017-01-07|576|' 'two at once remove all, each event once'
for ((i = 0; i < 20; i++)); do
    echo "SELECT test.apply('5:$((3 * i)):$((900 - i)) 5:$((3 * i + 1)):$((2000 + i)) 5:$((3 * i + 2)):$((600 + i))');"
done >"$scratch/batches.sql"
in_background batches psql -XAtq -v ON_ERROR_STOP=1 -f "$scratch/batches.sql"
batches=$!
in_background first retire 2017-01-09 --no-shrink
first=$!
in_background second retire 2017-01-10 --no-shrink
second=$!
wait "$batches" && status=0 || status=$?
wait "$first" && status+=' 0' || status+=" $?"
wait "$second" && status+=' 0' || status+=" $?"
like "$status|$(events_before 2017-01-10)|$(query 'SELECT before FROM orders.horizon')|$(query 'SELECT test.problems()')" '0 0 0|0|2017-01-10|' 'two beside batches'

done_testing
