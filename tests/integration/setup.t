#!/usr/bin/env bash
# scripts/setup: it waits for other programs that work on packages, and knows systems that are like Debian. The locks, and who holds
# them, are real; apt-get and dpkg are stand-ins, which note how they are called. Needs root, for mounts of its own.
# shellcheck disable=SC2016 # the inner shell expands these
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

if ((EUID)) || ! unshare --mount true 2>"$logs/unshare"; then
    echo '1..0 # SKIP needs root and mounts of its own'
    exit 0
fi

# A checkout that has all but a new Java, which apt-get brings.
top=$logs/checkout locks=$logs/locks calls=$logs/calls
mkdir -p -- "$top/.deps" "$top/bin" "$locks"
cp -R scripts "$top/"
ln -s -- "$(realpath .deps/kafka)" "$top/.deps/kafka"
export calls locks top
cat >"$top/bin/apt-get" <<'END'
#!/usr/bin/env bash
printf 'apt-get %s\n' "$*" >>"$calls"
if [[ -e $top/busy ]]; then
    rm -- "$top/busy"
    echo 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1 (apt)'
    exit 100
fi
[[ " $* " != *' default-jre-headless '* ]] || echo 17 >"$top/java"
END
printf '#!/usr/bin/env bash\nprintf "dpkg %%s\\n" "$*" >>"$calls"\n' >"$top/bin/dpkg"
printf '#!/usr/bin/env bash\nprintf "version \\"%%s\\"\\n" "$(<"$top/java")"\n' >"$top/bin/java"
printf '#!/usr/bin/env bash\nprintf "postgresql-%%s\\n" 14 $newest client-99\n' >"$top/bin/apt-cache"
chmod +x "$top"/bin/*

set_up() { # set_up NAME SYSTEM NEWEST [COMMAND]: on that system, whose newest PostgreSQL package is that; after a command
    rm -f -- "$calls"
    echo 11 >"$top/java"
    printf '%s\n' "$2" >"$logs/os-release"
    newest=$3 unshare --mount bash -ec '
        for lock in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock; do
            touch "$lock" "$locks/${lock//\//_}"
            mount --bind "$locks/${lock//\//_}" "$lock"
        done
        mount --bind "$1" "$(realpath /etc/os-release)"
        eval "$2"
        PATH=$top/bin:$PATH exec "$top/scripts/setup"' - "$logs/os-release" "${4-}" >"$logs/$1.log" 2>&1
}
debian=$'ID=debian\nVERSION_ID=12'
ubuntu=$'ID=ubuntu\nVERSION_ID="24.04"\nID_LIKE=debian'

# --- another program works on packages

for lock in _var_lib_dpkg_lock-frontend _var_lib_apt_lists_lock; do
    touch -- "$locks/$lock"
    rm -f -- "$logs/held"
    /usr/bin/python3 -c 'import fcntl, sys, time
with open(sys.argv[1], "r+") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX)
    open(sys.argv[2], "w").close()
    time.sleep(60)' "$locks/$lock" "$logs/held" &
    holder=$!
    pid[holder]=$holder
    wait_until 10 test -e "$logs/held"
    set_up "waits$lock" "$debian" 15 &
    setup=$!
    wait_until 20 grep -q 'waiting for python3' "$logs/waits$lock.log"
    is "${lock//_//} is held: setup says by whom, and does nothing" \
        "$(grep -c "waiting for python3 (process $holder), which works on packages" "$logs/waits$lock.log") $(cat -- "$calls" 2>/dev/null | wc -l)" '1 0'
    kill "$holder"
    status=0
    wait "$setup" || status=$?
    is '… and goes on when it is free' "$status $(grep -oE 'apt-get.* (update|install)|dpkg --configure' "$calls" | grep -oE '[^ ]*$' | paste -sd' ')" \
        '0 update --configure install'
done
touch "$top/busy"
status=0
set_up later "$debian" 15 || status=$?
is 'a program that comes between costs one more try' "$status $(grep -c 'apt-get.* update' "$calls")" '0 2'

# --- other systems

status=0
set_up ubuntu "$ubuntu" 99 || status=$?
is 'on Ubuntu the packages are the same, of the PostgreSQL that it has' "$(grep -oE '(default-jre-headless|postgresql-99(-pgtap)?)' "$calls" | paste -sd' ')" 'default-jre-headless postgresql-99 postgresql-99-pgtap'
status=0
set_up old "$ubuntu" 14 'mount -t tmpfs none /usr/lib/postgresql' || status=$?
is 'where PostgreSQL is too old, it says so, and names the containers' \
    "$status $(grep -c 'PostgreSQL 15 or newer is needed, and 14 is the newest.*docs/CONTAINERS.md' "$logs/old.log") $(grep -c ' install' "$calls")" '78 1 0'
status=0
set_up fedora ID=fedora 15 || status=$?
is 'elsewhere it names what is missing, and the containers' "$status $(grep -c 'not based on Debian.* default-jre-headless; .*docs/CONTAINERS.md' "$logs/fedora.log")" '78 1'
plan
