/*
 * A broker reports what is not permitted, but not to whom. So the user is taken from the client's own configuration.
 */
#define _POSIX_C_SOURCE 200809L /* stpcpy */
#include "kafka_access.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_SIZE = 512, WORD_SIZE = 2 * VALUE_SIZE };

struct user {
    char name[WORD_SIZE];      /* for people */
    char principal[WORD_SIZE]; /* a word of a shell command */
};

bool kafka_access_is_denied(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
           error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

/* "" if it has no value, or a longer one. */
static void read_value(const rd_kafka_conf_t *conf, const char *property, char value[VALUE_SIZE])
{
    size_t size = VALUE_SIZE;

    if (rd_kafka_conf_get(conf, property, value, &size) != RD_KAFKA_CONF_OK)
        *value = '\0';
}

/* In single quotes, if a shell would split or expand it. */
static void quote(const char *text, char word[WORD_SIZE])
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:=@%/+-";
    bool is_plain = *text && text[strspn(text, PLAIN)] == '\0';
    char *end = word;

    if (!is_plain)
        *end++ = '\'';
    for (; *text && end < word + WORD_SIZE - 6; text++) {
        if (*text == '\'')
            end = stpcpy(end, "'\\''");
        else
            *end++ = *text;
    }
    if (!is_plain)
        *end++ = '\'';
    *end = '\0';
}

static void find_user(const rd_kafka_conf_t *conf, struct user *user)
{
    char protocol[VALUE_SIZE], name[VALUE_SIZE], certificate[VALUE_SIZE], word[WORD_SIZE];

    read_value(conf, "security.protocol", protocol);
    read_value(conf, "sasl.username", name);
    read_value(conf, "ssl.certificate.location", certificate);
    if (strncmp(protocol, "sasl", 4) == 0 && *name) {
        snprintf(user->name, sizeof(user->name), "User:%s", name);
        quote(user->name, user->principal);
    } else if (strncmp(protocol, "sasl", 4) == 0) { /* a ticket or a token */
        strcpy(user->name, "the user of this client");
        strcpy(user->principal, "User:NAME");
    } else if (strcmp(protocol, "ssl") == 0 && *certificate) {
        quote(certificate, word);
        snprintf(user->name, sizeof(user->name), "the subject of %s", certificate);
        snprintf(user->principal, sizeof(user->principal),
                 "\"User:$(openssl x509 -noout -subject -nameopt RFC2253 -in %.*s | cut -d= -f2-)\"", VALUE_SIZE, word);
    } else {
        strcpy(user->name, "User:ANONYMOUS");
        strcpy(user->principal, "User:ANONYMOUS");
    }
}

void kafka_access_explain(const rd_kafka_conf_t *conf, const char *operation, const char *resource, const char *name,
                          char text[KAFKA_ACCESS_SIZE])
{
    char brokers[VALUE_SIZE], word[WORD_SIZE];
    struct user user;

    read_value(conf, "bootstrap.servers", brokers);
    quote(name, word);
    find_user(conf, &user);
    snprintf(
        text, KAFKA_ACCESS_SIZE,
        "%.300s lacks the permission %s on %s %.260s; an administrator grants it with: kafka-acls.sh --bootstrap-server %.100s "
        "--add --allow-principal %.400s --operation %s --%s %.260s",
        user.name, operation, resource, name, brokers, user.principal, operation, resource, word);
}
