#!/usr/bin/env bash
# lab_pages.t - the labs: each one's check fails while nothing is done, fails in another way when half is done, and passes after the
# page's commands, which print what it shows.
. "$(dirname -- "${BASH_SOURCE[0]}")/copy.sh"
make_copy

check() { # check N COMMANDS: in a shell that works on the lab; only what the check printed is in $output
    read_page timeout 120 bash -c "set -e; . var/labs/lab$1/shell; { $2 } >\$logs/half.log 2>&1 </dev/null; scripts/lab check $1"
}

misses() { # misses PATTERN: the check's first missing item is this one, and it says what to do
    local first why
    first=$(grep -m 1 '^missing ' "$output")
    why=$(grep -m 1 -A 1 '^missing ' "$output" | sed -n 2p)
    # shellcheck disable=SC2053 # a pattern
    [[ $first == $1 && $why == '         '* ]]
}

hints() { # hints N: three different ones, and then the first one again
    local i
    for i in 1 2 3 4; do "$copy/scripts/lab" hint "$1" | sed '/^(hint/d' >"$scratch/hint.$i"; done
    [[ -s $scratch/hint.1 && $(md5sum "$scratch"/hint.? | cut -d ' ' -f 1 | sort -u | wc -l) == 3 ]] && cmp -s "$scratch/hint.1" "$scratch/hint.4"
}

untouched='' half_done='' # the next file has those of the lab
for page in docs/labs/[0-9]*.md; do
    n=${page##*/} n=${n%%-*}
    # shellcheck disable=SC1090
    . "tests/data/labs/$n.sh"
    read_page timeout 180 scripts/lab start "$n"
    result $? "lab $n starts"
    check "$n" :\;
    [[ $? == 1 ]] && misses "$untouched"
    result $? '… its check fails while nothing is done'
    check "$n" "$(declare -f half); half;"
    [[ $? == 1 ]] && misses "$half_done"
    result $? '… and differently when half is done'
    hints "$n"
    result $? '… it has three hints'
    read_page timeout 60 scripts/lab reset "$n"
    result $? '… and is removed'
    read_page timeout 300 /usr/bin/python3 tests/integration/page.py "$page"
    result $? "$page: its commands work as they stand, and print what it shows"
    read_page scripts/lab list
    grep -q "^Lab $n:.* passed" "$output"
    result $? '… and it is passed'
done

echo "1..$tests"
