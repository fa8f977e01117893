# shellcheck shell=bash
# shellcheck disable=SC2034 # lab_pages.t uses them
# Lab 6: half done, the consumer was asked to end, and so it left.
untouched='missing  members of the group at the same time: at least 2 expected, found 0'
# shellcheck disable=SC2016 # await evaluates it
half() {
    local i pids=()
    for i in 1 2; do build/order-consumer & pids+=($!); done
    build/order-producer tests/data/sample
    await 30 '[[ $(lag) == 0 && $(curl -sf "$MONITOR_URL/api/status" | jq ".kafka.members | length") == 2 ]]'
    kill "${pids[@]}"
    wait "${pids[@]}"
}
half_done='missing  members that died: at least 1 expected, found 0'
