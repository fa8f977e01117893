/*
 * commits.h - commits offsets to Kafka: one commit at a time, and the newest offsets next.
 *
 *     struct commits commits = { .kafka = kafka, .topic = topic, .refusals = &refusals, .outage = &outage };
 *
 *     struct partition_offset next = { .partition = 3, .offset = 42 };   // the last record that was applied has 41
 *     commits_send(&commits, &next, 1);              // does not wait
 *     commits_note_answer(&commits, error);          // in librdkafka's callback: logs the result, and sends what is next
 *     commits_send_wait(&commits, &next, 1);         // waits for the answer, 2 s at most
 *     commits_end_generation(&commits);              // this member's partitions were taken back
 *     commits_release(&commits);
 *
 * Offsets go out as they are given, as an explicit list: nothing is added to them. Each is the next offset to read, one past
 * the last that was applied. While the topic is gone nothing is committed: the offsets would count for the topic that takes
 * its name.
 *
 * Small batches are applied faster than a coordinator answers. Were each commit sent at once, they would queue up there, and
 * delay the last commit and the leaving of the group. So a commit that comes while another one is in flight waits, and
 * replaces the one that waited before.
 *
 * A commit that fails is logged, and not repeated: the next one covers it, or the records are delivered again and recognised.
 */
#ifndef COMMITS_H
#define COMMITS_H

#include "outage.h"
#include "record.h"
#include "refusals.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>

struct commits {
    rd_kafka_t *kafka;
    const char *topic;         /* borrowed, as the next two */
    struct refusals *refusals; /* learns that the topic or a permission is missing */
    struct outage *outage;     /* learns that a broker has answered */
    bool is_in_flight;
    rd_kafka_topic_partition_list_t *waiting; /* to be sent when the answer is there, or NULL */
};

void commits_release(struct commits *commits);

void commits_send(struct commits *commits, const struct partition_offset *offsets, size_t count);
void commits_send_wait(struct commits *commits, const struct partition_offset *offsets, size_t count);

/* To be called with what the offset commit callback is given, which rd_kafka_consumer_poll serves. */
void commits_note_answer(struct commits *commits, rd_kafka_resp_err_t error);

/* Drops the commit that waits. */
void commits_drop(struct commits *commits);

/* Also stops waiting for the answer to the one in flight, which may never come. */
void commits_end_generation(struct commits *commits);

/* Whether the group has committed these offsets, or higher ones. False also when no broker answers within timeout_ms. */
bool commits_have_reached(const struct commits *commits, const struct partition_offset *offsets, size_t count,
                          int timeout_ms);

#endif
