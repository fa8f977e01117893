/*
 * refusals.h - errors of brokers that do not pass by themselves, each told to the user once.
 *
 *     struct refusals refusals = { .kafka = kafka, .topic = topic, .group = group };
 *
 *     if (!refusals_tell(&refusals, error))      // the topic or a permission is missing
 *         log_warn(…);                           // any other error
 *     refusals_tell_message(&refusals, message); // whatever error came in place of a record
 *     refusals_forget(&refusals);                // the group has accepted this member: what comes next is told again
 *
 * librdkafka goes on asking, and the same error comes with every answer. Errors of a connection are not told here: see
 * outage.h.
 */
#ifndef REFUSALS_H
#define REFUSALS_H

#include "kafka_access.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

struct refusals {
    rd_kafka_t *kafka;
    const char *topic, *group; /* borrowed */
    bool is_topic_gone;        /* after it was read: if a topic of that name is there again, it is another one */
    rd_kafka_resp_err_t told;  /* last, and may come again and again; a missing topic is not among them */
};

/* Logs a missing topic or a missing permission. False, and nothing is logged, for any other error. */
bool refusals_tell(struct refusals *refusals, rd_kafka_resp_err_t error);

/* Logs any error of a message. */
void refusals_tell_message(struct refusals *refusals, const rd_kafka_message_t *message);

/* Which permission is missing, and the command that grants it. */
void refusals_explain(const struct refusals *refusals, rd_kafka_resp_err_t error, char text[KAFKA_ACCESS_SIZE]);

void refusals_forget(struct refusals *refusals);

#endif
