#define _POSIX_C_SOURCE 200809L
#include "metrics.h"

#include "memory.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

/* Quoted text. The format has escapes for these three characters only. */
static void print_value(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", out);
        else if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
    fputc('"', out);
}

static void print_family(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

enum { LOW, HIGH, COMMITTED, LAG };

static const struct {
    const char *name, *help;
    bool is_of_group;
    int what;
} OFFSETS[] = {
    { "kafka_topic_partition_oldest_offset", "First offset of the partition.", false, LOW },
    { "kafka_topic_partition_current_offset", "Offset after the last record of the partition.", false, HIGH },
    { "kafka_consumergroup_current_offset", "Offset that the group has committed: the next one to read.", true,
      COMMITTED },
    { "kafka_consumergroup_lag", "Records of the partition that the group has still to read.", true, LAG },
};

static int64_t offset_of(const struct partition_state *partition, int what)
{
    switch (what) {
    case LOW:
        return partition->low;
    case HIGH:
        return partition->high;
    case COMMITTED:
        return partition->committed;
    default:
        return partition_lag(partition);
    }
}

static void print_kafka(FILE *out, const struct kafka_view *view, const char *topic, const char *group)
{
    for (size_t family = 0; family < sizeof(OFFSETS) / sizeof(OFFSETS[0]); family++) {
        print_family(out, OFFSETS[family].name, "gauge", OFFSETS[family].help);
        for (size_t i = 0; i < view->partition_count; i++) {
            int64_t value = offset_of(&view->partitions[i], OFFSETS[family].what);

            if (value < 0) /* nothing committed yet */
                continue;
            fprintf(out, "%s{", OFFSETS[family].name);
            if (OFFSETS[family].is_of_group) {
                fputs("consumergroup=", out);
                print_value(out, group);
                fputc(',', out);
            }
            fputs("topic=", out);
            print_value(out, topic);
            fprintf(out, ",partition=\"%zu\"} %" PRId64 "\n", i, value);
        }
    }
    print_family(out, "kafka_topic_partitions", "gauge", "Partitions of the topic.");
    fputs("kafka_topic_partitions{topic=", out);
    print_value(out, topic);
    fprintf(out, "} %zu\n", view->partition_count);
    print_family(out, "kafka_consumergroup_members", "gauge", "Members of the group.");
    fputs("kafka_consumergroup_members{consumergroup=", out);
    print_value(out, group);
    fprintf(out, "} %zu\n", view->member_count);
}

/*
 * The outcomes of each partition, 0 if no record was received yet. Prometheus sees no increase when a series begins, so a counter
 * must exist before it counts. The caller frees the array.
 */
static struct partition_outcomes *outcomes_of_all(const struct snapshot *snapshot, size_t *count)
{
    const struct postgres_view *view = snapshot->postgres;
    size_t in_topic = snapshot->kafka->partition_count;
    struct partition_outcomes *all = checked(calloc(in_topic + view->partition_count + 1, sizeof(*all)));

    for (*count = 0; *count < in_topic; (*count)++)
        all[*count].partition = (int32_t)*count;
    for (size_t i = 0; i < view->partition_count; i++) {
        size_t partition = (size_t)view->partitions[i].partition;

        all[partition < in_topic ? partition : (*count)++] = view->partitions[i];
    }
    return all;
}

static void print_outcomes(FILE *out, const struct partition_outcomes *all, size_t count)
{
    print_family(out, "order_replay_records_total", "counter", "Records that the group has received, by outcome.");
    for (size_t i = 0; i < count; i++) {
        const struct {
            const char *name;
            int64_t records;
        } COUNTS[] = { { "applied", all[i].applied },
                       { "duplicate", all[i].duplicate },
                       { "redelivered", all[i].redelivered },
                       { "quarantined", all[i].quarantined },
                       { "retired", all[i].retired } };

        for (size_t j = 0; j < sizeof(COUNTS) / sizeof(COUNTS[0]); j++)
            fprintf(out, "order_replay_records_total{partition=\"%" PRId32 "\",outcome=\"%s\"} %" PRId64 "\n",
                    all[i].partition, COUNTS[j].name, COUNTS[j].records);
    }
}

static void print_offsets(FILE *out, const struct partition_outcomes *all, size_t count)
{
    static const struct {
        const char *name, *type, *help;
        size_t member;
    } FAMILIES[] = {
        { "order_replay_absent_offsets_total", "counter",
          "Offsets without a record: transaction markers, aborted and compacted records.",
          offsetof(struct partition_outcomes, absent) },
        { "order_replay_deleted_offsets_total", "counter",
          "Offsets whose records were deleted before the group had read them.",
          offsetof(struct partition_outcomes, deleted) },
        { "order_replay_uncounted_offsets", "gauge",
          "Records and offsets that the counts miss: 0 unless something is wrong.",
          offsetof(struct partition_outcomes, uncounted) },
    };

    for (size_t family = 0; family < sizeof(FAMILIES) / sizeof(FAMILIES[0]); family++) {
        print_family(out, FAMILIES[family].name, FAMILIES[family].type, FAMILIES[family].help);
        for (size_t i = 0; i < count; i++)
            fprintf(out, "%s{partition=\"%" PRId32 "\"} %" PRId64 "\n", FAMILIES[family].name, all[i].partition,
                    *(const int64_t *)((const char *)&all[i] + FAMILIES[family].member));
    }
}

static void print_postgres(FILE *out, const struct snapshot *snapshot)
{
    const struct postgres_view *view = snapshot->postgres;
    size_t count;
    struct partition_outcomes *all = outcomes_of_all(snapshot, &count);

    print_family(out, "order_replay_events_applied_total", "counter", "Distinct events in the database, by type.");
    for (size_t i = 0; i < view->type_count; i++) {
        fputs("order_replay_events_applied_total{event_type=", out);
        print_value(out, view->types[i].type);
        fprintf(out, "} %" PRId64 "\n", view->types[i].events);
    }
    print_outcomes(out, all, count);
    print_offsets(out, all, count);
    print_family(out, "order_replay_conflicts_total", "counter",
                 "Known events that arrived again with a different payload.");
    fprintf(out, "order_replay_conflicts_total %" PRId64 "\n", view->conflicts);
    free(all);
}

char *metrics_print(const struct snapshot *snapshot, const char *topic, const char *group)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = checked(open_memstream(&text, &size));

    print_family(out, "order_replay_kafka_up", "gauge", "Whether Kafka answers, 1 or 0.");
    fprintf(out, "order_replay_kafka_up %d\n", snapshot->kafka->state.up);
    print_family(out, "order_replay_postgres_up", "gauge", "Whether Postgres answers, 1 or 0.");
    fprintf(out, "order_replay_postgres_up %d\n", snapshot->postgres->state.up);
    if (snapshot->kafka->state.up && snapshot->kafka->has_topic)
        print_kafka(out, snapshot->kafka, topic, group);
    if (snapshot->postgres->state.up)
        print_postgres(out, snapshot);
    if (fclose(out) != 0)
        OUT_OF_MEMORY();
    return checked(text);
}
