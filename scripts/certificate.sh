# shellcheck shell=bash disable=SC2016,SC2094,SC2154 # variables of jq; files that are only read; variables of scripts/verify
# Writes certificates for scripts/verify. scripts/certificate, which reads them, shares the first part. Source it after
# fail STATUS MESSAGE is defined.
#
# A certificate is JSON as `jq -S .` prints it. Its sha256 is that of the output of `jq -S -c 'del(.sha256)'`. If it is signed,
# signed_by is the fingerprint of the key, and FILE.sig is the signature of the file by `ssh-keygen -Y sign`.

scripts=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly CERTIFICATE_NAMESPACE=order-replay PRODUCT_VERSION=0.1.0

certificate_jq() { jq -L "$scripts" "$@"; } # FILTER is the last argument, and begins with: include "certificate";

certificate_hash() { # of the certificate on standard input
    local sum
    sum=$(jq -S -c 'del(.sha256)' | sha256sum)
    printf '%s' "${sum%% *}"
}

# --- writing, within scripts/verify and with its variables

# Finds errors that would prevent a certificate before the checks run. Sets certificate_facts, certificate_inputs, signed_by and,
# for --after, from and after: where the window begins.
certificate_begin() {
    local folder refusal
    [[ ! -d $certificate ]] || fail 73 "cannot write $certificate: it is a folder"
    folder=$(dirname -- "$certificate")
    certificate_scratch=$(mktemp -d -- "$(realpath -m -- "$folder")/.certificate.XXXXXX" 2>/dev/null) ||
        fail 73 "cannot write $certificate: is there a folder $folder, and may this user write to it?"
    trap 'rm -rf -- "$certificate_scratch" "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    certificate_facts=$certificate_scratch/facts

    if [[ $key ]]; then
        must_be_readable "$key"
        command -v ssh-keygen >/dev/null || fail 69 'signing needs ssh-keygen: install openssh-client'
        # The key is tried now, not after an hour of work.
        { signed_by=$(ssh-keygen -l -E sha256 -f "$key" | cut -d ' ' -f 2) && certificate_sign </dev/null >/dev/null; } ||
            fail 66 "cannot sign with $key, see the line above: name an ssh key, or the .pub of one that ssh-agent holds"
    fi

    certificate_inputs=$(certificate_files)
    echo null >"$certificate_scratch/previous"
    [[ $after ]] || return 0
    [[ ! $after -ef $certificate ]] || fail 64 "--certificate would replace the certificate of --after: give it another name"
    must_be_readable "$after"
    "$scripts/certificate" verify --intact "$after" >"$certificate_scratch/said" || fail 65 "--after is refused: $(sed 's/^FAILED *//; q' "$certificate_scratch/said")"
    cp -- "$after" "$certificate_scratch/previous"
    refusal=$(certificate_jq -r --argjson inputs "$certificate_inputs" --arg topic "$topic" --arg group "$group" '
        include "certificate";
        . as $previous |
        {previous: .sha256, window: {from: .verified_through}, verified_from, kafka: {$topic, $group}, $inputs, passed: true} |
        does_not_follow($previous)' <"$after")
    [[ -z $refusal ]] || fail 64 "no certificate of this can follow $after: $refusal"
    after=$(jq -r .verified_through <"$after")
    from=${from:-$after}
}

certificate_sign() { LC_ALL=C ssh-keygen -q -Y sign -n "$CERTIFICATE_NAMESPACE" -f "$key"; } # standard input, to standard output

certificate_files() { # {"orders":{"name":"orders.csv","sha256":"…"},"customers":null,…}
    local file sum
    local -a values=()
    for file in "$orders" "$customers" "$items" "$lifecycle"; do
        [[ -z $file || -f $file ]] || fail 66 "$file is not a regular file: a certificate needs files that can be read again"
        sum=
        [[ -z $file ]] || sum=$(sha256sum <"$file")
        values+=("name ${file##*/}" "${sum%% *}")
    done
    jq -n -c '$ARGS.positional as $values | ["orders", "customers", "items", "lifecycle"] | with_entries(
        .key as $n | {key: .value, value: ($values[2 * $n + 1] | if . == "" then null
            else {name: $values[2 * $n][5:], sha256: .} end)})' --args -- "${values[@]}"
}

# Writes $certificate and, with a key, $certificate.sig. Each file is replaced completely or not at all.
certificate_write() {
    local digest refusal unwritten="no certificate: cannot write $certificate"
    [[ $(certificate_files) == "$certificate_inputs" ]] || fail 65 'no certificate: a file was changed while it was read; run this again'
    digest=$(sed -n 's/^digest|.*|//p' <"$certificate_facts")
    tail -n 1 <"$certificate_facts" | certificate_jq -S --slurpfile previous "$certificate_scratch/previous" \
        --argjson inputs "$certificate_inputs" --arg digest "$digest" --arg product "$PRODUCT_VERSION" --arg signed_by "$signed_by" '
        include "certificate";
        . as $facts | $previous[0] as $previous | {
            certificate: "order-replay 1",
            previous: $previous.sha256,
            signed_by: (if $signed_by == "" then null else $signed_by end),
            passed, time, window,
            verified_from: (if $previous then $previous.verified_from else .window.from end),
            verified_through: (if .passed then .window.to else $previous.verified_through end),
            inputs: ($inputs | with_entries(.key as $name | .value |= if . then . + {rows: $facts.rows[$name]} else null end) |
                .orders.rejected = $facts.rejected),
            options, kafka, checks, $digest,
            versions: {$product, schema, postgresql}
        } | walk(if type == "string" then clean else . end)' >"$certificate_scratch/draft" || fail 73 "$unwritten"
    jq -S --arg sha256 "$(certificate_hash <"$certificate_scratch/draft")" '.sha256 = $sha256' \
        <"$certificate_scratch/draft" >"$certificate_scratch/certificate" || fail 73 "$unwritten"
    # Only the database knew its cluster.
    refusal=$(certificate_jq -r --slurpfile previous "$certificate_scratch/previous" \
        'include "certificate"; $previous[0] as $previous | if $previous then does_not_follow($previous) else empty end' <"$certificate_scratch/certificate")
    [[ -z $refusal ]] || fail 65 "no certificate: it would not follow the one of --after: $refusal"
    if [[ $signed_by ]]; then
        certificate_sign <"$certificate_scratch/certificate" >"$certificate_scratch/certificate.sig" || fail 66 "no certificate: cannot sign with $key, see the line above"
        mv -f -- "$certificate_scratch/certificate.sig" "$certificate.sig" || fail 73 "$unwritten"
    else
        rm -f -- "$certificate.sig" || fail 73 "$unwritten"
    fi
    mv -f -- "$certificate_scratch/certificate" "$certificate" || fail 73 "$unwritten"
    certificate_jq -r --arg file "$certificate" 'include "certificate"; "certificate \($file): \(signer); verified: \(verified)"' <"$certificate"
}
