#!/usr/bin/env bash
# tests/versions: a combination that cannot be fetched, fails or is interrupted never counts as passed, and no server keeps running. make
# check-versions tests the versions themselves.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

build=$(realpath -- "$logs")/build
mkdir -p -- "$build" "$logs/bin"
ln -s -- "$(realpath -- "$PRODUCER")" "$build/order-producer"
own=$(basename -- "$jars"/kafka-clients-*.jar .jar)
own=kafka-${own##*-}
before=$(sha256sum docs/OPERATIONS.md)

consumer_is() { # consumer_is COMMAND
    printf '#!/bin/sh\n%s\n' "$1" >"$build/order-consumer"
    chmod 755 -- "$build/order-consumer"
}

versions() { # versions NAME COMBINATION…: in the background, as a terminal would start it
    start "$1" env --default-signal=INT -u KAFKA_BROKERS -u MONITOR_URL BUILD="$build" tests/versions "${@:2}"
}

clean_up() { # what a failed test leaves: a demo that waits for this consumer, and its servers
    kill "$(cat -- "$build/consumer.pid")" 2>/dev/null
    VAR=$build/versions-stack scripts/clean-data
}

# shellcheck disable=SC2062 # files, for a pattern from standard input
servers() { grep -lszF --file=- /proc/[0-9]*/cmdline <<<"$build/versions-stack" | wc -l; } # grep itself must not show it
is_gone() { [[ $(servers) == 0 && ! -e $build/versions-stack ]]; }

versions refused kafka
await refused 10
is 'an unknown combination: status' "$status" 64

# --- Maven that does not get through

printf '#!/bin/sh\necho "no network"\nexit 1\n' >"$logs/bin/mvn"
chmod 755 -- "$logs/bin/mvn"
PATH=$logs/bin:$PATH versions missing kafka-0.0.0 postgres-0.0.0
await missing 30
is 'what cannot be fetched: status' "$status" 69
is '… the table says so' "$(grep -c 'not tried: it could not be fetched' "$logs/missing.out") $(grep -c passed "$logs/missing.out" || true)" '2 0'
ok '… and why' logged missing 'no network'
is '… what is there of it is nothing' "$(find .deps/versions -maxdepth 1 -name '*-0.0.0' | wc -l)" 0

# --- a consumer that fails

consumer_is 'echo "broken on purpose"; exit 70'
versions broken "$own"
await broken 150
is 'what fails: status' "$status" 1
ok '… the table says so' grep -q "^| ${own#kafka-} | [0-9.]* | .* | failed, status 70 |" "$logs/broken.out"
ok '… and why' logged broken 'broken on purpose'
ok '… the servers are gone, and so are their data' is_gone

# --- an interruption, while a consumer never ends

consumer_is "echo \$\$ >$build/consumer.pid; exec sleep 600"
versions interrupted "$own"
wait_until 120 test -s "$build/consumer.pid"
versions second "$own"
await second 10
is 'a second run in the same folder: status' "$status" 75
between 'before the interruption its servers run' "$(servers)" 2 99
end interrupted INT 90
is 'Ctrl-C: status' "$status" 130
ok '… the servers are gone, and so are their data' is_gone
ok '… and so is the consumer' not kill -0 "$(cat -- "$build/consumer.pid")"

is 'none of this touched docs/OPERATIONS.md' "$(sha256sum docs/OPERATIONS.md)" "$before"

plan
