/*
 * ownership.h - the partitions that the group has given this member, and what librdkafka reads of them.
 *
 *     struct ownership ownership;
 *
 *     ownership_init(&ownership, kafka_conf_is(conf, "group.protocol", "consumer"));
 *     ownership.kafka = kafka;
 *     ownership_add(&ownership, partitions);           // in the rebalance callback: given, all or more of them
 *     ownership_read(&ownership, list);                // reads these, from their offsets, and nothing else; may be repeated
 *     ownership_take(&ownership, partitions);          // in the rebalance callback: taken back, all or some of them
 *     if (ownership_give_up(&ownership))               // reads nothing; the answer to a group that takes some back
 *         …                                            // others are left, and not read
 *     ownership_release(&ownership);
 *
 * With the classic protocol of a group, all partitions are taken back before others are given. With the consumer protocol of
 * KIP-848 (group.protocol=consumer), single ones are, and librdkafka knows no other calls then.
 */
#ifndef OWNERSHIP_H
#define OWNERSHIP_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

struct ownership {
    rd_kafka_t *kafka;
    bool is_incremental;
    rd_kafka_topic_partition_list_t *owned;   /* and where this member starts to read them; never NULL, as the others */
    rd_kafka_topic_partition_list_t *reading; /* … what librdkafka has of them, where it is incremental */
    rd_kafka_topic_partition_list_t *taken;   /* what the group takes back, and this member has not given up */
};

void ownership_init(struct ownership *ownership, bool is_incremental);
void ownership_release(struct ownership *ownership);

void ownership_add(struct ownership *ownership, const rd_kafka_topic_partition_list_t *partitions);
void ownership_take(struct ownership *ownership, const rd_kafka_topic_partition_list_t *partitions);

rd_kafka_resp_err_t ownership_read(struct ownership *ownership, const rd_kafka_topic_partition_list_t *list);

/* Replaces the list `owned`, by one with other offsets for example. */
void ownership_note(struct ownership *ownership, const rd_kafka_topic_partition_list_t *list);

/* True when partitions are left that the group has not taken back. */
bool ownership_give_up(struct ownership *ownership);

#endif
