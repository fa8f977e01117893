#include "check_topic.h"

#include <inttypes.h>
#include <stdio.h>

enum { FIX_SIZE = 512, FIX_PART = 100 };

static const char CLEANUP[] = "cleanup.policy", BY_TIME[] = "retention by time", BY_SIZE[] = "retention by size",
                  TIMES[] = "message.timestamp.type", IN_SYNC[] = "min.insync.replicas", SIZES[] = "max.message.bytes";

const char *const CHECK_TOPIC_CONFIG_NAMES[] = { CLEANUP, BY_TIME, BY_SIZE, TIMES, IN_SYNC, SIZES, NULL };

/* --- replicas */

static void check_leaders(const struct rd_kafka_metadata_topic *metadata, struct findings *findings)
{
    int without_leader = 0, behind = 0;

    for (int i = 0; i < metadata->partition_cnt; i++) {
        without_leader += metadata->partitions[i].leader < 0;
        behind += metadata->partitions[i].isr_cnt < metadata->partitions[i].replica_cnt;
    }
    if (without_leader > 0)
        findings_add(findings, FINDING_FAIL, "partition leaders", "start the brokers that hold those partitions",
                     "%d of %d partitions have no leader: they can be neither read nor written", without_leader,
                     metadata->partition_cnt);
    else if (behind > 0)
        findings_add(findings, FINDING_WARN, "partition leaders",
                     "start the brokers that are down, or wait until they have caught up",
                     "%d of %d partitions lack in-sync replicas", behind, metadata->partition_cnt);
    else
        findings_add(findings, FINDING_OK, "partition leaders", NULL, "all partitions have one");
}

int check_topic_replication(const struct rd_kafka_metadata_topic *metadata)
{
    int smallest = metadata->partition_cnt > 0 ? metadata->partitions[0].replica_cnt : 0;

    for (int i = 1; i < metadata->partition_cnt; i++) {
        if (metadata->partitions[i].replica_cnt < smallest)
            smallest = metadata->partitions[i].replica_cnt;
    }
    return smallest;
}

void check_topic_replicas(const struct rd_kafka_metadata_topic *metadata, int broker_count, struct findings *findings)
{
    int replication = check_topic_replication(metadata);

    check_leaders(metadata, findings);
    if (replication == 1 && broker_count > 1)
        findings_add(findings, FINDING_WARN, "replication",
                     "create the topic with --replication-factor 3, or add replicas with kafka-reassign-partitions.sh",
                     "1 replica on %d brokers: the records of a broker are lost with its disk", broker_count);
    else
        findings_add(findings, FINDING_OK, "replication", NULL, "%d", replication);
}

/* --- configuration */

/* The arguments of all these checks, and the command that corrects the current finding. */
struct check {
    const struct check_topic *place;
    const struct topic_config *config;
    struct findings *findings;
    char fix[FIX_SIZE];
};

static const char *set(struct check *check, const char *name, int64_t value)
{
    snprintf(check->fix, sizeof(check->fix),
             "kafka-configs.sh --bootstrap-server %.*s --alter --entity-type topics --entity-name %.*s --add-config "
             "%s=%" PRId64,
             FIX_PART, check->place->brokers, FIX_PART, check->place->topic, name, value);
    return check->fix;
}

static const char *set_word(struct check *check, const char *name, const char *value)
{
    snprintf(check->fix, sizeof(check->fix),
             "kafka-configs.sh --bootstrap-server %.*s --alter --entity-type topics --entity-name %.*s --add-config "
             "%s=%s",
             FIX_PART, check->place->brokers, FIX_PART, check->place->topic, name, value);
    return check->fix;
}

static void check_cleanup(struct check *check)
{
    if (check->config->is_compacted)
        findings_add(check->findings, FINDING_FAIL, CLEANUP, set_word(check, CLEANUP, "delete"),
                     "compact: Kafka keeps only one event of each order and removes the others");
    else
        findings_add(check->findings, FINDING_OK, CLEANUP, NULL, "delete");
}

static void check_retention(struct check *check)
{
    const struct topic_config *config = check->config;

    if (config->retention_ms < 0)
        findings_add(check->findings, FINDING_OK, BY_TIME, NULL, "none");
    else
        findings_add(check->findings, FINDING_WARN, BY_TIME, set(check, "retention.ms", -1),
                     "Kafka deletes records after %.4g hours, whether they were read or not",
                     (double)config->retention_ms / 3600000);
    if (config->retention_bytes < 0)
        findings_add(check->findings, FINDING_OK, BY_SIZE, NULL, "none");
    else
        findings_add(check->findings, FINDING_WARN, BY_SIZE, set(check, "retention.bytes", -1),
                     "Kafka keeps %.4g MB of a partition and deletes older records, whether they were read or not",
                     (double)config->retention_bytes / 1e6);
}

static void check_times(struct check *check)
{
    if (check->config->is_append_time)
        findings_add(check->findings, FINDING_OK, TIMES, NULL, "LogAppendTime");
    else
        findings_add(check->findings, FINDING_WARN, TIMES, set_word(check, TIMES, "LogAppendTime"),
                     "CreateTime: retention, and recognising a recreated topic, depend on the clock of the producer");
}

static void check_in_sync(struct check *check)
{
    int replication = check->place->replication;
    int64_t wanted = check->config->min_insync_replicas, right = replication > 1 ? replication - 1 : 1;

    if (wanted > replication)
        findings_add(check->findings, FINDING_FAIL, IN_SYNC, set(check, IN_SYNC, right),
                     "%" PRId64 ", but partitions have %d replicas: Kafka accepts no record", wanted, replication);
    else if (replication > 1 && wanted == replication)
        findings_add(check->findings, FINDING_WARN, IN_SYNC, set(check, IN_SYNC, right),
                     "%" PRId64 " of %d: the producer waits while one broker is down", wanted, replication);
    else if (replication > 2 && wanted < 2)
        findings_add(check->findings, FINDING_WARN, IN_SYNC, set(check, IN_SYNC, right),
                     "%" PRId64 " of %d: acknowledged records can be lost with one broker", wanted, replication);
    else
        findings_add(check->findings, FINDING_OK, IN_SYNC, NULL, "%" PRId64 " of %d", wanted, replication);
}

static void check_sizes(struct check *check, int64_t largest_batch)
{
    if (check->config->max_message_bytes >= largest_batch)
        findings_add(check->findings, FINDING_OK, SIZES, NULL, "%" PRId64, check->config->max_message_bytes);
    else
        findings_add(check->findings, FINDING_FAIL, SIZES, set(check, SIZES, largest_batch),
                     "%" PRId64 ": Kafka refuses large batches of the producer, which have up to %" PRId64 " bytes",
                     check->config->max_message_bytes, largest_batch);
}

void check_topic_config(const struct check_topic *place, const struct topic_config *config, int64_t largest_batch,
                        struct findings *findings)
{
    struct check check = { .place = place, .config = config, .findings = findings };

    check_cleanup(&check);
    check_retention(&check);
    check_times(&check);
    check_in_sync(&check);
    check_sizes(&check, largest_batch);
}
