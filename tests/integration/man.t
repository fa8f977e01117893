#!/usr/bin/env bash
# Manual pages, completion, and what `make install` puts where. Needs no server.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

into=$logs/into
ok 'make install' make --no-print-directory BUILD="$BUILD" DESTDIR="$into" PREFIX=/usr install
for program in order-producer order-consumer order-monitor; do
    page=$into/usr/share/man/man1/$program.1
    run lint mandoc -Tlint "$page"
    is "$program.1: mandoc has nothing to say" "$status $(cat -- "$logs/lint.out")" '0 '
    for word in $("$BUILD/$program" --help | grep -oE '^(  -., |      )--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        ok "$program.1 has $word" grep -qE -- "$word\b" <(mandoc -Tascii "$page" | col -b)
    done
    ok "$program.1 has a synopsis" grep -qx 'SYNOPSIS' <(mandoc -Tascii "$page" | col -b)
    statuses=$(mandoc -Tascii "$page" | col -b | sed -n '/^EXIT STATUS/,/^EXAMPLES/s/^ *\([0-9][0-9]*\) .*/\1/p' | xargs)
    like "$program.1 has exit statuses" "$statuses" '0 64 *78'
done

# --- completion, as bash asks for it

completed() { # completed WORD…: the last one is what stands at the cursor
    # shellcheck disable=SC2016 # the inner shell expands these
    bash -c '. "$1/usr/share/bash-completion/completions/${2##*/}"
        shift
        compopt() { :; } # works only while bash itself completes
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _order_replay "$1" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf "%s\n" "${COMPREPLY[@]}"' - "$into" "$@" | sort | xargs
}
installed=$into/usr/bin/order-producer
is 'options that begin so' "$(completed "$installed" --d)" '--delimiter --dry-run --duplicates'
is '... all of them, as --help has them' "$(completed "$installed" --)" \
    "$("$installed" --help | grep -oE '^(  -., |      )--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort | xargs)"
is 'the words of a choice' "$(completed "$installed" --order '')" 'file time'
is '... behind =' "$(completed "$installed" --order = t)" 'time'
is 'a file where one goes' "$(completed "$installed" --rejects READ)" 'README.md'
is 'a file or folder to replay' "$(completed "$installed" tests/da)" 'tests/data'
is 'nothing for a number' "($(completed "$installed" --rate ''))" '()'
is 'a file behind a letter and another option' "$(completed "$into/usr/bin/order-consumer" -v --properties READ)" 'README.md'
is 'order-consumer takes no file' "($(completed "$into/usr/bin/order-consumer" READ))" '()'
is 'order-monitor has its options too' "$(completed "$into/usr/bin/order-monitor" --l)" '--listen'
is 'nothing behind a letter with a value' "($(completed "$into/usr/bin/order-consumer" -t READ))" '()'
plan
