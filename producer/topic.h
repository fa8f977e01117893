/*
 * topic.h - the topic that events go to: found or created, and watched.
 *
 *     struct topic topic = { .rk = rk, .brokers = brokers, .name = "order-events", .trouble = &trouble };
 *
 *     if ((end = topic_prepare(&topic)) != REPLAY_OK || (end = topic_await(&topic)) != REPLAY_OK)
 *         return end;
 *     printf("%d partitions\n", topic.partitions);
 *     …
 *     if (!topic_grows(&topic, message->partition, message->offset))
 *         …                                        // it is another one by now
 *     topic_release(&topic);
 *
 * Asking for a topic never creates it, even where brokers would do that. Logs what is wrong.
 */
#ifndef TOPIC_H
#define TOPIC_H

#include "end.h"
#include "kafka_trouble.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct topic {
    rd_kafka_t *rk;
    const char *brokers, *name;
    int64_t create_partitions;           /* create it with so many when it is missing; 0: do not */
    bool allow_compacted;                /* use it although Kafka compacts it */
    const struct kafka_trouble *trouble; /* where the error callback of `rk` notes what it is told */
    int64_t patience_ms;                 /* how long a broker may take to answer; 0: a short time */
    int partitions;                      /* when topic_await found it; 0: there is no such topic */
    int64_t *ends;                       /* by partition: the offset behind the last record that is known */
    int64_t look_at;                     /* … when topic_is_gone asks again */
    int times_missed;                    /* … and how often in a row it was not there */
};

/* Finds it, or has it created. */
enum replay_end topic_prepare(struct topic *topic);

/* Waits until it is there, for brokers hear of a new one in turn, and connects to its leaders. */
enum replay_end topic_await(struct topic *topic);

/* Takes note of a record that was appended. False when there was a later one before: it was recreated or lost records. */
bool topic_grows(struct topic *topic, int32_t partition, int64_t offset);

/*
 * Whether it is missing, or some of its partitions. Only to be asked while
 * nothing can be appended, again and again: it looks once a second, and twice,
 * because a broker that starts may not know its topics yet. Takes up to a second.
 */
bool topic_is_gone(struct topic *topic);

void topic_release(struct topic *topic);

#endif
