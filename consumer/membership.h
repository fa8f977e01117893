/*
 * membership.h - this member of the consumer group: it joins, is given partitions, gives them back, and leaves.
 *
 *     struct membership membership;
 *
 *     membership_init(&membership, topic, group, kafka_conf_is(conf, "group.protocol", "consumer"));
 *     membership.kafka = kafka;
 *     failed = membership_join(&membership);
 *     membership_note_rebalance(&membership, error, partitions);   // in librdkafka's callback: only notes what is asked
 *     switch (membership_take_change(&membership)) {               // after each poll
 *     case MEMBERSHIP_ASSIGNED:
 *         membership_start(&membership, list);        // reads these partitions from their offsets, and nothing else
 *         membership_hold(&membership);               // reads nothing, and keeps the partitions; both may be repeated
 *         break;
 *     case MEMBERSHIP_REVOKED: case MEMBERSHIP_LOST:
 *         membership_give_up(&membership);            // reads nothing, and answers the group
 *         break;
 *     …
 *     }
 *     membership_leave(&membership);                  // waits for the coordinator for 3 s at most
 *     membership_release(&membership);
 *
 * Until a change is answered the member stays in the group but is given nothing else. While it leaves nobody takes changes
 * any more: membership_leave answers them itself.
 *
 * With the classic protocol of a group, all partitions are taken back before others are given. With the consumer protocol of
 * KIP-848 (group.protocol=consumer), single partitions come and go, and librdkafka demands the incremental calls. Where some
 * partitions are left after membership_give_up, MEMBERSHIP_ASSIGNED follows for those.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include "outage.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

enum membership_change {
    MEMBERSHIP_UNCHANGED,
    MEMBERSHIP_ASSIGNED, /* there are partitions to read, or none: other members have them all */
    MEMBERSHIP_REVOKED,  /* the group takes partitions back, and waits for the answer */
    MEMBERSHIP_LOST,     /* the group took them without waiting: other members may have them already */
};

struct membership {
    rd_kafka_t *kafka;
    const char *topic, *group; /* borrowed */
    bool is_incremental;
    rd_kafka_topic_partition_list_t *owned; /* with the offsets where reading began; never NULL, as the next two */
    rd_kafka_topic_partition_list_t
        *reading;                           /* those of them that librdkafka was told to read; only if is_incremental */
    rd_kafka_topic_partition_list_t *taken; /* taken back by the group, and not given up yet */
    enum membership_change change;          /* noted, and not taken yet */
    int64_t waiting_since;                  /* monotonic ms; 0: not waiting for partitions, or the user knows */
};

void membership_init(struct membership *membership, const char *topic, const char *group, bool is_incremental);
void membership_release(struct membership *membership);

rd_kafka_resp_err_t membership_join(struct membership *membership);

/* To be called with what the rebalance callback is given. */
void membership_note_rebalance(struct membership *membership, rd_kafka_resp_err_t error,
                               const rd_kafka_topic_partition_list_t *partitions);

/* The change that was noted last, once, and logs it. */
enum membership_change membership_take_change(struct membership *membership);

/* Reads `list`: owned partitions and the offsets to start at. */
rd_kafka_resp_err_t membership_start(struct membership *membership, const rd_kafka_topic_partition_list_t *list);
void membership_hold(struct membership *membership);
void membership_give_up(struct membership *membership);

/* Logs once why the group has given no partitions for a while. Nothing where the user was told of a missing permission. */
void membership_tell_waiting(struct membership *membership, const struct outage *outage, bool is_denied);

/* False if the coordinator did not answer in time: to destroy the handle would wait for it then. */
bool membership_leave(struct membership *membership);

#endif
