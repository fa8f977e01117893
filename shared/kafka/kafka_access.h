/*
 * kafka_access.h - explains a missing permission: the user, the permission, and the command that grants it.
 *
 *     if (kafka_access_is_denied(error)) {
 *         kafka_access_explain(rd_kafka_conf(kafka), "Write", "topic", topic, text);
 *         log_error("publisher", "%s", text);
 *     }
 *
 *     User:alice lacks the permission Write on topic order-events; an administrator grants it with: kafka-acls.sh
 *     --bootstrap-server kafka:9092 --add --allow-principal User:alice --operation Write --topic order-events
 *
 * (In one line.) The user is the one that the client logs in as. Without a login a broker sees ANONYMOUS. For a client
 * certificate, the user is a command that prints its subject. Never logs.
 */
#ifndef KAFKA_ACCESS_H
#define KAFKA_ACCESS_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

enum { KAFKA_ACCESS_SIZE = 1536 };

bool kafka_access_is_denied(rd_kafka_resp_err_t error);

/* `operation` and `resource` ("topic", "group") are words of kafka-acls.sh. */
void kafka_access_explain(const rd_kafka_conf_t *conf, const char *operation, const char *resource, const char *name,
                          char text[KAFKA_ACCESS_SIZE]);

#endif
