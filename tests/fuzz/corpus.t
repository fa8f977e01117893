#!/usr/bin/env bash
# corpus.t - the properties that the fuzzers look at hold for their seeds, in a plain build, and the seeds cover every
# reason for which the sources refuse a row, a file, a record or a command line.
#
#     BUILD=build prove tests/fuzz/corpus.t
#
# The reasons are the format strings in the sources.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
build=${BUILD:-build}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/corpus.XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT

tests=0 failed=0
ok() { # ok NAME COMMAND…: it succeeds
    local status=0
    tests=$((tests + 1))
    "${@:2}" >"$scratch/output" 2>&1 || status=$?
    ((status == 0)) || failed=1
    printf '%s %d - %s\n' "$( ((status == 0)) && echo ok || echo 'not ok')" "$tests" "$1"
    ((status == 0)) || tail -n 20 -- "$scratch/output" | sed 's/^/# /'
}

# Prints each call that writes a reason, up to the end of its format, one a line.
calls_with_format() { # calls_with_format SOURCE…
    cat -- "$@" | tr '\n' ' ' | grep -oE 'reason_set(_at_line)?\([^"(),]+, *([^"(),]+, *)?"([^"\\]|\\.)*"'
}

# Of a program that takes no arguments. The fuzzer's takes one; tests/integration/options.t has the others.
unreachable="'%.100s' is one argument too many"

# Prints the format strings, one a line. Not "%s" alone: the text comes from elsewhere.
formats() { # formats SOURCE…
    calls_with_format "$@" | sed -E 's/^[^"]*"//; s/"$//; s/\\(.)/\1/g' | grep -vxF -e '%s' -e "$unreachable" | sort -u
}

# As a regular expression for what is printed by it; an upper limit of the bytes shown may cut a character.
pattern() { sed -E 's/[][\\.*^$+?(){}|]/\\&/g; s/%%/%/g; s/%(\\\.([0-9]+|\\\*))?(zu|l*[a-z])/.*/g; s/.*/^&$/' <<<"$1"; }

covered() { # covered FORMAT REASONS
    LC_ALL=C grep -qaE -- "$(pattern "$1")" "$2" || { printf 'no input is refused because: %s\n' "$1"; return 1; }
}

not() { ! "$@"; }

while read -r name sources; do
    inputs=(tests/fuzz/corpus/"$name"/*)
    reasons=$scratch/$name.reasons
    ok "$name: the properties hold for ${#inputs[@]} inputs" "$build/tests/fuzz_$name" "${inputs[@]}"
    "$build/tests/fuzz_$name" --reasons "${inputs[@]}" >"$reasons" 2>&1 || true
    [[ $sources ]] || continue
    # shellcheck disable=SC2086 # sources are words
    formats $sources >"$scratch/formats"
    while IFS= read -r format; do ok "$name: refused: $format" covered "$format" "$reasons"; done <"$scratch/formats"
    ok "$name: a reason that never occurs is missed" not covered 'the %s of %zu is no reason' "$reasons"
    # The format of each call has to be found, or a new reason could go unnoticed.
    # shellcheck disable=SC2086
    calls=$(cat -- $sources | grep -cE 'reason_set(_at_line)?\(')
    # shellcheck disable=SC2086
    ok "$name: all $calls reasons have their format" test "$calls" = "$(calls_with_format $sources | wc -l)"
done <<'END'
events producer/csv_reader.c producer/csv_header.c shared/order/order.c shared/order/enrichment.c
record consumer/decode.c shared/order/event_json.c
options shared/options.c producer/settings.c
timestamp shared/time_pattern.c
END

printf '1..%d\n' "$tests"
((failed == 0))
