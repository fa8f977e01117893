#include "kafka_conf.h"

#include "suite.h"

#include <string.h>

static const struct kafka_setting SETTINGS[] = {
    { "acks", "all", KAFKA_FIXED },
    { "message.timeout.ms", "0", KAFKA_FIXED },
    { "retries", "2147483647", KAFKA_FIXED },
    { "queuing.strategy", "fifo", KAFKA_FIXED },
    { "partitioner", "murmur2_random", KAFKA_FIXED },
    { "linger.ms", "0", KAFKA_FIXED },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "auto.offset.reset", "error", KAFKA_FIXED },
    { "fetch.message.max.bytes", "262144", KAFKA_DEFAULT },
    { "heartbeat.interval.ms", "1234", KAFKA_CLASSIC_DEFAULT },
    { "no.such.default", "1", KAFKA_IF_KNOWN },
    { 0 },
};

/* What a configuration with these properties, separated by spaces, is refused for; "" where it is not. */
static const char *refusal_of(const char *line, const char *group, rd_kafka_conf_t **conf)
{
    static char copy[2048], error[REASON_SIZE];
    struct option_values properties = { 0 };

    ck_assert_uint_lt(strlen(line), sizeof(copy));
    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        properties.values[properties.count++] = word;
    *error = '\0';
    *conf = kafka_conf_new("localhost:9092", group, SETTINGS, &properties, error);
    return *conf ? "" : error;
}

#define FIXED(name) "property " name " cannot be changed: the guarantees depend on it"
#define OTHER_BROKERS(name) "property " name " cannot be changed: --brokers or KAFKA_BROKERS names other ones; leave one of the two out"

static const struct {
    const char *line, *error;
} REFUSED[] = {
    { "acks=0", FIXED("acks") },
    { "topic.acks=0", FIXED("topic.acks") },
    { "request.required.acks=1", FIXED("request.required.acks") },
    { "topic.request.required.acks=1", FIXED("topic.request.required.acks") },
    { "delivery.timeout.ms=5", FIXED("delivery.timeout.ms") },
    { "topic.delivery.timeout.ms=5", FIXED("topic.delivery.timeout.ms") },
    { "topic.message.timeout.ms=5", FIXED("topic.message.timeout.ms") },
    { "message.send.max.retries=0", FIXED("message.send.max.retries") },
    { "topic.queuing.strategy=lifo", FIXED("topic.queuing.strategy") },
    { "topic.partitioner=random", FIXED("topic.partitioner") },
    { "queue.buffering.max.ms=5", FIXED("queue.buffering.max.ms") },
    { "enable.auto.commit=true", FIXED("enable.auto.commit") },
    { "topic.auto.offset.reset=latest", FIXED("topic.auto.offset.reset") },
    { "auto.offset.reset=smallest", FIXED("auto.offset.reset") },
    { "client.id=me topic.acks=0 debug=", FIXED("topic.acks") },
    { "acks=0 acks=all", FIXED("acks") },
    { "bootstrap.servers=localhost:9093", OTHER_BROKERS("bootstrap.servers") },
    { "metadata.broker.list=localhost:9092,localhost:9093", OTHER_BROKERS("metadata.broker.list") },
    { "group.id=mine",
      "property group.id cannot be changed: the group comes from --group or ORDER_GROUP" },
    { "topic.topic.acks=0", "No such configuration property: \"topic.acks\"" },
    { "ACKS=0", "No such configuration property: \"ACKS\"" },
    { "acks", "-X needs property=value, not 'acks'" },
    { "=0", "-X needs property=value, not '=0'" },
};

START_TEST(a_change_of_what_is_fixed_is_refused)
{
    rd_kafka_conf_t *conf;

    ck_assert_str_eq(refusal_of(REFUSED[_i].line, "readers", &conf), REFUSED[_i].error);
    ck_assert_ptr_null(conf);
}
END_TEST

static const struct {
    const char *line, *name, *value;
} TAKEN[] = {
    { "", "acks", "-1" },
    { "acks=all topic.acks=-1 request.required.acks=all", "acks", "-1" },
    { "topic.message.timeout.ms=0", "message.timeout.ms", "0" },
    { "bootstrap.servers=localhost:9092", "metadata.broker.list", "localhost:9092" },
    { "max.partition.fetch.bytes=1000", "fetch.message.max.bytes", "1000" },
    { "topic.request.timeout.ms=1000", "request.timeout.ms", "1000" },
    { "client.id=a=b", "client.id", "a=b" },
    { "group.id=readers", "group.id", "readers" },
};

START_TEST(others_are_taken)
{
    char value[64] = "";
    size_t size = sizeof(value);
    rd_kafka_conf_t *conf;

    ck_assert_str_eq(refusal_of(TAKEN[_i].line, "readers", &conf), "");
    ck_assert_int_eq(rd_kafka_conf_get(conf, TAKEN[_i].name, value, &size), RD_KAFKA_CONF_OK);
    ck_assert_str_eq(value, TAKEN[_i].value);
    rd_kafka_conf_destroy(conf);
}
END_TEST

/* However long the list of brokers is, and wherever it differs. */
START_TEST(values_are_compared_to_their_end)
{
    char brokers[1024], property[1100], error[REASON_SIZE];
    const struct option_values properties = { { property }, 1 };
    rd_kafka_conf_t *conf;

    memset(brokers, 'a', sizeof(brokers) - 1);
    brokers[sizeof(brokers) - 1] = '\0';
    snprintf(property, sizeof(property), "metadata.broker.list=%s", brokers);
    conf = kafka_conf_new(brokers, NULL, SETTINGS, &properties, error);
    ck_assert_ptr_nonnull(conf);
    rd_kafka_conf_destroy(conf);
    property[strlen(property) - 1] = 'b';
    ck_assert_ptr_null(kafka_conf_new(brokers, NULL, SETTINGS, &properties, error));
    ck_assert_str_eq(error, OTHER_BROKERS("metadata.broker.list"));
}
END_TEST

START_TEST(a_client_that_joins_no_group_ignores_one)
{
    rd_kafka_conf_t *conf;

    ck_assert_str_eq(refusal_of("group.id=others", NULL, &conf), "");
    rd_kafka_conf_destroy(conf);
}
END_TEST

/* See consumer_protocol.t for what it does where it is known. */
START_TEST(the_newer_group_protocol_needs_a_newer_librdkafka)
{
    rd_kafka_conf_t *conf;
    const char *refusal = refusal_of("group.protocol=consumer", "readers", &conf);

    if (rd_kafka_version() < 0x020a0000) {
        ck_assert_ptr_nonnull(strstr(refusal, "group.protocol=consumer needs librdkafka 2.10 or later; this is 2."));
        return;
    }
    ck_assert_str_eq(refusal, "");
    ck_assert(kafka_conf_is(conf, "group.protocol", "consumer"));
    ck_assert(!kafka_conf_is(conf, "heartbeat.interval.ms", "1234")); /* not even a default is set */
    rd_kafka_conf_destroy(conf);
}
END_TEST

static const struct {
    const char *property, *brokers;
} BROKERS[] = {
    { "client.id=a", "localhost:9092" },
    { "bootstrap.servers=b:1", "b:1" },
    { "metadata.broker.list=b:1,c:1", "b:1,c:1" },
    { "bootstrap.servers=", "localhost:9092" },
    { "bootstrap.serversx=b:1", "localhost:9092" },
};

START_TEST(a_property_names_the_brokers_where_no_option_does)
{
    const struct option_values properties = { { BROKERS[_i].property }, 1 };

    ck_assert_str_eq(kafka_conf_brokers(kafka_default_brokers, &properties), BROKERS[_i].brokers);
    ck_assert_str_eq(kafka_conf_brokers("option:1", &properties), "option:1");
}
END_TEST

SUITE_OF_ROWS("kafka_conf", { a_property_names_the_brokers_where_no_option_does, ROWS(BROKERS) },
              { a_change_of_what_is_fixed_is_refused, ROWS(REFUSED) }, { others_are_taken, ROWS(TAKEN) },
              { a_client_that_joins_no_group_ignores_one, 1 }, { the_newer_group_protocol_needs_a_newer_librdkafka, 1 },
              { values_are_compared_to_their_end, 1 })
