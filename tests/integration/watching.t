#!/usr/bin/env bash
# The rules and the dashboard in monitor/, with a real Prometheus: a normal run fires no alert, each fault fires only its own alert,
# and each expression of the dashboard has a result. Each fault has a pipeline of its own, with topic, group, database, consumer and
# order-monitor, so that all of them are planted at once. The servers are of a stack of its own. Needs scripts/setup check.
#
#   MINUTE=3   seconds that stand for a minute of the rules. The alert about a stalled consumer takes two of them, and a consumer that
#              has lost Postgres tries again every 3 s.
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

rules=monitor/prometheus/rules.yml dashboard=monitor/grafana/dashboard.json page=docs/MONITORING.md
MINUTE=${MINUTE:-3}
look=250ms # how often Prometheus asks, and judges

# --- the files, each for itself

ok 'promtool has nothing to say about the rules' "$PROMETHEUS/promtool" check rules "$rules"
ok '... and their cases pass' "$PROMETHEUS/promtool" test rules "${rules%.yml}.test.yml"
ok '... nor about the configuration' "$PROMETHEUS/promtool" check config monitor/prometheus/prometheus.yml
mapfile -t alerts < <(sed -n 's/^ *- alert: //p' "$rules" | sort)
is 'the page has a section for each alert, and no other' "$(sed -n 's/^### .\(Order[A-Za-z]*\). .*/\1/p' "$page" | sort | xargs)" "${alerts[*]}"

faulty_panels() { # what is wrong with the form of the dashboard
    # shellcheck disable=SC2016 # jq's variables, and Grafana's
    jq -r '[.panels[].id] as $ids | [.panels[].title] as $titles | .panels[] | . as $p |
        [ (if ([.datasource.uid, .targets[].datasource.uid] | unique) != ["${datasource}"] then "data source" else empty end),
          (if (.description // "") == "" then "no description" else empty end),
          (if (.fieldConfig.defaults.unit // "") == "" then "no unit" else empty end),
          (if (.targets | length) == 0 or any(.targets[]; (.expr // "") == "" or (.expr | contains("$instance") | not)) then "expression" else empty end),
          (if ([.targets[].refId] | unique | length) != (.targets | length) then "refId" else empty end),
          (if .gridPos.x + .gridPos.w > 24 then "too wide" else empty end),
          (if ([$ids[] | select(. == $p.id)] | length) > 1 or ([$titles[] | select(. == $p.title)] | length) > 1 then "twice" else empty end) ] |
        select(length > 0) | "\($p.title): \(join(", "))"' "$dashboard"
}
faulty_panels >"$logs/panels"
ok 'each panel has data source, unit, description and expressions of the chosen order-monitor' test ! -s "$logs/panels"
overlaps() {
    jq '[.panels[].gridPos] | [range(length) as $i | range($i + 1; length) as $j | [.[$i], .[$j]] |
        select(.[0].x < .[1].x + .[1].w and .[1].x < .[0].x + .[0].w and .[0].y < .[1].y + .[1].h and .[1].y < .[0].y + .[0].h)] | length' "$dashboard"
}
is '... and a place of its own' "$(jq '.panels | length' "$dashboard") $(overlaps)" '14 0'
is '... and both variables are there' "$(jq -r '[.templating.list[].name] | join(" ")' "$dashboard")" 'datasource instance'

# --- the compose profile

unset COMPOSE_FILE COMPOSE_PROFILES PROMETHEUS_VERSION GRAFANA_VERSION
profile() { # profile FILTER: of its two services, as Compose reads the file
    docker compose --env-file=/dev/null --profile=monitoring config --format=json | jq -r ".services | {prometheus, grafana} | $1"
}
if docker compose version >"$logs/docker" 2>&1; then
    ok 'the profile is a valid one' profile .
    is '... its ports are open on 127.0.0.1 only' "$(profile '[.[].ports[].host_ip] | join(" ")')" '127.0.0.1 127.0.0.1'
    is '... its images have a version' "$(profile '[.[].image | test("^(prom/prometheus:v|grafana/grafana:)[0-9]+[.][0-9]+[.][0-9]+$")] | unique[]')" true
    is '... nothing of theirs is writable, and they have no rights' \
        "$(profile '[.[] | [.read_only, .cap_drop, .security_opt, ([.volumes[] | select(.type == "bind" and .read_only != true)] | length)]] | unique[] | tojson')" \
        '[true,["ALL"],["no-new-privileges:true"],0]'
    profile '.[].volumes[] | select(.type == "bind") | .source' >"$logs/mounted"
    is '... all that is mounted is there' "$(xargs -d '\n' stat -c %F <"$logs/mounted" | sort | uniq -c | xargs)" '1 directory 3 regular file'
    is '... and without it there are the services as ever' \
        "$(docker compose --env-file=/dev/null config --services | grep -cE '^(prometheus|grafana|monitor)$')" 1
else
    printf '# skipped: there is no Docker Compose here\n'
fi

# --- a pipeline for each fault

declare -A topics=() groups=() databases=() urls=()
use_pipeline() { # use_pipeline NAME
    topic=${topics[$1]} group=${groups[$1]} url=${urls[$1]}
    export PGDATABASE=${databases[$1]}
    set_programs
}
use_orders 200
new_database # once: the others are copies
template=$PGDATABASE
faults=(stalled quarantine conflict deleted incomplete)
for name in calm "${faults[@]}"; do
    new_topic 1
    group=$topic
    export PGDATABASE=${template}_$name
    createdb --template="$template" "$PGDATABASE"
    set_programs
    case $name in
    quarantine) produce --from 9999-01-01T00:00:00 ;; # nothing yet: its first record is the one that is quarantined
    deleted) produce; consume; produce; delete_records 0 -1 ;; # no consumer has seen yet what was deleted, and nothing waits for one
    *) produce ;;
    esac
    [[ $name == deleted ]] || start "consumer-$name" "${consumer[@]}"
    start_monitor "monitor-$name" --interval 200
    topics[$name]=$topic groups[$name]=$group databases[$name]=$PGDATABASE urls[$name]=$url
    printf '      - {targets: ["%s"], labels: {instance: %s}}\n' "${url#http://}" "$name" >>"$logs/targets"
done

cat >"$logs/prometheus.yml" <<END
global: {scrape_interval: $look, scrape_timeout: $look, evaluation_interval: $look}
rule_files: [rules*.yml]
scrape_configs:
  - job_name: order-replay
    static_configs:
$(cat -- "$logs/targets")
END
until prometheus_port=$((20000 + SRANDOM % 12000)) && [[ -z $(ss -Hltn "sport = :$prometheus_port") ]]; do :; done
start prometheus "$PROMETHEUS/prometheus" --config.file="$logs/prometheus.yml" --storage.tsdb.path="$logs/prometheus" \
    --web.listen-address="127.0.0.1:$prometheus_port"
api() { curl -s --max-time 10 "http://127.0.0.1:$prometheus_port/api/v1/$1" "${@:2}"; } # api PATH [OPTION…]
ask() { api query --data-urlencode "query=$1" | jq -r "$2"; } # ask EXPRESSION FILTER
fired() { ask "count by (alertname) (count_over_time(ALERTS{instance=\"$1\", alertstate=\"firing\"}[1h]))" '[.data.result[].metric.alertname] | sort | join(" ")'; }
has_fired() { [[ " $(fired "$1") " == *" $2 "* ]]; } # has_fired PIPELINE ALERT: now or before
fires() { [[ $(ask "ALERTS{instance=\"$1\", alertname=\"$2\", alertstate=\"firing\"}" '.data.result | length') != 0 ]]; }
fires_not() { ! fires "$@"; }

for name in calm stalled conflict incomplete; do
    use_pipeline "$name"
    wait_until 60 applied_all
done

# The rules as they are, but for the length of a minute; now that Prometheus has asked, which it begins 5 s after its start.
perl -pe "s/(for: |\\[)(\\d+)m\\b/\$1 . \$2 * $MINUTE . 's'/ge" "$rules" >"$logs/rules.yml"
asks_all() { [[ $(ask 'count(up == 1)' '.data.result[0].value[1]') == "${#topics[@]}" ]]; }
wait_until 60 asks_all
send prometheus HUP

# --- calm

use_pipeline calm
start replay "${producer[@]}" --rate 5
watched_for() { (($(ask "sum(count_over_time(order_replay:read_rate5m{instance=\"calm\"}[1h]))" '.data.result[0].value[1] // 0') >= $1)); }
wait_until 60 watched_for $((7 * MINUTE * 4)) # longer than what takes longest to be noticed: 3 minutes and then 2
moves() { ask 'sum(order_replay:read_rate5m{instance="calm"}) > 0 < 100' '.data.result | length'; }
is 'a calm run: records come and are read' "$(moves)" 1
is '... all rules were computed' "$(api rules | jq -r '[.data.groups[].rules[] | .health] | group_by(.) | map("\(length) \(.[0])") | join(", ")')" '12 ok'
is '... and no alert has fired, in any pipeline' "$(ask 'count_over_time(ALERTS{alertstate="firing"}[1h])' '[.data.result[].metric | "\(.alertname) of \(.instance)"] | join(" ")')." .

# --- the faults, all at once

declare -A alert_of=([stalled]=OrderReplayConsumerStalled [quarantine]=OrderReplayQuarantineRising [conflict]=OrderReplayConflicts
    [deleted]=OrderReplayRecordsDeletedUnread [incomplete]=OrderReplayCountsIncomplete)

use_pipeline stalled
end consumer-stalled TERM 10
produce

use_pipeline deleted
start consumer-deleted "${consumer[@]}"

use_pipeline quarantine
printf 'a-key|no event\n' | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '|' 2>>"$logs/kcat.log"

use_pipeline conflict
files=()
set_programs
produce # the same events without the region

use_pipeline incomplete
query 'UPDATE orders.partition_progress SET applied = applied + 1'

for name in "${faults[@]}"; do
    ok "$name: ${alert_of[$name]} fires" wait_until 60 has_fired "$name" "${alert_of[$name]}"
done
ok 'stalled: the lag takes forever' grep -qx '+Inf' <(ask 'order_replay:lag_seconds{instance="stalled"}' '.data.result[0].value[1]')
api alerts >"$logs/alerts"
is 'what the alerts say has no gaps' "$(grep -cE '<no value>|<error' "$logs/alerts" || true)x" 0x

# --- the dashboard, while all of that can be seen

jq -r '.panels[].targets[].expr, .templating.list[1].query.query' "$dashboard" >"$logs/expressions"
unanswered=() answered=0
while read -r expression; do
    expression=${expression//\$instance/.*}
    expression=${expression//\$__rate_interval/$((4 * MINUTE))s}
    [[ $expression != label_values* ]] || { expression=${expression#label_values(}; expression=${expression%, instance)}; }
    if [[ $(ask "$expression" '.data.result | length') == [1-9]* ]]; then answered=$((answered + 1)); else unanswered+=("$expression"); fi
done <"$logs/expressions"
is 'each expression of the dashboard has an answer' "$answered ${unanswered[*]-}" "$(wc -l <"$logs/expressions") "
api label/__name__/values | jq -r '.data[]' | sort >"$logs/names"
cat -- "$rules" "$logs/expressions" | grep -v '^ *#' | sed 's/"[^"]*"//g' | grep -oE '\b(kafka_|order_replay)[a-z0-9_:]+' | sort -u >"$logs/used"
is 'every metric that rules or dashboard name is there' "$(comm -23 "$logs/used" "$logs/names" | xargs)." .
between '... and they name metrics' "$(wc -l <"$logs/used")" 12 100

# --- servers that are away: of the calm pipeline, which goes on

use_pipeline calm
is 'calm: still no alert' "$(fired calm)." .
stack_stop_postgres immediate
ok 'Postgres away: its alert fires' wait_until 30 fires calm OrderReplayPostgresAway
is '... and no other' "$(fired calm)" OrderReplayPostgresAway
for name in "${faults[@]}"; do
    wait_until 30 has_fired "$name" OrderReplayPostgresAway
    is "$name: that alert and its own, and no other" "$(fired "$name")" "$(printf '%s\n' "${alert_of[$name]}" OrderReplayPostgresAway | sort | xargs)"
done
succeed up scripts/up
ok '... until it is back' wait_until 30 fires_not calm OrderReplayPostgresAway
goes_on() { [[ $(ask "changes(kafka_consumergroup_current_offset{instance=\"calm\"}[${MINUTE}s]) > 0" '.data.result | length') != 0 ]]; }
ok '... and records are read again' wait_until 30 goes_on # else a group that has not moved since then looks stalled, too
end monitor-stalled TERM 10 # it does not see the next one
stack_stop_kafka KILL
ok 'Kafka away: its alert fires' wait_until 30 fires calm OrderReplayKafkaAway
is '... and no other' "$(fired calm)" 'OrderReplayKafkaAway OrderReplayPostgresAway'
ok 'order-monitor away: its alert fires' wait_until 30 fires stalled OrderMonitorAway
is '... and no other' "$(fired stalled)" 'OrderMonitorAway OrderReplayConsumerStalled OrderReplayPostgresAway'
is 'that leaves one that takes ten minutes, and has its cases' "$(comm -23 <(printf '%s\n' "${alerts[@]}") \
    <(ask 'count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[1h]))' '.data.result[].metric.alertname' | sort) | xargs)" OrderReplayFallsBehind
plan
