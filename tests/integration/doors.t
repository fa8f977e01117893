#!/usr/bin/env bash
# Doors: what a login, another user of the machine or a member of the group may plant for the scripts, which run as owner or superuser.
# The stack is one of its own.
# shellcheck disable=SC2016 # of an inner shell
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"
. scripts/printable.sh
query() { PGOPTIONS='-c search_path=pg_catalog' psql -XAtq -v ON_ERROR_STOP=1 "${@:2}" -c "$1"; }
log=$stack/log/postgres.log

# --- text for a terminal

while IFS='|' read -r name text shown; do
    is "printed: $name" "$(printf '%b' "$text" | printable)" "$shown"
done <<'END'
text in several scripts|S\xc3\xa3o Paulo \xec\xa3\xbc\xeb\xac\xb8 \xf0\x9f\x98\x80 ~|São Paulo 주문 😀 ~
escape sequences|a\e[31mb\x07\r|a\x1B[31mb\x07\x0D
those of one character|a\xc2\x9b31m|a\u009b31m
no UTF-8|\xff caf\xc3 \xed\xa0\x80|\xFF caf\xC3 \ud800
a broken character beside a whole one|\xc3\xa3 \xc3|ã \xC3
the direction of text|\xe2\x80\xaegpj.exe \xd8\x9c\xe2\x81\xa6|\u202egpj.exe \u061c\u2066
what cannot be seen|a\xe2\x80\x8bb\xef\xbb\xbfc\xc2\xad|a\u200bb\ufeffc\u00ad
END
is 'the status is the command'"'s" "$(printable_errors sh -c 'echo out; printf "e\033[m\n" >&2; exit 7' 2>&1 || echo "$?")" $'out\ne\\x1B[m\n7'

# --- client ids, which anybody chooses who may join the group

use_orders 100
succeed producer "$PRODUCER" "${files[@]}" "$orders"
member() { # member ID: a consumer with that client id works while status is asked, whose output is in shown
    start member "$CONSUMER" -X "client.id=$1"
    wait_until 30 logged member ' assigned '
    joined() { shown=$(scripts/status) && [[ $shown == *CONSUMER-ID*/127* || $shown == *'could forge'* ]]; }
    wait_until 30 joined
    end member TERM 15
}
unfit() { LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]\|\xe2\x80\xae' <<<"$shown"; }
member harmless
like 'status shows a client id' "$shown" '*order-aggregator*harmless*'
member $'x\e[31mred\u202eder'
like '... one that steers terminals as what it is' "$shown" '*order-aggregator*x\\x1B\[31mred\\u202eder*'
ok '... and nothing reaches the terminal' not unfit
member $'a /h a\norder-aggregator order-events 9 1 1 0 b /h b'
like '... and none that adds lines to the table' "$shown" '*line ends, which could forge this table*'
ok '... or not them' not grep -q 'order-events *9 ' <<<"$shown"

plan
