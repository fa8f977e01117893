# shellcheck shell=bash
# Days as options. To be sourced once fail STATUS MESSAGE is defined:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/day.sh"
#     must_be_day --before "$before"    # 2018-01-31, or ends with 64

must_be_day() { # OPTION VALUE
    [[ $2 =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}$ && $(date -u -d "$2" +%F 2>/dev/null) == "$2" && $2 > 1969-12-31 ]] ||
        fail 64 "$1 needs a day like 2018-01-31, from 1970 on, not '$2'"
}
