#include "outage.h"

#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "watermarks.h"

#include <stdlib.h>

enum {
    PATIENCE_MS = 5000, /* with errors, before the brokers are asked */
    ANSWER_MS = 1000,
    ASK_EVERY_MS = 1000,
};

void outage_note_error(struct outage *outage, int error, const char *reason)
{
    if (!kafka_trouble_is_connection(error))
        return;
    kafka_trouble_note(&outage->trouble, error, reason);
    outage->failed_at = monotonic_ms();
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        outage->failing_since = monotonic_ms() - PATIENCE_MS;
    else if (outage->failing_since == 0)
        outage->failing_since = monotonic_ms();
}

static void note_away(struct outage *outage)
{
    if (!outage->is_away)
        log_warn("source", "no broker can be reached, waiting until one answers: %s", outage->trouble.reason);
    outage->is_away = true;
}

static void note_answer(struct outage *outage)
{
    if (outage->is_away)
        log_info("source", "a broker answers again");
    outage->is_away = false;
}

static void note_stuck(struct outage *outage)
{
    if (!outage->is_stuck)
        log_warn("source", "a broker answers, but not all partitions can be read, trying again: %s; %s",
                 outage->trouble.reason, kafka_trouble_advice(&outage->trouble));
    outage->is_stuck = true;
}

void outage_note_success(struct outage *outage)
{
    note_answer(outage);
    if (outage->is_stuck)
        log_info("source", "reading continues");
    outage->is_stuck = false;
    outage->failing_since = 0;
}

static bool a_broker_answers(rd_kafka_t *kafka)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t failed = rd_kafka_metadata(kafka, 0, NULL, &metadata, ANSWER_MS);

    rd_kafka_metadata_destroy(metadata);
    return !failed;
}

/* All that the leaders have. False too where they do not say what they have. */
static bool is_all_read(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *reading)
{
    rd_kafka_topic_partition_list_t *positions = rd_kafka_topic_partition_list_copy(reading);
    struct watermarks *marks = checked(calloc((size_t)positions->cnt + 1, sizeof(*marks)));
    bool all = positions->cnt == 0 || !watermarks_query(kafka, positions, ANSWER_MS, marks);

    rd_kafka_position(kafka, positions);
    for (int i = 0; all && i < positions->cnt; i++) {
        int64_t next = positions->elems[i].offset;

        all = (next == RD_KAFKA_OFFSET_INVALID ? reading->elems[i].offset : next) >= marks[i].high;
    }
    free(marks);
    rd_kafka_topic_partition_list_destroy(positions);
    return all;
}

void outage_look(struct outage *outage, rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *reading)
{
    int64_t now = monotonic_ms();

    if (!outage->is_away && (outage->failing_since == 0 || now - outage->failing_since < PATIENCE_MS))
        return;
    if (now - outage->looked_at < ASK_EVERY_MS)
        return;
    if (!a_broker_answers(kafka)) {
        note_away(outage);
    } else {
        note_answer(outage);
        if (!reading || is_all_read(kafka, reading))
            outage->failing_since = 0;
        else
            note_stuck(outage);
    }
    outage->looked_at = monotonic_ms();
}
