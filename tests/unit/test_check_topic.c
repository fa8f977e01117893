#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "check_topic.h"

#include "suite.h"

#include <stdlib.h>
#include <string.h>

static const struct topic_config GOOD = { .is_append_time = true,
                                          .retention_ms = -1,
                                          .retention_bytes = -1,
                                          .max_message_bytes = 1048588,
                                          .min_insync_replicas = 1 };

/* What is printed for one configuration; the caller frees it. */
static char *check(const struct topic_config *config, int replication)
{
    const struct check_topic place = { "b:9092", "t", replication, 3 };
    struct findings *findings = findings_new();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    check_topic_config(&place, config, 1000000, findings);
    findings_print(findings, out);
    fclose(out);
    findings_free(findings);
    return text;
}

static bool is_good(const struct topic_config *config, int replication)
{
    char *text = check(config, replication);
    bool good = !strstr(text, "warn") && !strstr(text, "fail") && !strstr(text, "unknown");

    free(text);
    return good;
}

START_TEST(accepts_what_is_good)
{
    struct topic_config config = GOOD;

    ck_assert(is_good(&config, 1));
    ck_assert(is_good(&config, 2));
    config.min_insync_replicas = 2;
    ck_assert(is_good(&config, 3));
    config.max_message_bytes = 1000000;
    ck_assert(is_good(&config, 3));
}
END_TEST

START_TEST(names_each_setting_and_the_command_that_corrects_it)
{
    static const struct {
        struct topic_config config;
        int replication;
        const char *level, *fix;
    } CASES[] = {
        { { true, true, -1, -1, 1048588, 1 }, 1, "fail    cleanup.policy: ", "--add-config cleanup.policy=delete\n" },
        { { false, true, 0, -1, 1048588, 1 }, 1, "warn    retention by time: ", "--add-config retention.ms=-1\n" },
        { { false, true, -1, 0, 1048588, 1 }, 1, "warn    retention by size: ", "--add-config retention.bytes=-1\n" },
        { { false, false, -1, -1, 1048588, 1 },
          1,
          "warn    message.timestamp.type: ",
          "message.timestamp.type=LogAppendTime\n" },
        { { false, true, -1, -1, 999999, 1 },
          1,
          "fail    max.message.bytes: 999999",
          "--add-config max.message.bytes=1000000\n" },
        { { false, true, -1, -1, 1048588, 2 },
          1,
          "fail    min.insync.replicas: 2",
          "--add-config min.insync.replicas=1\n" },
        { { false, true, -1, -1, 1048588, 3 },
          3,
          "warn    min.insync.replicas: 3 of 3",
          "--add-config min.insync.replicas=2\n" },
        { { false, true, -1, -1, 1048588, 2 },
          2,
          "warn    min.insync.replicas: 2 of 2",
          "--add-config min.insync.replicas=1\n" },
        { { false, true, -1, -1, 1048588, 1 },
          3,
          "warn    min.insync.replicas: 1 of 3",
          "--add-config min.insync.replicas=2\n" },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        char *text = check(&CASES[i].config, CASES[i].replication);

        ck_assert_msg(strstr(text, CASES[i].level) != NULL, "%zu: %s", i, text);
        ck_assert_msg(strstr(text, CASES[i].fix) != NULL, "%zu: %s", i, text);
        ck_assert_msg(
            strstr(text, "kafka-configs.sh --bootstrap-server b:9092 --alter --entity-type topics --entity-name t ") !=
                NULL,
            "%zu: %s", i, text);
        free(text);
    }
}
END_TEST

/* `replicas` and `in_sync` for each of two partitions. */
static char *check_replicas(int leader, int replicas, int in_sync, int brokers)
{
    struct rd_kafka_metadata_partition partitions[2] = {
        { .leader = 1, .replica_cnt = 3, .isr_cnt = 3 },
        { .leader = leader, .replica_cnt = replicas, .isr_cnt = in_sync },
    };
    const struct rd_kafka_metadata_topic topic = { .partition_cnt = 2, .partitions = partitions };
    struct findings *findings = findings_new();
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    check_topic_replicas(&topic, brokers, findings);
    findings_print(findings, out);
    fclose(out);
    findings_free(findings);
    return text;
}

START_TEST(looks_at_leaders_and_replicas)
{
    static const struct {
        int leader, replicas, in_sync, brokers;
        const char *line;
    } CASES[] = {
        { 1, 3, 3, 3, "ok      partition leaders: " },
        { -1, 3, 0, 3, "fail    partition leaders: 1 of 2 partitions have no leader" },
        { 1, 3, 2, 3, "warn    partition leaders: 1 of 2 partitions lack" },
        { 1, 1, 1, 3, "warn    replication: 1 replica on 3 brokers" },
        { 1, 1, 1, 1, "ok      replication: 1\n" },
        { 1, 2, 2, 3, "ok      replication: 2\n" },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        char *text = check_replicas(CASES[i].leader, CASES[i].replicas, CASES[i].in_sync, CASES[i].brokers);

        ck_assert_msg(strstr(text, CASES[i].line) != NULL, "%zu: %s", i, text);
        free(text);
    }
}
END_TEST

START_TEST(findings_are_clean_and_the_worst_counts)
{
    struct findings *findings = findings_new();
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    ck_assert_int_eq(findings_worst(findings), FINDING_OK);
    findings_add(findings, FINDING_UNKNOWN, "a", NULL, "%s", "\033[2Jx\ny");
    ck_assert_int_eq(findings_worst(findings), FINDING_UNKNOWN);
    findings_add(findings, FINDING_FAIL, "b", "do \"this\"", "z");
    findings_add(findings, FINDING_WARN, "c", NULL, "z");
    ck_assert_int_eq(findings_worst(findings), FINDING_FAIL);
    out = open_memstream(&text, &size);
    findings_print_json(findings, out);
    fclose(out);
    ck_assert_str_eq(text, "[{\"level\":\"unknown\",\"check\":\"a\",\"found\":\"?[2Jx y\"},"
                           "{\"level\":\"fail\",\"check\":\"b\",\"found\":\"z\",\"fix\":\"do \\\"this\\\"\"},"
                           "{\"level\":\"warn\",\"check\":\"c\",\"found\":\"z\"}]\n");
    free(text);
    findings_free(findings);
}
END_TEST

SUITE("check_topic", accepts_what_is_good, names_each_setting_and_the_command_that_corrects_it,
      looks_at_leaders_and_replicas, findings_are_clean_and_the_worst_counts)
