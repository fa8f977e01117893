/*
 * membership.h - this member of the consumer group: it joins, gets partitions, gives them back, and leaves.
 *
 *     struct membership membership;
 *
 *     membership_init(&membership, topic, group, kafka_conf_is(conf, "group.protocol", "consumer"));
 *     membership.kafka = kafka;
 *     failed = membership_join(&membership);
 *     membership_note_rebalance(&membership, error, partitions);   // in librdkafka's callback: only notes the change
 *     switch (membership_take_change(&membership)) {               // after each poll
 *     case MEMBERSHIP_ASSIGNED:
 *         membership_start(&membership, list);        // reads these partitions from their offsets, and nothing else
 *         membership_hold(&membership);               // reads nothing, but keeps the partitions; both may be repeated
 *         break;
 *     case MEMBERSHIP_REVOKED: case MEMBERSHIP_LOST:
 *         membership_give_up(&membership);            // reads nothing, and answers the group
 *         break;
 *     …
 *     }
 *     membership_leave(&membership);                  // waits for the coordinator for 3 s at most
 *     membership_release(&membership);
 *
 * Until a change is answered the member stays in the group, but gets no other partitions. While the member leaves, the caller
 * does not handle changes: membership_leave answers them itself.
 *
 * With the classic group protocol, all partitions are taken back before new ones are assigned. With the consumer protocol of
 * KIP-848 (group.protocol=consumer), single partitions are assigned and taken back, and librdkafka requires the incremental
 * calls. If some partitions are left after membership_give_up, MEMBERSHIP_ASSIGNED follows for those.
 */
#ifndef MEMBERSHIP_H
#define MEMBERSHIP_H

#include "outage.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

enum membership_change {
    MEMBERSHIP_UNCHANGED,
    MEMBERSHIP_ASSIGNED, /* there are partitions to read, or none if other members have them all */
    MEMBERSHIP_REVOKED,  /* the group takes partitions back, and waits for the answer */
    MEMBERSHIP_LOST,     /* the group took them back without waiting: other members may already have them */
};

struct membership {
    rd_kafka_t *kafka;
    const char *topic, *group; /* borrowed */
    bool is_incremental;
    rd_kafka_topic_partition_list_t *owned; /* with the offsets where reading began; never NULL, like the next two */
    rd_kafka_topic_partition_list_t
        *reading;                           /* those of them that librdkafka was told to read; only if is_incremental */
    rd_kafka_topic_partition_list_t *taken; /* taken back by the group, but not given up yet */
    enum membership_change change;          /* noted, but not returned yet */
    int64_t waiting_since;                  /* monotonic ms; 0: not waiting for partitions, or already logged */
};

void membership_init(struct membership *membership, const char *topic, const char *group, bool is_incremental);
void membership_release(struct membership *membership);

rd_kafka_resp_err_t membership_join(struct membership *membership);

/* Call it with the arguments of the rebalance callback. */
void membership_note_rebalance(struct membership *membership, rd_kafka_resp_err_t error,
                               const rd_kafka_topic_partition_list_t *partitions);

/* Returns the change that was noted last, once, and logs it. */
enum membership_change membership_take_change(struct membership *membership);

/* Starts reading `list`: owned partitions and the offsets to start at. */
rd_kafka_resp_err_t membership_start(struct membership *membership, const rd_kafka_topic_partition_list_t *list);
void membership_hold(struct membership *membership);
void membership_give_up(struct membership *membership);

/* Logs once why the group has assigned no partitions for a while. Logs nothing if a missing permission was reported. */
void membership_tell_waiting(struct membership *membership, const struct outage *outage, bool is_denied);

/* False if the coordinator did not answer in time: then destroying the handle would wait for it. */
bool membership_leave(struct membership *membership);

#endif
