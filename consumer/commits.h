/*
 * commits.h - commits offsets to Kafka, one commit at a time, always the newest offsets.
 *
 *     struct commits commits = { .kafka = kafka, .topic = topic, .refusals = &refusals, .outage = &outage };
 *
 *     struct partition_offset next = { .partition = 3, .offset = 42 };   // the last record that was applied has 41
 *     commits_send(&commits, &next, 1);              // does not wait
 *     commits_note_answer(&commits, error);          // in librdkafka's callback: logs the result, and sends the next commit
 *     commits_send_wait(&commits, &next, 1);         // waits for the answer, 2 s at most
 *     commits_end_generation(&commits);              // this member's partitions were taken back
 *     commits_release(&commits);
 *
 * Offsets are sent unchanged, as an explicit list. Each is the next offset to read, one past the last that was applied. While
 * the topic is missing nothing is committed: the offsets would apply to the next topic with the same name.
 *
 * Small batches are applied faster than a coordinator answers. If each commit were sent at once, commits would queue up there,
 * and delay the last commit and the leaving of the group. So while a commit is in flight, the next one waits, and replaces any
 * commit that already waits.
 *
 * A commit that fails is logged, but not repeated: the next one covers it, or the records are delivered again and recognised.
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
    const char *topic;         /* borrowed, like the next two */
    struct refusals *refusals; /* notified if the topic or a permission is missing */
    struct outage *outage;     /* notified when a broker has answered */
    bool is_in_flight;
    rd_kafka_topic_partition_list_t *waiting; /* to be sent after the answer, or NULL */
};

void commits_release(struct commits *commits);

void commits_send(struct commits *commits, const struct partition_offset *offsets, size_t count);
void commits_send_wait(struct commits *commits, const struct partition_offset *offsets, size_t count);

/* Call it with the error from the offset commit callback, which rd_kafka_consumer_poll serves. */
void commits_note_answer(struct commits *commits, rd_kafka_resp_err_t error);

/* Discards the commit that waits. */
void commits_drop(struct commits *commits);

/* Discards it, and stops waiting for the answer to the commit in flight, which may never arrive. */
void commits_end_generation(struct commits *commits);

/* Whether the group has committed these offsets, or higher ones. False also when no broker answers within timeout_ms. */
bool commits_have_reached(const struct commits *commits, const struct partition_offset *offsets, size_t count,
                          int timeout_ms);

#endif
