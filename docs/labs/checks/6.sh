# shellcheck shell=bash
# Lab 6: a consumer died while records waited for it, and the other one took over.
expect_at_least 'members of the group at the same time' "$(members_at_once)" 2 \
    'A dead consumer needs another one that takes over: start two before you kill one. Both find the group by ORDER_GROUP.'
expect_at_least 'members that died' "$(watched /api/history '[.moments[] | select(.kind == "died")] | length')" 1 \
    'No session has timed out while records waited. Use kill -KILL during the replay: on SIGTERM a consumer leaves the group.'
# One letter a moment: a death, and a rebalance before anybody else joins.
handovers=$(watched /api/history '[.moments[] | {died: "d", joined: "j", rebalance: "r"}[.kind] // ""] | add // "" | [scan("d[^jr]*r")] | length')
expect_at_least 'times that a remaining member took over from a dead one' "$handovers" 1 \
    'No member was left when the other one died, or it is still waiting. Start two, kill one of them, and let the other one run.'
expect 'events applied to the database' "$(sql 'SELECT sum(events) FROM orders.event_type_totals')" 8030 \
    'Not all events were sent, or not all were applied: send the sample to its end, and let a consumer read everything.'
expect 'the sum of the offsets that the group has committed' "$(watched /api/status '[.kafka.partitions[].committed // 0] | add')" "$(records lab6)" \
    'A consumer is still reading, or was killed between its transaction and its commit of the offsets. Wait, or start it again.'
