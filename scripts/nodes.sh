# shellcheck shell=bash
# The nodes of a cluster, for scripts that run something on each. Source it after database.sh has defined psql:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/database.sh"
#     . "$(dirname -- "${BASH_SOURCE[0]}")/nodes.sh"
#     read_nodes                              # or ends the script; node_hosts is empty if the database is not a front
#     for node in "${!node_hosts[@]}"; do on_node "$node" psql …; done
#
# User and password are the same as at the front.

node_hosts=() node_ports=() node_databases=() node_user=''

# shellcheck disable=SC2154 # no_database: of database.sh
read_nodes() {
    local list node port host database user
    list=$(psql --no-align --tuples-only --field-separator=$'\x1f' --set=ON_ERROR_STOP=1 \
        --file="$(dirname -- "${BASH_SOURCE[0]}")/../sql/cluster/nodes.sql") ||
        case $? in
            2) fail 69 "$no_database" ;;
            *) fail 70 'nothing was done: see the error above; where the schema is missing, run scripts/migrate' ;;
        esac
    while IFS=$'\x1f' read -r node port host database user; do
        [[ $node ]] || continue
        node_user=$user
        node_hosts[node]=$host node_ports[node]=$port node_databases[node]=$database
    done <<<"$list"
}

node_address() { printf '%s:%s/%s' "${node_hosts[$1]}" "${node_ports[$1]}" "${node_databases[$1]}"; } # node_address NODE

on_node() ( # on_node NODE COMMAND…: with the variables of the node instead of the front's
    export "PGHOST=${node_hosts[$1]}" "PGPORT=${node_ports[$1]}" "PGDATABASE=${node_databases[$1]}" "PGUSER=$node_user"
    unset PGHOSTADDR PGSERVICE
    "${@:2}"
)
