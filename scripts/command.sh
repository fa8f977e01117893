# shellcheck shell=bash
# How a script ends with an error. To be sourced first:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/command.sh"
#     [[ $topic ]] || fail 64 'which topic? Try --help'
#     options=$(getopt --name "$program" … 2>&1) || fail_getopt "$options"

program=${0##*/}

say() { # say LINE…
    local line
    for line; do printf '%s: %s\n' "$program" "$line" >&2; done
}

fail() { # fail STATUS LINE…
    say "${@:2}"
    exit "$1"
}

fail_getopt() { # fail_getopt OUTPUT: of getopt, whose first line tells what is wrong
    fail 64 "$(sed '1s/^[^:]*: //; q' <<<"$1"); try --help"
}
