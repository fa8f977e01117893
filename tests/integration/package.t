#!/usr/bin/env bash
# The Debian package: it is built, lintian and systemd find nothing in it, and it has what it should. `make check-deb` installs it.
# Needs no server.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

ok 'it is built' scripts/deb "$logs/deb"
run lintian lintian --allow-root --display-info --pedantic --fail-on error,warning,info,pedantic "$logs"/deb/*.deb
is 'lintian has nothing to say' "$status $(cat -- "$logs/lintian.out")" '0 '
ok 'nothing was said while it was built' not grep -iE '(^|[^-])warning' "$logs/deb/build.log"

package=$(echo "$logs"/deb/order-replay_*.deb)
into=$logs/root
dpkg-deb -x "$package" "$into"
is 'all in it is as old as debian/changelog says, whenever it was built' \
    "$(dpkg-deb --fsys-tarfile "$package" | TZ=UTC tar -tv --full-time | awk '{ print $4, $5 }' | sort -u)" \
    "$(TZ=UTC date -d "@$(dpkg-parsechangelog -S Timestamp)" '+%F %T')"
is 'its version is that of the program' "$(dpkg-deb -f "$package" Version)" "$("$into/usr/bin/order-producer" --version | sed 's/.* //')"
ok '... and so is that of the scripts' grep -qx "order-replay $(dpkg-deb -f "$package" Version)" <("$into/usr/bin/order-replay" --version)
make --no-print-directory BUILD="$BUILD" DESTDIR="$logs/make" PREFIX=/usr ZSH_DIR=share/zsh/vendor-completions install >"$logs/install.log" 2>&1
files() { (cd -- "$1/usr" && find . ! -type d ! -path './share/doc/*' ! -path './lib/*' ! -path './share/lintian/*' | sed 's/\.gz$//' | sort); }
is 'it has what make install installs' "$(files "$into")" "$(files "$logs/make")"
is 'its programs call the scripts by the names that it gives them' \
    "$(strings -n 8 "$into/usr/bin/order-consumer" | grep -oE '(scripts/|order-replay )migrate' | sort -u)" 'order-replay migrate'

# --- the services, as systemd reads them; the programs are where they say

unit=$into/lib/systemd/system
[[ -d $unit ]] || unit=$into/usr/lib/systemd/system
sed -i "s|^ExecStart=/usr|ExecStart=$into/usr|" "$unit"/*.service
for service in order-consumer@1 order-monitor; do
    file=$unit/${service/@1/@}.service
    [[ $service != *@1 ]] || cp -- "$file" "$unit/$service.service"
    is "$service: systemd-analyze verify" "($(systemd-analyze verify --man=no "$unit/$service.service" 2>&1 | sed -n "/$service/p"))" '()'
    ok "$service: systemd-analyze security: exposure below 2.0" \
        systemd-analyze security --offline=true --threshold=19 "$unit/$service.service"
    ok "$service: its options are read" grep -q "^ExecStart=.*/${service%@1} \\\$ORDER_[A-Z]*_OPTIONS\$" "$file"
done
for file in "$into"/etc/default/*; do # as systemd and as a shell read it
    ok "${file##*/} has nothing but assignments and comments" not grep -vE '^(#.*|[A-Z_]+=[^ ]*)?$' "$file"
done
{ "$into/usr/bin/order-consumer" --help; "$into/usr/bin/order-monitor" --help; cat -- "$unit"/*.service; } >"$logs/variables"
mapfile -t names < <(sed -nE 's/^#?((KAFKA|ORDER)_[A-Z_]+)=.*/\1/p' "$into"/etc/default/*)
for name in "${names[@]}"; do
    ok "$name is a variable of the programs or the services" grep -qF "\$$name" "$logs/variables"
done
plan
