# shellcheck shell=bash
# For a test that uses the product as a reader of its pages does: in a copy of the checkout, with the programs of BUILD and a stack of
# its own, which ends with the test. To be sourced:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/copy.sh"
#     make_copy                                # $copy; make finds nothing to do there
#     read_page timeout 300 /usr/bin/python3 tests/integration/page.py README.md
#     result $? 'its commands print what it shows'
#     echo "1..$tests"
#
# What a command printed is in $output.
set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit
build=$(realpath -m -- "${BUILD:-build}")
objects=(shared producer consumer monitor tests)
[[ ${SAN-}${CFLAGS-}${LDFLAGS-} ]] || objects+=(failpoints) # lab 4 links those with others, and with no flags but its own
# Nothing of the caller's may lead the commands elsewhere. The JVM's archive of classes, which tests/integration/run makes, is for these jars.
java_options=${ORDER_REPLAY_JAVA_OPTIONS-}
unset BUILD VAR DATA SAN WERROR V CFLAGS CPPFLAGS LDFLAGS MAKEFLAGS MAKELEVEL MFLAGS
unset PARTITIONS LIFECYCLE KAFKA_BROKERS FAILPOINT FAILPOINT_ACTION
for variable in ${!PG*} ${!ORDER_*}; do unset "$variable"; done
[[ ! $java_options ]] || export ORDER_REPLAY_JAVA_OPTIONS=$java_options ORDER_REPLAY_KAFKA=$PWD/.deps/kafka
export LC_ALL=C.UTF-8 # scripts/lab prints Korean in a Korean locale

scratch=$(mktemp -d "${TMPDIR:-/tmp}/docs test.XXXXXX")
copy=$scratch/order-replay
reader=
finish() {
    [[ -z $reader ]] || kill -- "-$reader" 2>/dev/null
    [[ ! -x $copy/scripts/clean-data ]] || "$copy/scripts/clean-data" 2>/dev/null
    rm -rf -- "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

tests=0
output=$scratch/output
result() { # result STATUS NAME; shows the end of $output where it failed
    tests=$((tests + 1))
    if (($1 == 0)); then
        printf 'ok %d - %s\n' "$tests" "$2"
    else
        printf 'not ok %d - %s\n' "$tests" "$2"
        tail -n 40 -- "$output" | sed 's/^/# /' >&2
    fi
}

make_copy() {
    local folder
    mkdir -p -- "$copy/build"
    tar -c --exclude=./build --exclude=./.deps/versions --exclude=./var --exclude=./.git . | tar -x -C "$copy"
    cp -p -- "$build/order-producer" "$build/order-consumer" "$build/order-monitor" "$build/generate-orders" "$copy/build/"
    for folder in "${objects[@]}"; do
        (cd -- "$build" && find "$folder" \( -name '*.[od]' -o -path 'failpoints/order-*' \) -print0 | tar -c --null -T -) |
            tar -x -C "$copy/build"
    done
}

read_page() { # read_page COMMAND…: in the copy, as a reader would, and ended as a whole if need be
    # shellcheck disable=SC2016 # the inner shell expands these
    setsid --wait bash -c 'cd -- "$0" && exec "$@"' "$copy" "$@" >"$output" 2>&1 </dev/null &
    reader=$!
    local status=0
    wait "$reader" || status=$?
    reader=
    return "$status"
}
