#!/usr/bin/env bash
# .ci/run wherever the repository is: with an engine of its own, with none, and when something fails. In a copy, where make and docker
# only note how they were called. Needs no server.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

checkout=$logs/alone/checkout
mkdir -p -- "$checkout/.ci" "$checkout/scripts" "$logs/bin" "$logs/tools"
cp -p -- .ci/run "$checkout/.ci/"

# stub FILE: it notes how it was called, and does what $FAILS and $ANSWERS say
stub() {
    cat >"$1" <<'END'
#!/bin/sh
printf '%s\n' "${0##*/} $* $REQUIRE_DOCKER" >>"$CALLS"
case "${0##*/} $*" in
$FAILS) exit 3 ;;
docker*) [ "$ANSWERS" ] ;;
esac
END
    chmod 755 -- "$1"
}
stub "$checkout/scripts/setup"
stub "$logs/bin/make"
stub "$logs/bin/docker"

ci() { # ci NAME VARIABLE=VALUE…: sets status and calls
    rm -f -- "$logs/$1.calls"
    run "$1" env -u REQUIRE_DOCKER -u RESTART_ENGINE PATH="$logs/bin:$PATH" CALLS="$logs/$1.calls" FAILS=- ANSWERS= "${@:2}" "$checkout/.ci/run"
    calls=$(tr -s ' ' <"$logs/$1.calls" | sed 's/ $//; s/SEED=[0-9]*/SEED=/' | LC_ALL=C sort)
}
all='make SAN=address,undefined suites
make SAN=address,undefined unit
make WERROR=1 all
make WERROR=1 corpus chaos-schedule integration
make WERROR=1 unit
make chaos FAULTS=20 BROKERS=1 NODES=3 SEED=
make chaos FAULTS=30 SEED=
make fuzz SECONDS=20
make lint
make setup
setup chaos
setup check
setup fuzz
setup lint'

ci without
is 'without Docker: status' "$status" 0
is '… all the rest is run' "$(grep -v '^docker' <<<"$calls")" "$all"
is '… and it says what was skipped' "$(tail -n 1 -- "$logs/without.out")" \
    'ci: the containers were skipped: there is no Docker Engine with Compose here'

ci own ANSWERS=yes
is 'with an engine that answers: status' "$status" 0
ok '… the containers are tried, and have to work' grep -qx 'make check-compose 1' <<<"$calls"
is '… nothing is said to be skipped' "$(grep -c skipped -- "$logs/own.out" || true)" 0

for target in 'make lint*' 'make SAN*suites*' 'make SAN*unit*' 'make fuzz*' 'make *integration*' 'make chaos FAULTS=30*' 'make chaos FAULTS=20*' \
    'make check-compose*' 'setup check*'; do
    ci failed ANSWERS=yes FAILS="$target"
    between "it fails where this fails: $target" "$status" 1 3
done
is '… and ends at once where the setup fails' "$calls" $'make setup\nsetup check'

# --- beside the folder that has the tools

mkdir -p -- "$logs/alone/shared"
mv -- "$logs/tools" "$logs/alone/shared/"
stub "$logs/alone/shared/tools/docker-up"
stub "$logs/alone/shared/tools/stand-in-images"
ci tools ANSWERS=yes
is 'with the tools: status' "$status" 0
ok '… they prepare the engine' grep -qx 'docker-up 1' <<<"$calls"
ok '… and the containers have to work' grep -qx 'make check-compose 1' <<<"$calls"
ci tools_fail FAILS='docker-up*'
is '… as has the engine' "$status" 1

# --- what it started ends with it

cat >"$logs/bin/make" <<'END'
#!/bin/sh
case "$*" in
lint) echo $$ >"$CALLS.lint"; exec sleep 600 ;;
*integration) until [ -s "$CALLS.lint" ]; do sleep 0.05; done; exit 2 ;;
esac
END
ci ends
is 'what runs beside the tests that failed: status' "$status" 2
gone() { ! kill -0 "$(cat -- "$logs/ends.calls.lint")" 2>>"$logs/kill.log"; }
ok '… is ended' wait_until 10 gone

plan
