# shellcheck shell=bash
# Lab 7: one consumer, then three, then eight, with the same results.
expect_at_least 'records in topic lab7' "$(records lab7)" 16060 \
    'The topic needs the events of the sample twice: once for one consumer, and once for eight.'
expect_at_least 'times that three members shared all partitions' \
    "$(watched /api/history '[.moments[] | select(.kind == "rebalance" and (.text | test("; 3 members share them$")))] | length')" 1 \
    'Start three consumers without --exit-at-end, and wait until the page shows three members with two partitions each.'
expect_at_least 'members of the group at the same time' "$(members_at_once)" 8 \
    'Start more consumers while the first three run, until there are eight. The page shows how many members the group has.'
expect 'the sum of the offsets that the group has committed' "$(watched /api/status '[.kafka.partitions[].committed // 0] | add')" "$(records lab7)" \
    'The group has not read everything: let a consumer run until the lag is 0.'
expect_at_least 'duplicates' "$(sql 'SELECT sum(duplicate) FROM orders.pipeline_status')" 8030 \
    'The events of the second replay are known, so each of them is a duplicate. The group has not read the second replay.'
expect 'digest of the results' "$(digest)" 0237450b0f07c5e2 \
    'The results differ from those of a single consumer. scripts/verify --orders tests/data/sample -t lab7 -g lab7 names the difference.'
