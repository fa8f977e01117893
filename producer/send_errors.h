/*
 * send_errors.h - logs why Kafka refuses events, and decides whether the replay ends.
 *
 *     struct send_errors errors = { .kafka = rk, .topic = "order-events" };
 *
 *     send_errors_note_event(&errors, &event, message->err);   // the event was refused
 *     send_errors_note_missing_topic(&errors);                  // the cluster reports that the topic does not exist
 *     send_errors_note_other_topic(&errors);                    // an acknowledged offset shows that the log is a different one
 *     if (errors.is_topic_gone)
 *         …                                                     // the replay ends
 *
 * A missing topic and a missing permission are logged once, other errors for the first ten events. Only a topic that was
 * deleted or recreated ends the replay: otherwise the next events could go to a different topic with the same name.
 */
#ifndef SEND_ERRORS_H
#define SEND_ERRORS_H

#include "event.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

struct send_errors {
    rd_kafka_t *kafka; /* borrowed, like the topic */
    const char *topic;
    bool is_topic_gone; /* deleted or recreated */
    bool is_denied;     /* the missing permission was logged */
    int other_count;    /* events that were refused for other reasons */
};

/* Notes the error of an event that was refused. */
void send_errors_note_event(struct send_errors *errors, const struct event *event, rd_kafka_resp_err_t error);

void send_errors_note_missing_topic(struct send_errors *errors);

void send_errors_note_other_topic(struct send_errors *errors);

#endif
