#!/usr/bin/env bash
# A consumer that is ended and started again 24 times under load, by signals that it sees and by one that it does not:
# no session is left in Postgres, memory does not grow, nor does the number of files in the stack's folder.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

RESTARTS=24
use_orders 5000
events=$(expected_events)
new_case 6

sessions() { query "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'order-consumer' AND datname = current_database()"; }
one_session() { [[ $(sessions) == 1 ]]; }
no_session() { [[ $(sessions) == 0 ]]; }
memory() { awk '/^VmRSS/ { print $2 }' "/proc/${pid[consumer]}/status"; }
# Postgres keeps more of its log, and maps of its tables, the more it has to do.
list_files() { find "$VAR" -not -path '*/pg_wal/*' -not -name '*_fsm' -not -name '*_vm' | sort; }

begin() { # begin: one more, until it has applied something and has one session
    local before
    alive load || start load "${producer[@]}" --rate 2000 # again and again, so that there is always something to do
    before=$(progress)
    start consumer "${consumer[@]}" -X session.timeout.ms=6000 --batch-size 500
    wait_until 30 progressed "$before"
    wait_until 10 one_session
}

start load "${producer[@]}" --rate 2000
wait_until 30 logged load 'sending in event-time order'
begin
first_memory=$(memory) leaked=0
list_files >"$logs/files-first"
for ((restart = 1; restart <= RESTARTS; restart++)); do
    signal=TERM
    ((restart % 6)) || signal=KILL # rarely: its group waits for it
    end consumer "$signal" 15
    [[ $signal == KILL || $status == 0 ]] || break
    wait_until 10 no_session || leaked=$((leaked + 1))
    begin
done
is 'every restart went well' "$((restart - 1))" "$RESTARTS"
is 'no session was left' "$leaked" 0
between 'memory of the last one, more than of the first (kB)' "$(($(memory) - first_memory))" -100000 24576 # its queue may be full, or not
list_files >"$logs/files-last"
between 'files in the folder, more than at the first one' "$(($(wc -l <"$logs/files-last") - $(wc -l <"$logs/files-first")))" \
    -100000 $((RESTARTS - 1)) # less than one a restart; Kafka deletes what others left

! alive load || end load TERM 10
produce # what that one did not come to
wait_until 60 applied_all
end consumer TERM 10
is 'the last one ends in good order' "$status" 0
is 'each event is applied once' "$(sum applied)" "$events"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'

plan
