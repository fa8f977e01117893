#!/usr/bin/env bash
# A certificate: made by scripts/verify, copied away, and checked on another clone, without servers. Every changed byte is
# refused, and so is a signature by somebody else, and a window that does not follow.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

seed=${SEED:-$(date +%s)}
RANDOM=$seed
diag "seed $seed"

away=$(mktemp -d "${TMPDIR:-/tmp}/certificate test.XXXXXX")
clean_up() { rm -rf -- "$away"; }
made=$away/made
mkdir -- "$made" "$away/tools"

use_orders 500
new_case 3
produce
consume

certify() { # certify NAME [OPTION…]: sets status; what verify printed is $logs/certify.out and .log
    run certify scripts/verify --orders "$orders" "${files[@]}" --topic "$topic" --group "$group" --certificate "$made/$1" "${@:2}"
}
said() { cat -- "$logs/certify.out" "$logs/certify.log"; }
field() { jq -c "$2" <"$made/$1"; } # field NAME FILTER

# The other machine: a clone, with what is not committed yet, and no more tools than the script says it needs.
git clone --quiet -- . "$away/clone"
cp -- scripts/certificate* "$away/clone/scripts/"
for tool in env bash cat dirname getopt jq sha256sum ssh-keygen cmp base64 sed; do ln -s -- "$(command -v "$tool")" "$away/tools/"; done
offline() { (cd -- "$made" && env -i PATH="$away/tools" "$away/clone/scripts/certificate" "$@"); }
check() { # check NAME STATUS TEXT ARGUMENT…: scripts/certificate ends so there, and says so
    local output code=0
    output=$(offline "${@:4}" 2>&1) || code=$?
    like "$1" "$code $output" "$2 *$3*"
}

# --- what it says

certify plain
is 'verify passes, and writes a certificate' "$status" 0
like '... which it says is unsigned' "$(tail -n 1 "$logs/certify.out")" "certificate $made/plain: unsigned; verified: the beginning to the end"
is 'the orders file by name, rows and SHA-256' "$(field plain .inputs.orders)" \
    "{\"name\":\"${orders##*/}\",\"rejected\":0,\"rows\":500,\"sha256\":\"$(sha256sum <"$orders" | cut -d ' ' -f 1)\"}"
is 'the customers file' "$(field plain '.inputs.customers | .name, .sha256' | xargs)" "${files[1]##*/} $(sha256sum <"${files[1]}" | cut -d ' ' -f 1)"
is 'the items file' "$(field plain '.inputs.items | .name, .sha256' | xargs)" "${files[3]##*/} $(sha256sum <"${files[3]}" | cut -d ' ' -f 1)"
is 'the lifecycle file' "$(field plain '.inputs.lifecycle | .name, .sha256' | xargs)" "olist.csv $(sha256sum <lifecycles/olist.csv | cut -d ' ' -f 1)"
is 'the digest' "$(field plain .digest)" "\"$(digest)\""
is 'the offsets of each partition, and Kafka'\''s' "$(field plain '.kafka.partitions[] | .partition, .log, .first, .next, .low, .high' | xargs)" \
    "$(query "SELECT concat_ws(' ', kafka_partition, log, first_offset, next_offset, first_offset, next_offset)
                FROM orders.partition_progress WHERE topic = '$topic' ORDER BY 1" | xargs)"
is 'topic and group' "$(field plain '.kafka | .topic, .group, .compared')" "$(printf '"%s"\n"%s"\ntrue' "$topic" "$group")"
is 'each check that was printed, with its figures' "$(jq -r '.checks[] | "ok      \(.name): \(.compared)"' <"$made/plain")" "$(grep '^ok ' "$logs/certify.out")"
is 'the versions' "$(field plain '.versions | .schema, .postgresql')" "$(query "SELECT orders.schema_version() || E'\\n' || to_json(current_setting('server_version'))")"
is 'the product'\''s version' "$(field plain .versions.product)" "\"$(sed -n 's/^VERSION *:= *//p' Makefile)\""
is 'the time, to the day' "$(field plain .time | cut -c 2-11)" "$(query "SELECT (now() AT TIME ZONE 'UTC')::date")"
is 'its permissions follow the umask' "$(stat -c %a -- "$made/plain")" "$(printf '%o' $((0666 & ~$(umask))))"
is 'no other file is left in its folder' "$(ls -A -- "$made")" plain

# (The orders' status is a word that a check's name may have, too.)
{ sed 1d "$orders" | cut -d , -f 1,2,4- | tr -d '"' | tr , '\n'; sed 1d "${files[1]}" | tr -d '"' | tr , '\n'; } | grep -E '[^ ]{8}' | sort -u >"$logs/values"
holds_no_row() { (($(wc -l <"$logs/values") > 1000)) && not grep -qF -f "$logs/values" -- "$made/$1" && not grep -qF "${orders%/*}" -- "$made/$1"; }
ok 'it contains no value of a row, and no path' holds_no_row plain

check 'elsewhere, without servers: it holds' 0 'ok * plain: unsigned*passed, * checks; verified: the beginning to the end' verify plain
check 'show' 0 "orders *${orders##*/}, 500 rows, 0 rejected, SHA-256 *digest *$(digest)" show plain
is '... in a few lines' "$(($(offline show plain | wc -l) < 20))" 1

# --- signed

for name in alice mallory; do ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$away/$name"; done
printf 'alice@example.com namespaces="order-replay" %s\n' "$(cut -d ' ' -f 1,2 <"$away/alice.pub")" >"$away/signers"
fingerprint=$(ssh-keygen -l -f "$away/alice" | cut -d ' ' -f 2)

certify signed --key "$away/alice"
is 'a signed one' "$status $(tail -n 1 "$logs/certify.out")" "0 certificate $made/signed: signed by $fingerprint; verified: the beginning to the end"
check 'its signature holds' 0 "ok * signed: signed by alice@example.com, $fingerprint*passed" verify --signers "$away/signers" signed
check '... and is of the one who is asked for' 0 'ok ' verify --signers "$away/signers" --identity alice@example.com signed
check '... and not of another one' 1 'FAILED  signed: *not by bob@example.com' verify --signers "$away/signers" --identity bob@example.com signed
check 'without --signers nobody vouches for the key' 0 "signed by $fingerprint, whoever that is" verify signed
check 'an unsigned one is refused if signers are named' 1 'FAILED  plain: it is unsigned' verify --signers "$away/signers" plain

certify forged --key "$away/mallory"
check 'a key that is not trusted is refused' 1 'FAILED  forged: its signature is wrong, or not by one of' verify --signers "$away/signers" forged
cp -- "$made/forged.sig" "$logs/mallory.sig"
cp -- "$made/signed" "$made/forged"
LC_ALL=C ssh-keygen -q -Y sign -n order-replay -f "$away/mallory" <"$made/forged" >"$made/forged.sig"
check 'a signature by another key than the certificate names is refused' 1 'FAILED  forged: its signature is by another key' verify forged
LC_ALL=C ssh-keygen -q -Y sign -n file -f "$away/alice" <"$made/forged" >"$made/forged.sig"
check 'and one that was made for something else' 1 'FAILED  forged: its signature is wrong' verify forged
rm -- "$made/forged.sig"
check 'a signature that is gone is missed' 1 'FAILED  forged: it was signed, and its signature is missing' verify forged

forge() { # forge NAME FILTER: changed, with its SHA-256 recomputed, as anybody can do
    local sum
    jq "$2" <"$made/signed" >"$logs/forged"
    sum=$(jq -S -c 'del(.sha256)' <"$logs/forged" | sha256sum)
    jq -S --arg sum "${sum%% *}" '.sha256 = $sum' <"$logs/forged" >"$made/$1"
    cp -- "$made/signed.sig" "$made/$1.sig"
}
forge forged '.digest = "0000000000000000"'
check 'a forger who recomputes the SHA-256 has no signature for it' 1 'FAILED  forged: its signature is wrong' verify forged
rm -- "$made/forged.sig"
forge forged '.signed_by = null'
check '... and cannot leave a signature behind' 1 'FAILED  forged: it says that it is unsigned, but there is forged.sig' verify forged
rm -- "$made/forged.sig"
check '... but passes as unsigned: that shows only that nothing was damaged' 0 'forged: unsigned' verify forged
forge forged '.signed_by = null | .checks[0].passed = false'
check 'a certificate that contradicts itself is refused' 1 'FAILED  forged: *contradicts itself' verify forged
rm -- "$made/forged.sig"
forge forged '.signed_by = null | .inputs.orders.name = "\u001b[2J\u202e"'
rm -- "$made/forged.sig"
check 'nothing that it says reaches the terminal as a command' 0 'orders *[?][[]2J[?], 500 rows' show forged

# --- any changed byte

change_byte() { # change_byte FILE: a random one, to a random other value
    local at byte
    at=$(((RANDOM << 15 | RANDOM) % $(stat -c %s -- "$1")))
    byte=$(od -An -tu1 -j "$at" -N 1 -- "$1")
    printf '%b' "\\x$(printf '%02x' $(((byte + 1 + RANDOM % 255) % 256)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
    changed="byte $at: $byte to $(od -An -tu1 -j "$at" -N 1 -- "$1")"
}

refused=0
refuses() { # refuses NAME: its copy, with a change; counted
    local code=0
    offline verify copy >"$logs/change.out" 2>&1 || code=$?
    if ((code == 1)) && grep -q '^FAILED  copy: ' "$logs/change.out"; then ((refused += 1)); else diag "seed $seed, $1, $changed: status $code"; fi
}
take() { # take NAME: a copy of it, with its signature
    rm -f -- "$made/copy.sig"
    cp -- "$made/$1" "$made/copy"
    [[ ! -e $made/$1.sig ]] || cp -- "$made/$1.sig" "$made/copy.sig"
}
for target in plain signed; do
    refused=0
    for ((n = 0; n < 50; n++)); do
        take "$target"
        if [[ $target == signed ]] && ((n % 2)); then change_byte "$made/copy.sig"; else change_byte "$made/copy"; fi
        refuses "$target"
    done
    is "50 random byte changes are refused: $target, seed $seed" "$refused" 50
done

altered() { # altered NAME TARGET COMMAND…: a copy of the signed one is refused once the command has rewritten TARGET
    take signed
    "${@:3}" <"$made/${2/copy/signed}" >"$made/$2"
    cmp -s -- "$made/$2" "$made/${2/copy/signed}" && { ok "$1: is a change" false; return; }
    check "$1 is refused" 1 'FAILED  copy: ' verify copy
}
add_line() { cat && echo; }
twice() { tee "$logs/twice" && cat -- "$logs/twice"; }
altered 'the same JSON in one line' copy jq -c -S .
altered 'with line ends of Windows' copy sed "s/\$/\r/"
altered 'with an empty line at its end' copy add_line
altered 'twice' copy twice
altered 'a signature with an empty line at its end' copy.sig add_line
altered 'a signature with something in front' copy.sig sed '1i signature'
altered 'a signature in shorter lines' copy.sig sed '2s/.*/&\n/; 2s/^\(.\{60\}\)/\1\n/'
altered 'a signature of another version' copy.sig sed '2s/^U1NIU0lHAAAAAQ/U1NIU0lHAAAAAA/'
altered 'half a certificate' copy sed 10q
altered 'an empty one' copy true
: >"$made/copy.sig"
check 'an empty signature is refused' 1 'FAILED  ' verify copy

# --- a chain of windows

query "SELECT event_at::date FROM orders.processed_events ORDER BY 1 OFFSET $(($(expected_events) / 3)) LIMIT 1" >"$logs/one"
query "SELECT event_at::date FROM orders.processed_events ORDER BY 1 OFFSET $(($(expected_events) * 2 / 3)) LIMIT 1" >"$logs/two"
one=$(<"$logs/one") two=$(<"$logs/two")
certify first --to "$one" --key "$away/alice"
is 'the first window' "$status $(field first '[.verified_from, .verified_through]')" "0 [\"-infinity\",\"${one}T00:00:00\"]"
certify second --after "$made/first" --to "$two" --key "$away/alice"
is 'the second begins where the first is verified through' "$status $(field second '[.window.from, .verified_from, .verified_through]')" \
    "0 [\"${one}T00:00:00\",\"-infinity\",\"${two}T00:00:00\"]"
is '... and names the first' "$(field second .previous)" "$(field first .sha256)"
certify third --after "$made/second" --from "${two}T00:00:00" --key "$away/alice"
is 'the last one has no end' "$status $(field third '[.verified_from, .verified_through]')" '0 ["-infinity","infinity"]'
check 'the chain holds' 0 'chain   3 certificates that follow one another; verified: the beginning to the end' \
    verify --signers "$away/signers" first second third
check 'one is missing' 1 'FAILED  third: it does not follow first: it was made after another certificate' verify first third
check 'another order' 1 'FAILED  first: it does not follow second: it was made after another' verify second first
check 'a part of the chain says that it is one' 0 "second: *it follows a certificate that is not here: $(jq -r .sha256 <"$made/first")" verify second third

certify no --after "$made/first" --from "$two"
like 'a window after a gap is refused' "$status $(said)" '64 verify: the certificate of --after is verified through*leave out --from*'
certify no --after "$made/first" --from 2000-01-01
like 'so is an overlapping window' "$status $(said)" '64 verify: the certificate of --after is verified through*'
certify no --after "$made/third"
like 'no window follows the last one' "$status $(said)" "64 *$made/third: that one has no end*"
certify no --after "$made/first" --group other
like 'another group does not follow' "$status $(said)" '64 *its topic or group is another one*'
certify no --after "$made/first" --topic other
like 'another topic does not follow' "$status $(said)" '64 *its topic or group is another one*'
{ cat lifecycles/olist.csv; echo; } >"$logs/olist.csv"
certify no --after "$made/first" --lifecycle "$logs/olist.csv"
like 'another lifecycle file does not follow' "$status $(said)" '64 *its lifecycle file is another one*'
certify first --after "$made/first"
like 'a certificate does not replace the one that it follows' "$status $(said)" '64 *--certificate would replace the certificate of --after*'
take first
change_byte "$made/copy"
certify no --after "$made/copy"
like 'a certificate does not follow a changed one' "$status $(said)" "65 verify: --after is refused: *$made/copy: *"
forge gap '.previous = .sha256 | .signed_by = null | .verified_through = "2001-01-01T00:00:00"'
rm -- "$made/gap.sig"
check 'a verified_through that the window does not have is a contradiction' 1 'contradicts itself' verify gap
is 'the refused commands left no file' "$(find "$made" -name no -o -name '.*' | wc -l)" 0

# --- what is wrong is not certified as right

query "UPDATE orders.event_type_counts SET events = events + 1 WHERE (event_type, kafka_partition) IN (SELECT event_type, kafka_partition FROM orders.event_type_counts LIMIT 1)"
query "CREATE TABLE public.gone AS SELECT * FROM orders.processed_events ORDER BY event_at DESC LIMIT 3; DELETE FROM orders.processed_events WHERE event_id IN (SELECT event_id FROM public.gone)"
certify failed --after "$made/second"
is 'a failed verify is recorded, and does not advance verified_through' "$status $(field failed '[.passed, .verified_through]')" "1 [false,\"${two}T00:00:00\"]"
is '... with the number of differences' "$(field failed '.checks[] | select(.name == "no event is missing") | [.passed, .differences]')" '[false,3]'
ok '... and no value of a row' holds_no_row failed
check '... and does not pass as a proof' 1 'intact  failed: *FAILED: *no event is missing*verified: the beginning to' verify failed
check '... though it is intact' 0 'intact  failed: ' verify --intact failed
query "INSERT INTO orders.processed_events SELECT * FROM public.gone; DROP TABLE public.gone"
succeed rebuild scripts/rebuild
certify again --after "$made/failed"
is 'after a repair, the same window can be verified' "$status $(field again '[.window.from, .verified_through]')" "0 [\"${two}T00:00:00\",\"infinity\"]"
check 'the chain tells of it, and holds' 0 'intact  failed: *FAILED*chain   4 certificates*' verify first second failed again

# --- which cluster, as far as it is known

query 'ALTER TABLE orders.partition_progress ADD COLUMN IF NOT EXISTS cluster_id text, ADD COLUMN IF NOT EXISTS topic_id text'
query "UPDATE orders.partition_progress SET cluster_id = 'cluster-1', topic_id = 'topic-1'"
certify known --to "$one"
is 'the ids of cluster and topic' "$(field known '.kafka | [.cluster_id, .topic_id]')" '["cluster-1","topic-1"]'
query "UPDATE orders.partition_progress SET cluster_id = 'cluster-2'"
certify no --after "$made/known"
like 'another cluster does not follow' "$status $(said)" '65 *no certificate: *its Kafka cluster is another one*'
query "UPDATE orders.partition_progress SET cluster_id = 'cluster-1' WHERE kafka_partition = 0"
certify mixed
is 'partitions of several clusters share no cluster id' "$(field mixed '.kafka | [.cluster_id, .topic_id]')" '[null,"topic-1"]'

# --- what stands in the way

cp -- "$made/plain" "$logs/before"
PGPORT=1 certify plain
is 'a verify that cannot finish leaves the old certificate' "$status $(cmp -- "$made/plain" "$logs/before" && echo same)" '69 same'
certify signed
is 'an unsigned one takes the place of a signed one, and of its signature' "$status $(field signed .signed_by) $(ls -- "$made/signed.sig" 2>/dev/null || echo none)" '0 null none'
certify none/certificate
like 'a folder that is missing' "$status $(said)" '73 verify: cannot write *none/certificate*'
certify no --key "$away/none"
like 'a key that is missing' "$status $(said)" '66 verify: cannot read *none*'
certify no --key "$orders"
like 'a file that is not a key' "$status $(said)" '66 *verify: cannot sign with *'
run certify scripts/verify --orders "$orders" --key "$away/alice"
like 'a key without a certificate' "$status $(said)" '64 *--certificate is missing*'
mkfifo -- "$logs/fifo.csv"
certify no --customers "$logs/fifo.csv"
like 'a file that can be read once only' "$status $(said)" '66 *fifo.csv is not a regular file*'

# A file that changes once verify has looked at it: psql itself appends a row.
mkdir -- "$logs/changing"
cp -- "$orders" "$logs/changing.csv"
printf '#!/bin/sh\nsed -n 2p "%s" | sed s/./z/3 >>"%s"\nexec %s "$@"\n' "$orders" "$logs/changing.csv" "$(command -v psql)" >"$logs/changing/psql"
chmod +x -- "$logs/changing/psql"
orders=$logs/changing.csv PATH=$logs/changing:$PATH certify no
like 'a file that changes meanwhile' "$status $(said)" '65 *no certificate: a file was changed while it was read*'
ok '... has no certificate' not test -e "$made/no"
is 'no other file is left' "$(find "$made" -name no -o -name '.*' | wc -l)" 0

check 'a file that is missing' 66 'cannot read none' verify none
check 'an unknown command' 64 "what is 'prove'" prove plain
check 'none at all' 64 'say what to do' verify
check '--help' 0 'exit status: ' --help

plan
