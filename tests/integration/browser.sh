# shellcheck shell=bash
# A headless Chromium for a test of order-monitor's page, after lib.sh. To be sourced:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/browser.sh"
#     browse open "$url" >/dev/null
#     ok 'all is well' wait_until 30 heads 'All is well'
#
# The commands are those of browser.py.

: "${logs:?source lib.sh first}"

# The browser ends with its input; killed, it would leave its processes behind. So that is closed before all else ends.
mkfifo "$logs/asked" "$logs/answered"
/usr/bin/python3 tests/integration/browser.py <"$logs/asked" >"$logs/answered" 2>"$logs/browser.log" &
exec 5>"$logs/asked" 6<"$logs/answered"
# shellcheck disable=SC2154 # code is given a value in the trap itself
trap 'code=$?; trap - ERR; set +e; exec 5>&-; (exit "$code"); finish' EXIT

browse() { # browse COMMAND…: prints the answer
    local answer
    printf '%s\n' "$*" >&5
    read -r -t 60 answer <&6 || { tail -n 3 -- "$logs/browser.log" >&2; return 1; }
    printf '%s\n' "$answer"
}
text() { browse text "$1" | jq -r .; }
shown() { text "#$1" | tr -d ,; } # shown ID: a number
shows() { [[ $(shown "$1") == "$2" ]]; } # shows ID NUMBER
says() { [[ $(text "$1") == *$2* ]]; } # says SELECTOR WORDS
heads() { says '#headline' "$1"; } # heads WORDS: the headline has them
clicks() { [[ $(browse click "$1") == true ]]; } # clicks SELECTOR

lanes() { browse lanes | jq -c "$1"; } # lanes FILTER
markers() { lanes 'map_values([.end, .next, .committed, .x])'; }
moved() { # moved MARKERS: each of the three, in each lane, since then: by its number, and on the screen
    jq -en --argjson a "$1" --argjson b "$(markers)" \
        '[$a | keys[] | . as $p | ([0, 1, 2] | all(($a[$p][.] | tonumber) < ($b[$p][.] | tonumber))) and $a[$p][3] != $b[$p][3]] | length == 6 and all' >/dev/null
}
owners() { lanes 'map_values([.owner, .changes // "0"])'; }
changed_hands() { # changed_hands OWNERS: since then, one of three is gone, and its two lanes, at least, belong to another
    jq -en --argjson a "$1" --argjson b "$(owners)" '
        ([$b[][0]] | unique) as $now | ([$a[][0]] | unique | map(select(. as $id | $now | index([$id]) | not))) as $gone |
        [$a | keys[] | select($a[.][0] == $gone[0])] as $lanes |
        ($gone | length) == 1 and ($now | length) == 2 and ($lanes | length) == 2 and all($lanes[]; . as $p | $b[$p][1] > $a[$p][1])' >/dev/null
}
