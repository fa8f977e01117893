/*
 * A broker closes the connection if only one side uses TLS. librdkafka guesses the
 * reason, but only in the text of its error.
 */
#define _GNU_SOURCE /* memrchr */
#include "kafka_trouble.h"

#include <ctype.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

void kafka_trouble_note(struct kafka_trouble *trouble, int code, const char *reason)
{
    size_t length = strcspn(reason, "\n");
    const char *tail = strstr(reason, " (after "); /* … 2ms in state CONNECT, 3 identical error(s) suppressed) */

    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN && trouble->code != 0) /* it follows its causes */
        return;
    if (tail && (size_t)(tail - reason) < length)
        length = (size_t)(tail - reason);
    trouble->code = code;
    snprintf(trouble->reason, sizeof(trouble->reason), "%.*s", (int)length, reason);
}

bool kafka_trouble_is_connection(int code)
{
    return code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__RESOLVE ||
           code == RD_KAFKA_RESP_ERR__SSL || code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
           code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

bool kafka_trouble_is_missing_topic(int code)
{
    return code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

void kafka_trouble_explain_missing_topic(const char *topic, const char *brokers, char text[KAFKA_TROUBLE_SIZE])
{
    snprintf(
        text, KAFKA_TROUBLE_SIZE,
        "there is no topic %.250s on %.250s; create it (order-producer --create-topic) or name another one (--topic)",
        topic, brokers);
}

/* If the handshake fails at its first step, librdkafka reports a connection error, with the same text. */
bool kafka_trouble_is_refusal(const struct kafka_trouble *trouble)
{
    return trouble->code == RD_KAFKA_RESP_ERR__AUTHENTICATION || strstr(trouble->reason, "certificate verify failed");
}

/* Whether the broker's address came from the cluster, and not from -b: "HOST:PORT/ID: …", "GroupCoordinator: HOST:PORT: …". */
static bool is_advertised(const char *reason)
{
    const char *slash = memrchr(reason, '/', strcspn(reason, " "));

    return strncmp(reason, "GroupCoordinator: ", strlen("GroupCoordinator: ")) == 0 ||
           (slash && isdigit((unsigned char)slash[1]));
}

const char *kafka_trouble_advice(const struct kafka_trouble *trouble)
{
    const char *reason = trouble->reason;

    /* It repeats its nonce (librdkafka#4895), which Kafka since 4.0 treats as a wrong password. */
    if (trouble->code == RD_KAFKA_RESP_ERR__AUTHENTICATION && strstr(reason, "SCRAM") &&
        rd_kafka_version() < 0x02060100)
        return "this librdkafka is older than 2.6.1, and fails like this with Kafka 4 even if the password is right: use a newer one, or "
               "sasl.mechanism=PLAIN over TLS";
    if (trouble->code == RD_KAFKA_RESP_ERR__AUTHENTICATION)
        return "check -X sasl.mechanism and the user, and the password in --properties";
    if (strstr(reason, "certificate verify failed"))
        return "is -X ssl.ca.location=FILE the CA that signed the broker's certificate, and is the certificate for the name in -b?";
    if (strstr(reason, "security.protocol") ||
        strstr(reason, "Invalid response size")) /* a TLS alert that was read as a response */
        return "does this port require TLS? Then add -X security.protocol=ssl -X ssl.ca.location=FILE (sasl_ssl with a password)";
    if (strstr(reason, "SSL handshake failed") || strstr(reason, ":SSL routines:"))
        return "does this port use TLS? If not, leave out -X security.protocol=ssl, or use another port";
    if (is_advertised(reason) && trouble->code == RD_KAFKA_RESP_ERR__RESOLVE)
        return "the broker advertises this name, and this machine cannot resolve it: set the broker's advertised.listeners to "
               "an address that its clients can reach, or add the name to /etc/hosts";
    if (is_advertised(reason))
        return "is it running? The broker advertises this address: its advertised.listeners must be an address that its clients "
               "can reach";
    return "is it running, and is that its address (-b or KAFKA_BROKERS)?";
}

void kafka_trouble_explain(const struct kafka_trouble *trouble, const char *brokers, char text[KAFKA_TROUBLE_SIZE])
{
    snprintf(text, KAFKA_TROUBLE_SIZE, "%s; %s brokers=%.60s", trouble->code ? trouble->reason : "no answer",
             kafka_trouble_advice(trouble), brokers);
}
