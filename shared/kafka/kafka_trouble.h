/*
 * kafka_trouble.h - explains why no broker answers, and what to do about it.
 *
 *     struct kafka_trouble trouble = { 0 };
 *
 *     kafka_trouble_note(&trouble, code, reason);                 // in librdkafka's error callback
 *     kafka_trouble_explain(&trouble, brokers, text);             // "127.0.0.1:1/bootstrap: … refused; is it running, …"
 *
 * It stores the latest cause. "All brokers are down" does not replace a cause. Never logs.
 */
#ifndef KAFKA_TROUBLE_H
#define KAFKA_TROUBLE_H

#include <stdbool.h>

enum { KAFKA_TROUBLE_SIZE = 640 };

struct kafka_trouble {
    int code; /* rd_kafka_resp_err_t; 0 if nothing was noted */
    char reason[256];
};

/* Takes the arguments of librdkafka's error callback. */
void kafka_trouble_note(struct kafka_trouble *trouble, int code, const char *reason);

/* Whether the error is one of the connection, not of a request. */
bool kafka_trouble_is_connection(int code);

/* Whether there is no such topic, or no such partition of it. */
bool kafka_trouble_is_missing_topic(int code);

/* The message about a topic that does not exist when a program starts: one line, for people. */
void kafka_trouble_explain_missing_topic(const char *topic, const char *brokers, char text[KAFKA_TROUBLE_SIZE]);

/* Whether one side does not trust the other: a password or a certificate is wrong. Waiting does not fix it. */
bool kafka_trouble_is_refusal(const struct kafka_trouble *trouble);

/* What to do about it, without the cause. */
const char *kafka_trouble_advice(const struct kafka_trouble *trouble);

/* The cause and what to do: one line, for people. */
void kafka_trouble_explain(const struct kafka_trouble *trouble, const char *brokers, char text[KAFKA_TROUBLE_SIZE]);

#endif
