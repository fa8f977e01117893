#define _DEFAULT_SOURCE /* strsep */
#include "kafka_access.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define GRANT(principal, operation, resource, word)                                                                    \
    "an administrator grants it with: kafka-acls.sh --bootstrap-server b:1,c:2 --add --allow-principal " principal        \
    " --operation " operation " --" resource " " word

static const struct {
    const char *properties, *operation, *resource, *name, *text;
} CASES[] = {
    { "", "Write", "topic", "a", "User:ANONYMOUS lacks the permission Write on topic a; " GRANT("User:ANONYMOUS", "Write", "topic", "a") },
    { "security.protocol=sasl_ssl sasl.mechanism=PLAIN sasl.username=alice", "Read", "group", "my group's",
      "User:alice lacks the permission Read on group my group's; " GRANT("User:alice", "Read", "group", "'my group'\\''s'") },
    { "security.protocol=sasl_plaintext sasl.mechanism=PLAIN sasl.username=$(id)", "Read", "topic", "a",
      "User:$(id) lacks the permission Read on topic a; " GRANT("'User:$(id)'", "Read", "topic", "a") },
    { "security.protocol=sasl_ssl sasl.mechanism=OAUTHBEARER", "Read", "topic", "a",
      "the user of this client lacks the permission Read on topic a; " GRANT("User:NAME", "Read", "topic", "a") },
    { "security.protocol=ssl", "Read", "topic", "a", "User:ANONYMOUS lacks the permission Read on topic a; "
      GRANT("User:ANONYMOUS", "Read", "topic", "a") },
    { "security.protocol=ssl ssl.certificate.location=/etc/a.pem", "Read", "topic", "a",
      "the subject of /etc/a.pem lacks the permission Read on topic a; "
      GRANT("\"User:$(openssl x509 -noout -subject -nameopt RFC2253 -in /etc/a.pem | cut -d= -f2-)\"", "Read", "topic", "a") },
    { "sasl.username=alice", "Read", "topic", "a", "User:ANONYMOUS lacks the permission Read on topic a; "
      GRANT("User:ANONYMOUS", "Read", "topic", "a") },
};

START_TEST(says_who_may_not_do_what)
{
    char error[512], text[KAFKA_ACCESS_SIZE], *copy = strdup(CASES[_i].properties), *rest = copy;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set(conf, "bootstrap.servers", "b:1,c:2", error, sizeof(error));
    for (char *word; (word = strsep(&rest, " ")) && *word;) {
        char *value = strchr(word, '=');

        *value++ = '\0';
        ck_assert_int_eq(rd_kafka_conf_set(conf, word, value, error, sizeof(error)), RD_KAFKA_CONF_OK);
    }
    kafka_access_explain(conf, CASES[_i].operation, CASES[_i].resource, CASES[_i].name, text);
    ck_assert_str_eq(text, CASES[_i].text);
    rd_kafka_conf_destroy(conf);
    free(copy);
}
END_TEST

START_TEST(knows_what_is_denied)
{
    ck_assert(kafka_access_is_denied(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED));
    ck_assert(kafka_access_is_denied(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED));
    ck_assert(kafka_access_is_denied(RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED));
    ck_assert(!kafka_access_is_denied(RD_KAFKA_RESP_ERR__AUTHENTICATION));
    ck_assert(!kafka_access_is_denied(RD_KAFKA_RESP_ERR_NO_ERROR));
}
END_TEST

SUITE_OF_ROWS("kafka_access", { says_who_may_not_do_what, ROWS(CASES) }, { knows_what_is_denied, 1 })
