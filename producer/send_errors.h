/*
 * send_errors.h - what it means for the replay that Kafka refuses events: each cause is logged, once.
 *
 *     struct send_errors errors = { .kafka = rk, .topic = "order-events" };
 *
 *     send_errors_note_event(&errors, &event, message->err);   // the event was refused
 *     send_errors_note_missing_topic(&errors);                  // a look at the cluster shows that the topic is not there
 *     send_errors_note_other_topic(&errors);                    // an acknowledged offset shows that it is another log now
 *     if (errors.is_topic_gone)
 *         …                                                     // the replay ends
 *
 * Only a topic that is gone ends the replay: its events would go to another topic of the same name.
 */
#ifndef SEND_ERRORS_H
#define SEND_ERRORS_H

#include "event.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

struct send_errors {
    rd_kafka_t *kafka; /* borrowed, as the topic */
    const char *topic;
    bool is_topic_gone; /* deleted or recreated */
    bool is_denied;     /* the user was told which permission is missing */
    int other_count;    /* events that were refused for another reason */
};

/* Other reasons are logged for the first ten events only. */
void send_errors_note_event(struct send_errors *errors, const struct event *event, rd_kafka_resp_err_t error);

void send_errors_note_missing_topic(struct send_errors *errors);

void send_errors_note_other_topic(struct send_errors *errors);

#endif
