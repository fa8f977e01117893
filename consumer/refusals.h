/*
 * refusals.h - logs once each error that a broker returns and that is not temporary.
 *
 *     struct refusals refusals = { .kafka = kafka, .topic = topic, .group = group };
 *
 *     if (!refusals_tell(&refusals, error))      // the topic or a permission is missing
 *         log_warn(…);                           // any other error
 *     refusals_tell_message(&refusals, message); // any error that is returned instead of a record
 *     refusals_forget(&refusals);                // the group has accepted this member: later errors are logged again
 *
 * librdkafka repeats the request, and gets the same error with every answer. Errors of a connection are not logged here: see
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
    bool is_topic_gone;        /* after it was read: if there is a topic with that name again, it is a different one */
    rd_kafka_resp_err_t told;  /* the error that was logged last, which is not logged again; never a missing topic */
};

/* Logs a missing topic or a missing permission. False, and nothing is logged, for any other error. */
bool refusals_tell(struct refusals *refusals, rd_kafka_resp_err_t error);

/* Logs any error of a message. */
void refusals_tell_message(struct refusals *refusals, const rd_kafka_message_t *message);

/* Explains which permission is missing, and which command grants it. */
void refusals_explain(const struct refusals *refusals, rd_kafka_resp_err_t error, char text[KAFKA_ACCESS_SIZE]);

void refusals_forget(struct refusals *refusals);

#endif
