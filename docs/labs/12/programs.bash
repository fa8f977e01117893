# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/lab or the shell of the lab sets them
# The programs of lab 12: which bugs there are, and how to build an order-consumer that has one of them. To be sourced after
# scripts/lib.sh, with programs set to the folder of what make has built.
#
# key.tsv is the solution: what each program shows. Each line has a bug, a step, and the lines that the step prints, separated by tabs, as
# patterns of [[ == ]]. The bug `none` is the program without a bug. Where a bug has no line for a step, it shows what `none` shows.
lab12=$root/docs/labs/12

bugs() { cat -- "$lab12/answers"; }

# A letter for each program, in an order that says nothing about the bugs.
letters() { bugs | while read -r bug; do printf '%s %s\n' "$(sha256sum <<<"program $bug" | cut -c 1-16)" "$bug"; done | sort | awk '{ printf "%c %s\n", 96 + NR, $2 }'; }

salted() { sha256sum <<<"$1 $2" | cut -d' ' -f1; } # salted SALT BUG: what $state/key has, so that nobody reads the name by accident

# build_program BUG FOLDER: into FOLDER, which is made: order-consumer, and the scripts and SQL that go with it, and nothing that tells
# which bug it is. What make has built is taken, so only what the bug changes is compiled.
build_program() {
    local bug=$1 folder=$2 sources=$2.sources
    rm -rf -- "$folder" "$sources"
    mkdir -p -- "$folder" "$sources/build"
    cp -Rp -- "$root"/{Makefile,consumer,shared,scripts,sql,lifecycles} "$sources/"
    (cd -- "$programs" && find consumer shared -name '*.[od]' -print0 | tar -c --null -T -) | tar -x -C "$sources/build"
    [[ $bug == none ]] || patch --quiet --strip=1 --fuzz=0 --directory="$sources" <"$root/tests/chaos/bugs/$bug.patch"
    # Objects that were built with other flags do not link: then all of them are compiled.
    make_consumer "$sources" || { rm -rf -- "$sources/build" && make_consumer "$sources"; } || return
    strip -o "$folder/order-consumer" "$sources/build/order-consumer"
    mv -- "$sources"/{scripts,sql,lifecycles} "$folder/"
    rm -rf -- "$sources"
}
make_consumer() { env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory -C "$1" BUILD=build -j2 build/order-consumer; }

shows() { # shows BUG STEP: the patterns of the lines that the step prints with this bug
    awk -F'\t' -v bug="$1" -v step="$2" '$2 == step && ($1 == bug || $1 == "none" && !own) { own = $1 == bug; text = $0 }
        END { n = split(text, line, "\t"); for (i = 3; i <= n; i++) print line[i] }' "$lab12/key.tsv"
}

steps() { awk -F'\t' '$1 == "none" { print $2 }' "$lab12/key.tsv"; }

# first_difference BUG BUG: prints the first step after which the two do not look the same, and what each of them shows there; 1 if
# there is no such step.
first_difference() {
    local step i
    local -a one other
    while read -r step; do
        mapfile -t one < <(shows "$1" "$step")
        mapfile -t other < <(shows "$2" "$step")
        for i in "${!one[@]}"; do
            # shellcheck disable=SC2053 # patterns
            [[ ${one[i]} == ${other[i]} || ${other[i]} == ${one[i]} ]] || { printf '%s\n%s\n%s\n' "$step" "${one[i]}" "${other[i]}"; return; }
        done
    done < <(steps)
    return 1
}
