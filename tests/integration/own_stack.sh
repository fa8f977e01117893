# shellcheck shell=bash
# lib.sh for a test that stops servers, or changes them: they are of a stack of its own, which ends with the test.
#
#     ORDER_BROKERS=3                          # or 1, the default
#     stack_disk=2g                            # optional: the size of a disk of its own, in memory, where this user may mount one
#     . "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"
VAR=${BUILD:?start this with tests/integration/run}/$(basename -- "$0" .t)-stack
export VAR ORDER_BROKERS=${ORDER_BROKERS:-1}
# shellcheck source-path=SCRIPTDIR
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

clean_up() {
    ((status == 0 && failed == 0)) || cp -R -- "$VAR/log" "$logs/servers"
    scripts/clean-data
    ! mountpoint -q -- "$VAR" || umount --lazy -- "$VAR" # what ended last may still be leaving it
    rmdir -- "$VAR"
}

mkdir -p -- "$VAR"
if [[ ${stack_disk-} ]] && ! mountpoint -q -- "$VAR"; then
    mount -t tmpfs -o size="$stack_disk" order-replay "$VAR" 2>>"$logs/mount.log" || stack_disk=''
fi

succeed clean-data scripts/clean-data # what a killed run left
succeed up scripts/up
# shellcheck disable=SC1091
. "$VAR/env"
