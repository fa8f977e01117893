#!/usr/bin/env bash
# Manual pages, completion, and what `make install` puts where. Needs no server.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

into=$logs/into
ok 'make install' make --no-print-directory BUILD="$BUILD" DESTDIR="$into" PREFIX=/usr install
export PATH=$into/usr/bin:$PATH
mapfile -t commands < <(grep -d skip -l '^usage: scripts/' scripts/* | sed 's|.*/||')
between 'commands of order-replay' "${#commands[@]}" 10 30
text() { mandoc -Tascii "$1" | col -b; }
has_page() { # has_page NAME COMMAND…: its page has the options of its help, and says when it ends how
    local page=$into/usr/share/man/man1/$1.1 word
    run lint mandoc -Tlint -Wwarning "$page"
    is "$1.1: mandoc has nothing to say" "$status $(cat -- "$logs/lint.out")" '0 '
    text "$page" >"$logs/page"
    for word in $("${@:2}" --help | grep -oE '^(  -., |      )--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        ok "$1.1 has $word" grep -qE -- "$word\b" "$logs/page"
    done
    ok "$1.1 has a synopsis" grep -qx 'SYNOPSIS' "$logs/page"
    like "$1.1 has exit statuses" "$(sed -n '/^EXIT STATUS/,/^[A-DF-Z]/p' "$logs/page" | grep -oE '\b(0|64|78)\b' | xargs)" "${has_statuses:-0 64*}"
}
for program in order-producer order-consumer order-monitor; do has_statuses='0 64 *78*' has_page "$program" "$program"; done
for command in "${commands[@]}"; do has_page "order-replay-$command" order-replay "$command"; done
has_statuses=64 has_page order-replay order-replay
is 'each page has a name, and says what that is' "$(whatis_lines() { for page in "$into"/usr/share/man/man1/*; do
    text "$page" | grep -A 2 -x NAME | tr -s '\n ' '  ' | grep -cE 'NAME (.*) - [a-z]'; done; }; whatis_lines | sort -u)" 1

# --- what is installed works, from wherever

for command in "${commands[@]}"; do
    (cd / && run good order-replay "$command" --help; printf '%s\n' "$status" >"$logs/status")
    like "order-replay $command --help" "$(cat -- "$logs/status") $(cat -- "$logs/good.out")" "0 usage: order-replay $command*"
    ok "order-replay --help lists $command" grep -qE "^  $command +[A-Z]" <(order-replay --help)
done
is 'all commands, as --help lists them' "$(order-replay --help | sed -nE 's/^  ([a-z]+) .*/\1/p' | xargs)" "${commands[*]}"
like 'order-replay --version' "$(order-replay --version)" 'order-replay [0-9]*.[0-9]*.[0-9]*'
run bad order-replay database.sh
is 'a file beside the commands is not a command' "$status $(cat -- "$logs/bad.log")" "64 order-replay: there is no command 'database.sh'; try --help"
new_case 1
files=()
use_orders 10
ok '... a replay, with what is installed' order-producer --topic "$topic" --create-topic=1 "$orders"
ok '... applied' order-consumer --topic "$topic" --group "$group" --exit-at-end
ok '... proved' order-replay verify --topic "$topic" --group "$group" --orders "$orders" --certificate "$logs/proof.json"
ok '... its certificate intact' order-replay certificate verify "$logs/proof.json"
is '... and the digest is that of the checkout' "$(order-replay digest)" "$(scripts/digest)"
run migrate scripts/migrate
is '... and migrate finds nothing to do: both keep the same texts in the database' "$status $(cat -- "$logs/migrate.log")" '0 migrate: nothing to do'
run old order-replay migrate
is '... nor does the installed migrate' "$status $(cat -- "$logs/old.log")" '0 migrate: nothing to do'
ok 'nothing names a script by the path of the checkout' not grep -rnE "(^|[^/\"\$[:alnum:]])scripts/($(tr ' ' '|' <<<"${commands[*]}"))\b[^.]" \
    "$into/usr/share/order-replay/scripts" "$into/usr/share/man"
is 'rules, configuration and dashboard for Prometheus and Grafana are installed' \
    "$(cd "$into/usr/share/order-replay" && find prometheus grafana -type f | sort | xargs)" \
    "$(cd monitor && find prometheus grafana -type f | sort | xargs)"
ok 'no password is installed' not grep -rqF -f <(cat scripts/compose/*-password) "$into"
is 'nothing is installed that only root could read' "($(find "$into" ! -type l ! -perm -a+r))" '()'

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
is 'options with this prefix' "$(completed "$installed" --d)" '--delimiter --dry-run --duplicates'
is '... all of them, as --help has them' "$(completed "$installed" --)" \
    "$("$installed" --help | grep -oE '^(  -., |      )--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort | xargs)"
is 'the choices of an option' "$(completed "$installed" --order '')" 'file time'
is '... behind =' "$(completed "$installed" --order = t)" 'time'
is 'a file where one goes' "$(completed "$installed" --rejects CHANGEL)" 'CHANGELOG.md'
is 'a file or folder to replay' "$(completed "$installed" tests/da)" 'tests/data'
is 'nothing for a number' "($(completed "$installed" --rate ''))" '()'
is 'a file behind a letter and another option' "$(completed "$into/usr/bin/order-consumer" -v --properties CHANGEL)" 'CHANGELOG.md'
is 'order-consumer takes no file' "($(completed "$into/usr/bin/order-consumer" READ))" '()'
is 'order-monitor has its options too' "$(completed "$into/usr/bin/order-monitor" --l)" '--lab --lab-data --listen --log-format'
is 'a folder where one goes' "$(completed "$into/usr/bin/order-monitor" --lab-data tests/da)" 'tests/data'
is 'nothing behind a flag' "($(completed "$into/usr/bin/order-monitor" --lab READ))" '()'
is 'nothing behind a letter with a value' "($(completed "$into/usr/bin/order-consumer" -t READ))" '()'
is 'the commands of order-replay' "$(completed order-replay '')" "${commands[*]}"
is '... and the options of one' "$(completed order-replay digest --)" "$(order-replay digest --help | grep -oE -- '^ .{5}--[a-z]+' | grep -oE -- '--.*' | sort | xargs)"
is '... and a file behind one of them' "$(completed order-replay verify --orders CHANGEL)" 'CHANGELOG.md'

# --- as fish and zsh do

fish_completed() { # fish_completed LINE
    fish --no-config -c "source $into/usr/share/fish/vendor_completions.d/${1%% *}.fish; complete -C '$1'" | cut -f 1 | sort | xargs
}
expected=() lines=()
while IFS='|' read -r line shown whole; do
    is "fish: $line" "$(fish_completed "$line")" "$shown"
    lines+=("$line") expected+=("[$whole]")
done <<'END'
order-producer --dr|--dry-run|order-producer --dry-run 
order-consumer --batch-w|--batch-wait|order-consumer --batch-wait 
order-monitor --li|--listen|order-monitor --listen 
order-producer --order t|time|order-producer --order time 
order-producer --rejects CHANGEL|CHANGELOG.md|order-producer --rejects CHANGELOG.md 
order-producer tests/da|tests/data/|order-producer tests/data/
order-monitor --lab-data tests/da|tests/data/|order-monitor --lab-data tests/data/
order-replay ver|verify|order-replay verify 
order-replay digest --ver|--verbose|order-replay digest --verbose 
order-replay verify --orders CHANGEL|CHANGELOG.md|order-replay verify --orders CHANGELOG.md 
END
is 'fish: the commands of order-replay' "$(fish_completed 'order-replay ')" "${commands[*]}"
is 'fish: nothing for a number' "($(fish_completed 'order-producer --rate '))" '()'
run zsh zsh -f tests/integration/complete.zsh "$into/usr/share/zsh/site-functions" "$logs/zsh.lines" "${lines[@]}" 'order-producer --rate READ'
is 'zsh: the same lines' "$(cat -- "$logs/zsh.lines")" "$(printf '%s\n' "${expected[@]}" '[order-producer --rate READ]')"

# --- and away again

ok 'make uninstall' make --no-print-directory BUILD="$BUILD" DESTDIR="$into" PREFIX=/usr uninstall
is '... leaves nothing but folders' "($(find "$into" ! -type d))" '()'
is '... which are not of order-replay alone' "($(find "$into" -type d -name '*order*'))" '()'
plan
