#include "kafka_trouble.h"

#include "suite.h"

#include <librdkafka/rdkafka.h>

/* Texts of librdkafka 2.0.2 and 2.8.0. */
START_TEST(says_what_happened_and_what_to_do)
{
    static const struct {
        int code;
        const char *reason, *text;
    } CASES[] = {
        { RD_KAFKA_RESP_ERR__TRANSPORT, "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after "
          "0ms in state CONNECT, 1 identical error(s) suppressed)",
          "127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused; is it running, and is that its address (-b or KAFKA_BROKERS)? "
          "brokers=b:1" },
        { RD_KAFKA_RESP_ERR__TRANSPORT, "b:1/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
          "security.protocol configuration (connecting to a SSL listener?) or broker version is < 0.10 (see api.version.request) "
          "(after 2ms in state APIVERSION_QUERY)",
          "b:1/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect security.protocol configuration "
          "(connecting to a SSL listener?) or broker version is < 0.10 (see api.version.request); does this port require TLS? Then "
          "add -X security.protocol=ssl -X ssl.ca.location=FILE (sasl_ssl with a password) brokers=b:1" },
        { RD_KAFKA_RESP_ERR__SSL, "ssl://b:1/bootstrap: SSL handshake failed: error:0A000126:SSL routines::unexpected eof while "
          "reading (after 11ms in state SSL_HANDSHAKE)",
          "ssl://b:1/bootstrap: SSL handshake failed: error:0A000126:SSL routines::unexpected eof while reading; does this port "
          "use TLS? If not, leave out -X security.protocol=ssl, or use another port brokers=b:1" },
        { RD_KAFKA_RESP_ERR__TRANSPORT, "ssl://b:1/bootstrap: error:0A000126:SSL routines::unexpected eof while reading (after 2ms "
          "in state SSL_HANDSHAKE)",
          "ssl://b:1/bootstrap: error:0A000126:SSL routines::unexpected eof while reading; does this port use TLS? If not, leave "
          "out -X security.protocol=ssl, or use another port brokers=b:1" },
        { RD_KAFKA_RESP_ERR__TRANSPORT, "ssl://b:1/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT "
          "broker listener? (after 1ms in state SSL_HANDSHAKE)",
          "ssl://b:1/bootstrap: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?; does this port "
          "use TLS? If not, leave out -X security.protocol=ssl, or use another port brokers=b:1" },
        { RD_KAFKA_RESP_ERR__TRANSPORT, "ssl://b:1/bootstrap: error:0A000086:SSL routines::certificate verify failed (after 8ms in "
          "state SSL_HANDSHAKE)",
          "ssl://b:1/bootstrap: error:0A000086:SSL routines::certificate verify failed; is -X ssl.ca.location=FILE "
          "the CA that signed the broker's certificate, and is the certificate for the name in -b? brokers=b:1" },
        { RD_KAFKA_RESP_ERR__AUTHENTICATION, "b: SASL authentication error: no (after 3ms in state AUTH_REQ)",
          "b: SASL authentication error: no; check -X sasl.mechanism and the user, and the password in --properties brokers=b:1" },
        { RD_KAFKA_RESP_ERR__RESOLVE, "kafka.example:9092/bootstrap: Failed to resolve 'kafka.example:9092': Name or service not known "
          "(after 1ms in state CONNECT)",
          "kafka.example:9092/bootstrap: Failed to resolve 'kafka.example:9092': Name or service not known; is it running, and is that its "
          "address (-b or KAFKA_BROKERS)? brokers=b:1" },
        { RD_KAFKA_RESP_ERR__RESOLVE, "ssl://docker:9092/1: Failed to resolve 'docker:9092': Name or service not known (after 0ms in "
          "state CONNECT)",
          "ssl://docker:9092/1: Failed to resolve 'docker:9092': Name or service not known; the broker advertises this name, and "
          "this machine cannot resolve it: set the broker's advertised.listeners to an address that its clients can reach, or add the "
          "name to /etc/hosts brokers=b:1" },
        { RD_KAFKA_RESP_ERR__RESOLVE, "GroupCoordinator: docker:9092: Failed to resolve 'docker:9092': Name or service not known "
          "(after 0ms in state CONNECT, 1 identical error(s) suppressed)",
          "GroupCoordinator: docker:9092: Failed to resolve 'docker:9092': Name or service not known; the broker advertises this "
          "name, and this machine cannot resolve it: set the broker's advertised.listeners to an address that its clients can reach, or "
          "add the name to /etc/hosts brokers=b:1" },
        { RD_KAFKA_RESP_ERR__TRANSPORT, "127.0.0.1:1/12: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms in state "
          "CONNECT)",
          "127.0.0.1:1/12: Connect to ipv4#127.0.0.1:1 failed: Connection refused; is it running? The broker advertises this address: "
          "its advertised.listeners must be an address that its clients can reach brokers=b:1" },
        { 0, "", "no answer; is it running, and is that its address (-b or KAFKA_BROKERS)? brokers=b:1" },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct kafka_trouble trouble = { 0 };
        char text[KAFKA_TROUBLE_SIZE];

        kafka_trouble_note(&trouble, CASES[i].code, CASES[i].reason);
        kafka_trouble_explain(&trouble, "b:1", text);
        ck_assert_str_eq(text, CASES[i].text);
    }
}
END_TEST

START_TEST(knows_which_librdkafka_fails_with_SCRAM)
{
    struct kafka_trouble trouble = { 0 };
    char text[KAFKA_TROUBLE_SIZE];

    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__AUTHENTICATION, "b: SASL authentication error: invalid credentials with SASL "
                       "mechanism SCRAM-SHA-256 (after 3ms in state AUTH_REQ)");
    kafka_trouble_explain(&trouble, "b:1", text);
    if (rd_kafka_version() < 0x02060100)
        ck_assert_ptr_nonnull(strstr(text, "SCRAM-SHA-256; this librdkafka is older than 2.6.1"));
    else
        ck_assert_ptr_nonnull(strstr(text, "SCRAM-SHA-256; check -X sasl.mechanism and the user"));
}
END_TEST

START_TEST(knows_what_does_not_pass)
{
    struct kafka_trouble trouble = { 0 };

    ck_assert(!kafka_trouble_is_refusal(&trouble));
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__SSL, "b:1: SSL handshake failed: unexpected eof while reading");
    ck_assert(!kafka_trouble_is_refusal(&trouble));
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__SSL,
                       "b:1: SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate");
    ck_assert(kafka_trouble_is_refusal(&trouble));
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__TRANSPORT, "b:1: Connection refused");
    ck_assert(!kafka_trouble_is_refusal(&trouble));
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__TRANSPORT, "b:1: error:0A000086:SSL routines::certificate verify failed");
    ck_assert(kafka_trouble_is_refusal(&trouble));
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__AUTHENTICATION, "b:1: SASL authentication error: no");
    ck_assert(kafka_trouble_is_refusal(&trouble));
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__TRANSPORT, "b:1: Connection refused");
    ck_assert(!kafka_trouble_is_refusal(&trouble));
}
END_TEST

START_TEST(keeps_the_cause)
{
    struct kafka_trouble trouble = { 0 };

    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
    ck_assert_str_eq(trouble.reason, "1/1 brokers are down");
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__RESOLVE, "Name or service not known");
    kafka_trouble_note(&trouble, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
    ck_assert_str_eq(trouble.reason, "Name or service not known");
}
END_TEST

START_TEST(knows_a_missing_topic)
{
    char text[KAFKA_TROUBLE_SIZE];

    kafka_trouble_explain_missing_topic("events", "b:1", text);
    ck_assert_str_eq(text, "there is no topic events on b:1; create it (order-producer --create-topic) or name another one (--topic)");
    ck_assert(kafka_trouble_is_missing_topic(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)); /* a broker's answer */
    ck_assert(kafka_trouble_is_missing_topic(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC));
    ck_assert(kafka_trouble_is_missing_topic(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION));
    ck_assert(!kafka_trouble_is_missing_topic(RD_KAFKA_RESP_ERR_NO_ERROR));
    ck_assert(!kafka_trouble_is_missing_topic(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED));
}
END_TEST

SUITE("kafka_trouble", says_what_happened_and_what_to_do, knows_which_librdkafka_fails_with_SCRAM,
      knows_what_does_not_pass, keeps_the_cause, knows_a_missing_topic)
