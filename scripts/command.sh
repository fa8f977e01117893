# shellcheck shell=bash
# Functions that end a script with an error. Source it first:
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

fail_getopt() { # fail_getopt OUTPUT: the output of getopt, whose first line has the error
    fail 64 "$(sed '1s/^[^:]*: //; q' <<<"$1"); try --help"
}
