#!/usr/bin/env bash
# order-monitor --lab: its commands work, only its own page can give them, and whatever it starts ends with it. Needs
# scripts/setup check.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 1000
events=$(expected_events)
new_case 6
data=$(dirname -- "$orders")

post() { # post COMMAND [OPTION…]: prints the status; what was answered is in $logs/answer
    curl -s --max-time 10 -o "$logs/answer" -w '%{http_code}' -X POST -H "X-Lab-Token: $token" "${@:2}" "$url/lab/$1"
}
lab() { fetch /api/lab | jq -r "$1"; } # lab FILTER
error() { jq -r .error "$logs/answer"; }
children() { ps -o pid= --ppid "${pid[$1]}" | xargs; } # children NAME: of a program
running() { lab '[.programs[] | select(.kind == "consumer" and .state == "running") | .number] | join(" ")'; }
members() { status_of '[.kafka.members[].client] | sort | join(" ")'; }
has_members() { [[ $(members) == "$1" ]]; }
shared() { [[ $(status_of '[.kafka.members[] | .partitions | length] | sort | join(" ")') == "$1" ]]; } # shared 'COUNT…'
start_lab() { # start_lab NAME [OPTION…]: sets url and token
    start_monitor "$1" --lab --lab-data "$data" "${@:2}"
    token=$(lab .token)
}

# --- without --lab

start_monitor plain
is 'without --lab there is no state of it' "$(code /api/lab)" 404
is '... no command' "$(code '/lab/kill?number=1') $(code /lab/consumers -X POST)" '404 405'
is '... and no button' "$(fetch /lab.js)" '/* order-monitor runs without --lab */'
end plain TERM 10

while IFS='|' read -r pattern arguments; do
    read -ra arguments <<<"$arguments"
    run bad "$MONITOR" "${arguments[@]}"
    like "${arguments[*]}" "$status $(<"$logs/bad.log")" "64 *$pattern*"
done <<'END'
--lab serves on loopback only*use --listen 127.0.0.1:8090|--lab --listen 0.0.0.0:0
--lab serves on loopback only|--lab --listen [::]:0
--lab is for the page|--lab --check
--lab-data needs --lab|--lab-data tests/data/sample
END

# --- requests of others

start_lab monitor
port=${url##*:}
like 'the token is random' "$token" "$(printf '[0-9a-f]%.0s' {1..32})"
is 'refused: no token' "$(token='' post consumers)" 403
is 'refused: a wrong token' "$(token=${token%?}x post consumers)" 403
while IFS='|' read -r name expected command options; do
    eval "options=($options)"
    is "refused: $name" "$(post "$command" "${options[@]}")" "$expected"
    ok '... in words' test -s "$logs/answer"
done <<'END'
another site|403|consumers|-H 'Origin: http://evil.example'
another server of this machine|403|consumers|-H "Origin: http://127.0.0.1:1"
a sandbox|403|consumers|-H 'Origin: null'
another site, as the browser says|403|consumers|-H 'Sec-Fetch-Site: cross-site'
a link|403|consumers|-H 'Sec-Fetch-Site: none'
a name that leads here|421|consumers|-H "Host: evil.example:$port"
GET|405|consumers|-X GET
HEAD|405|consumers|-X HEAD --head
PUT|405|consumers|-X PUT
what a browser asks before a foreign POST|405|consumers|-X OPTIONS -H 'Origin: http://evil.example' -H 'Access-Control-Request-Method: POST' -H 'Access-Control-Request-Headers: x-lab-token'
a body|403|consumers|-d count=1
a chunked body|403|consumers|-H 'Transfer-Encoding: chunked' -d count=1
too many|400|consumers?count=9|
no number|400|consumers?count=1x|
a number twice|400|consumers?count=1&count=1|
a NUL|400|consumers?count=1%00|
another parameter|400|consumers?program=/bin/sh|
more parameters than there can be|400|replay?a=1&b=1&c=1&d=1&e=1|
no such command|405|nothing|
END
is 'the state is not for others' "$(code /api/lab -H 'Origin: http://evil.example') $(code /api/lab -H 'Sec-Fetch-Site: same-site') $(code /api/lab -X POST)" '403 403 405'
is '... and no answer allows it to them' "$(for path in /api/lab /lab.js /lab/consumers; do
    curl -sI "$url$path"; curl -s -i -X OPTIONS -H 'Origin: http://evil.example' "$url$path"; done | grep -ci '^access-control-' || true)" 0
ok 'the token is only in the state' not grep -qF -- "$token" <(fetch /; fetch /lab.js; fetch /api/status; fetch /metrics; cat -- "$logs/monitor.log")
is 'none of this has started anything' "$(lab '.programs | length') ($(children monitor))" '0 ()'
is 'its own page may' "$(post 'kill?number=1' -H "Origin: $url" -H 'Sec-Fetch-Site: same-origin')" 409
like '... and reads why something is not possible' "$(error)" 'program 1 does not run: *'

# --- a replay, and two consumers

is 'a replay' "$(post 'replay?rate=150')" 200
is '... only one at a time' "$(post replay) $(error)" '409 a replay is running: wait until it ends, or stop it'
has_topic() { [[ $(status_of .kafka.hasTopic) == true ]]; }
wait_until 30 has_topic
is 'two consumers' "$(post 'consumers?count=2')" 200
is '... are children of the monitor' "$(children monitor)" "$(jq -r '[.programs[].process] | sort | join(" ")' "$logs/answer")"
ok '... and share the partitions' wait_until 60 shared '3 3'
is '... under names of their own' "$(members)" 'lab-2 lab-3'
is 'no more than eight' "$(post 'consumers?count=7') $(error)" '409 2 consumers run, and 8 are the limit: stop some first'
ok '... and no other was started' test "$(running)" = '2 3'

victim=$(lab '.programs[] | select(.number == 2) | .process')
is 'one is killed' "$(post 'kill?number=2')" 200
was_killed() { [[ $(lab '.programs[] | select(.number == 2) | "\(.state) \(.signal) \(.status)"') == 'ended 9 null' ]]; }
ok '... by SIGKILL' wait_until 10 was_killed
ok '... and waited for' test ! -e "/proc/$victim"
ok 'Kafka misses it' wait_until 60 happened '^\(died\|gone\) Member lab-2-'
ok '... and the group has rebalanced' wait_until 60 shared 6
is 'it cannot be killed again' "$(post 'kill?number=2')" 409

# --- offsets

replay_is_over() { [[ $(lab '.programs[] | select(.kind == "replay") | "\(.state) \(.status)"') == 'ended 0' ]]; }
ok 'the replay ends' wait_until 120 replay_is_over
wait_until 60 applied_all
ok 'all events are applied' test "$(sum applied)" = "$events"
before=$(digest)
redelivered=$(sum redelivered)
committed_all() { [[ $(shown_lag) == 0 ]]; }
wait_until 30 committed_all
# A consumer that does not run cannot stop either, so there is time to look.
stopper=$(lab '.programs[] | select(.kind == "consumer" and .state == "running") | .process')
kill -STOP "$stopper"
is 'offsets are set back' "$(post 'rewind?records=100')" 200
is '... for which its consumers stop' "$(jq -r '.phase' "$logs/answer")" 'stopping consumers'
is '... and none can be started' "$(post consumers)" 409
kill -CONT "$stopper"
rewound() { [[ $(lab '"\(.phase) \(.rewind.count)"') == "ready $1" ]]; } # rewound COUNT
ok '... until it is done' wait_until 60 rewound 1
records=$(lab .rewind.records)
between '... by so many records' "$records" 1 600
is '... as it says' "$(lab '"\(.rewind.done) \(.rewind.text)"')" "true offsets set back in 6 partitions, by $records records in total"
is '... and as many consumers as before run again' "$(running)" 4
was_redelivered() { [[ $(sum redelivered) == $((redelivered + records)) ]]; }
ok '... which get exactly these records again' wait_until 60 was_redelivered
is '... and the results are the same' "$(digest)" "$before"

start stranger "${consumer[@]}"
wait_until 30 shared '3 3'
is 'a member that it has not started' "$(post rewind)" 409
like '... is in the way' "$(error)" '*member order-consumer-* was not started by this page: stop it first'
is '... and is not touched' "$(post "kill?number=${pid[stranger]}") $(state stranger | cut -c 1)" '409 S'
end stranger TERM 15
wait_until 30 shared 6

redelivered=$(sum redelivered)
is 'a consumer is killed' "$(post 'kill?number=4')" 200
is '... and the offsets are set back while Kafka still counts it' "$(post rewind)" 200
ok '... after its session' wait_until 60 rewound 2
is '... to the first record' "$(lab '"\(.rewind.done) \(.rewind.records)"')" "true $events"
is '... and it is not started again' "$(running)." .
was_redelivered_all() { [[ $(sum redelivered) == $((redelivered + events)) ]]; }
is 'a consumer' "$(post consumers)" 200
ok '... gets all records again' wait_until 60 was_redelivered_all
is '... and the results are the same' "$(digest)" "$before"
verify_ok '... and are those of the files'

# --- a stop, and duplicates

number=$(running)
is 'a consumer is stopped' "$(post "stop?number=$number")" 200
was_stopped() { [[ $(lab ".programs[] | select(.number == $number) | \"\(.state) \(.status)\"") == 'ended 0' ]]; }
ok '... in good order' wait_until 30 was_stopped
is 'a replay sends some twice' "$(post 'replay?duplicates=50')" 200
sent_again() { [[ $(lab '[.programs[] | select(.kind == "replay" and .state == "ended")] | length') == 2 ]]; }
ok '... as fast as possible' wait_until 60 sent_again
between '... half of them' $(($(log_size) - 2 * events)) $((events * 4 / 10)) $((events * 6 / 10))
is 'a consumer' "$(post consumers)" 200
wait_until 60 applied_all
is '... finds no new event' "$(sum duplicate) $(digest)" "$(($(log_size) - events)) $before"

# --- the page

. "$(dirname -- "${BASH_SOURCE[0]}")/browser.sh"
row() { printf 'tr[data-number="%s"]' "$1"; } # row NUMBER

browse size 1280 1180 >/dev/null
browse open "$url" >/dev/null
ok 'the page has the buttons' wait_until 30 clicks '#lab-start'
newest() { lab '.programs | last | .number'; }
number=$(newest)
ok '... which start a consumer' wait_until 60 shared '3 3'
ok '... that it shows' wait_until 10 says "$(row "$number")" "consumer $number"
ok '... and kill it' clicks "$(row "$number") button"
ok '... as it says' wait_until 10 says "$(row "$number")" 'killed (SIGKILL)'
wait_until 60 shared 6

# Two more, a replay in scaled time, and one is killed by its button.
for consumers in '3 3' '2 2 2'; do
    clicks '#lab-start'
    wait_until 60 shared "$consumers"
done
repeats=$(sum duplicate)
ok 'the replay' wait_until 30 clicks '#lab-replay'
replay=$(newest)
ok '... is a program, too' wait_until 10 says "$(row "$replay")" "replay $replay"
before=$(markers)
ok '... and moves the three markers of each lane' wait_until 30 moved "$before"
before=$(owners)
number=$(lab '[.programs[] | select(.kind == "consumer" and .state == "running") | .number] | last')
killed=$SECONDS
ok 'a consumer is killed in the middle of it' clicks "$(row "$number") button"
ok '... its lanes change hands' wait_until 30 changed_hands "$before"
between '... within 12 s' $((SECONDS - killed)) 0 12
ok '... and the headline says that a consumer died' wait_until 10 heads 'A consumer died, at'
ok '... and then that all is well' wait_until 60 heads 'All is well'
of_lanes() { lanes '[.[].duplicate | tonumber] | add'; }
counts_repeats() { [[ $(of_lanes) == "$(sum duplicate)" ]]; }
ok '... the lanes have as many duplicates as the database' wait_until 10 counts_repeats
between '... more than before' "$(of_lanes)" $((repeats + 1)) $((repeats + 100000))
is '... and draw them' "$(lanes '[.[] | .glyphs | any(. > 0)] | unique')" '[true]'
ok 'another replay' wait_until 60 clicks '#lab-replay'
replay=$(newest)
ok '... that can be stopped' clicks "$(row "$replay") button:last-of-type"
ok '... as it says' wait_until 30 says "$(row "$replay")" 'ended with status'

ok 'offsets are set back' clicks '#lab-rewind'
ok '... as it says' wait_until 60 says '#lab-said' 'The offsets were set back by'
is '... and it has done no more than that' "$(lab .rewind.count)" 3
for width in 1280 360; do
    browse size $width 800 >/dev/null
    is "... nothing is wider than the screen, $width wide" "$(browse overflows)" '[]'
done
is 'the browser reports no error' "$(browse errors)" '[]'
browse language ko >/dev/null
browse open "$url" >/dev/null
ok 'in Korean' wait_until 30 says '#lab-start' '컨슈머 시작'
keys() { sed -n "/^    $1: {/,/^    },/p" monitor/page/lab.js | grep -oE "(^|[{,]) *('[^']+'|[a-zA-Z]+): " | tr -d "{, ':" | grep -vxE 'en|ko'; }
is '... which has all texts that English has' "$(keys ko)" "$(keys en)"
between '... and these are so many' "$(keys en | wc -l)" 30 100

# --- what it has started ends with it

start bystander "${consumer[@]}"
gone() { local child; for child in $1; do [[ $(ps -o stat= -p "$child") != [^Z]* ]] || return; done; } # gone 'PID…'
start_all() {
    [[ $(post 'replay?rate=1') == 200 && $(post 'consumers?count=3') == 200 ]] && wait_until 60 joined
    mine=$(children "$1")
}
joined() { [[ $(members) == *lab-*lab-*lab-* ]]; }
start_all monitor
between 'it has so many children' "$(wc -w <<<"$mine")" 4 8
end monitor TERM 20
is 'stopped, it ends' "$status" 0
ok '... and all of them have' gone "$mine"
ok '... in good order' test "$(grep -c 'INFO  lab: consumer ended .* status=0' "$logs/monitor.log")" -ge 4
ok '... but not what it has not started' alive bystander

printf '%s\n' 'sasl.password=a-secret' >"$logs/properties"
start_lab again --properties "$logs/properties" -X metadata.max.age.ms=123456 -X client.id=mine
start_all again
arguments() { tr '\0' '\n' <"/proc/${mine##* }/cmdline"; }
ok 'another one passes its properties on' grep -qx -e '-Xmetadata.max.age.ms=123456' <(arguments)
ok '... but not for all to see' not grep -qF a-secret <(arguments)
end again KILL 5
ok 'killed, it takes its children with it' wait_until 30 gone "$mine"
ok '... but not what it has not started' alive bystander
end bystander TERM 15
plan
