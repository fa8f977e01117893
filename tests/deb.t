#!/usr/bin/env bash
# The Debian package, in fresh roots of Debian 12 and 13 that systemd-nspawn boots with their own systemd: what docs/OPERATIONS.md says of it,
# word for word, against the servers of this stack; the services, their watchdog, upgrade and removal. Needs root. `make check-deb`.
. "$(dirname -- "${BASH_SOURCE[0]}")/integration/lib.sh"

((EUID == 0)) || { echo '1..0 # SKIP only root may make and boot a root'; exit; }
sample=/usr/share/order-replay/sample
package=$BUILD/deb
roots=$(mktemp -d /var/tmp/order-replay-roots.XXXXXX)
clean_up() { rm -rf --one-file-system -- "$roots"; }
export PATH=/usr/sbin:$PATH

# --- the package

ok 'it is built' scripts/deb "$package"
ok '... and again, in another folder' scripts/deb "$logs/again"
for file in "$package"/*.deb; do ok "${file##*/} is the same, byte for byte" cmp "$file" "$logs/again/${file##*/}"; done
run lintian lintian --allow-root --display-info --pedantic --fail-on error,warning,info,pedantic "$package"/*.deb
is 'lintian has nothing to say' "$status $(cat -- "$logs/lintian.out")" '0 '

# What the document says, and where it says that one has to edit a file, this.
awk '/^## / { inside = /^## As a Debian package/ } inside' docs/OPERATIONS.md >"$logs/section"
blocks() { awk '/^```/ { inside = /^```bash/; if (inside) n++; next } inside && ('"$1"')' "$logs/section"; } # blocks CONDITION: on n
edit() { # edit DATABASE
    printf 'cat >/etc/default/order-replay <<END\n'
    printf '%s=%s\n' KAFKA_BROKERS "$KAFKA_BROKERS" PGHOST "$PGHOST" PGPORT "$PGPORT" PGDATABASE "$1"
    printf 'END\necho "ORDER_MONITOR_OPTIONS=--listen 127.0.0.1:0" >>/etc/default/order-replay-monitor # other ports may be taken here\n'
}
is 'the document has so many blocks of commands' "$(grep -c '^```bash' "$logs/section")" 4

# --- a root and its systemd

leader() { pgrep -P "${pid[$suite]}"; }
inside() { # inside COMMAND…: in the root that runs, as root
    nsenter --target "$(leader)" --mount --uts --ipc --pid --cgroup --root --wdns=/root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PGUSER=postgres PGPASSWORD="$password" "$@" </dev/null
}
owner() { inside bash -c 'set -a; . /etc/default/order-replay; set +a; "$@"' - "$@"; } # owner COMMAND…: with the services' servers
is_up() { [[ $(inside systemctl is-system-running) == running ]]; }
property() { inside systemctl show --value --property "$2" "$1"; } # property UNIT NAME
active() { inside systemctl is-active 'order-*' | xargs; }
replaced() { (($(property "$1" NRestarts) >= 1)) && [[ $(property "$1" ActiveState) == active ]]; }
password=$(sed -n '1s/.*://p' "$PGPASSFILE")

try() { # try SUITE
    suite=$1
    local root=$roots/$suite old
    ok "$suite: debootstrap" debootstrap --variant=minbase --include=systemd-sysv "$suite" "$root"
    cp -- "$package"/order-replay_*.deb "$root/root/"
    start "$suite" systemd-nspawn --quiet --register=no --keep-unit --console=pipe --directory="$root" --boot
    wait_until 120 is_up
    createdb "debian_$suite"

    { blocks 'n == 1'; edit "debian_$suite"; blocks 'n > 1'; } >"$root/root/readme"
    ok "$suite: the document's commands work as they stand" inside bash -e readme
    cp -- "$logs/output" "$logs/$suite.readme"
    ok '... all is proved' grep -qE '^verified: all [0-9]+ checks passed$' "$logs/$suite.readme"
    is '... and the digest is the known one' "$(tail -n 1 -- "$logs/$suite.readme")" 0237450b0f07c5e2
    is '... the services are at work' "$(active)" 'active active active'
    like '... and say what they do' "$(property order-consumer@1 StatusText)" 'applies the events of * partitions'
    like '... the monitor too' "$(property order-monitor StatusText)" 'serves http://127.0.0.1:*; Kafka answers, Postgres answers'
    is '... as a user of their own' "$(inside stat -c %U "/proc/$(property order-consumer@1 MainPID)" "/proc/$(property order-monitor MainPID)" | xargs)" \
        'order-replay order-replay'
    services
    watchdog
    removal "$root"
    inside systemctl poweroff 2>/dev/null || true
    await "$suite" 60
    rm -rf --one-file-system -- "$root"
}

services() {
    is "$suite: systemd-analyze verify" "($(inside systemd-analyze verify --man=no order-consumer@1.service order-monitor.service 2>&1))" '()'
    for unit in order-consumer@1.service order-monitor.service; do
        ok "$suite: systemd-analyze security: exposure of $unit below 2.0" \
            inside systemd-analyze security --offline=true --threshold=19 "$unit"
    done
}

watchdog() {
    inside bash -c 'mkdir -p /etc/systemd/system/order-{consumer@,monitor}.service.d
        printf "[Service]\nWatchdogSec=4\nRestartSec=1\n" | tee /etc/systemd/system/order-{consumer@,monitor}.service.d/quick.conf >/dev/null
        systemctl daemon-reload; systemctl restart "order-*"'
    owner order-producer --rate 1000 $sample >"$logs/replay.log" 2>&1 &
    local unit replay=$!
    for unit in order-consumer@1 order-monitor; do
        old=$(property $unit MainPID)
        inside bash -c "kill -STOP $old"
        ok "$suite: $unit, stopped by SIGSTOP, is replaced by systemd" wait_until 60 replaced $unit
        is '... by its watchdog' "$(inside journalctl --quiet --no-pager --boot -u $unit | grep -c 'Watchdog timeout')" 1
        ok '... with another process' test "$(property $unit MainPID)" != "$old"
    done
    wait "$replay"
    ok '... in the middle of a replay, after which all is there' owner order-consumer --exit-at-end
    ok '... and proved' owner order-replay verify --orders $sample
    is '... the digest is the same' "$(owner order-replay digest)" 0237450b0f07c5e2
}

removal() { # removal ROOT
    old=$(property order-consumer@1 MainPID)
    ok "$suite: an upgrade" inside bash -c 'apt-get install -y --reinstall ./order-replay_*.deb'
    is '... leaves the services at work' "$(active)" 'active active active'
    ok '... with what is new' test "$(property order-consumer@1 MainPID)" != "$old"
    ok "$suite: it can be purged" inside apt-get purge -y order-replay
    is '... with its services' "($(inside bash -c 'cat /proc/[0-9]*/comm' | grep '^order-' || true))" '()'
    is '... and all its files' "($(find "$1"/{usr,etc/default,etc/systemd,lib} -name '*order-*' ! -path '*.service.d*' | head -n 5))" '()'
}

for suite in bookworm trixie; do try "$suite"; done
plan
