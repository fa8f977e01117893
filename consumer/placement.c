#include "placement.h"

#include "log.h"
#include "memory.h"
#include "topic_id.h"
#include "watermarks.h"

#include <inttypes.h>
#include <stdlib.h>

enum { BROKER_TIMEOUT_MS = 5000 };

/* Both may stay unknown: then the content alone decides. */
static void find_identity(struct placement *placement)
{
    rd_kafka_t *kafka = peek_handle(placement->peek);
    char *cluster_id = rd_kafka_clusterid(kafka, BROKER_TIMEOUT_MS);

    snprintf(placement->identity.cluster_id, KAFKA_ID_SIZE, "%s", cluster_id ? cluster_id : "");
    if (cluster_id)
        rd_kafka_mem_free(kafka, cluster_id);
    topic_id_find(kafka, placement->topic, BROKER_TIMEOUT_MS, placement->identity.topic_id);
}

rd_kafka_resp_err_t placement_find_logs(struct placement *placement, const rd_kafka_topic_partition_list_t *list,
                                        const struct known_logs *known, struct log_now *logs,
                                        struct continuity *continuity)
{
    size_t count = (size_t)list->cnt;
    struct watermarks *marks = checked(calloc(count + 1, sizeof(*marks)));
    rd_kafka_t *kafka = continuity ? placement->kafka : peek_handle(placement->peek);
    rd_kafka_resp_err_t failed = watermarks_query(kafka, list, BROKER_TIMEOUT_MS, marks);

    for (size_t i = 0; i < count; i++)
        logs[i] = (struct log_now){ .partition = list->elems[i].partition, .low = marks[i].low, .high = marks[i].high };
    free(marks);
    if (failed)
        return failed;
    find_identity(placement);
    if (continuity)
        continuity_begin(continuity);
    return recognise(placement->peek, &placement->identity, known, logs, count, BROKER_TIMEOUT_MS)
               ? RD_KAFKA_RESP_ERR_NO_ERROR
               : RD_KAFKA_RESP_ERR__TIMED_OUT;
}

static void tell_log(const struct placement *placement, const struct log_now *log)
{
    const struct known_log *known = log->known;

    if (known && log->is_new)
        log_warn("source",
                 "the partition holds another log than the one that was read up to offset %" PRId64
                 ": the topic was recreated, the "
                 "log lost its last records, or it is another cluster; reading it from its beginning as log %" PRId32
                 " topic=%s partition=%" PRId32,
                 known->next_offset, log->log, placement->topic, log->partition);
    else if (known && log->is_unsure && known->seam.offset != OFFSET_UNKNOWN)
        log_info("source",
                 "the last record that was counted, at offset %" PRId64
                 ", was deleted: that this is the log that was read cannot be "
                 "checked topic=%s partition=%" PRId32,
                 known->seam.offset, placement->topic, log->partition);
}

static void tell_deleted(const struct placement *placement, const struct start *start)
{
    if (start->deleted > 0)
        log_warn("source",
                 "%" PRId64 " records were deleted before they were read, offsets %" PRId64 " to %" PRId64 ": "
                 "verify names the events that are missing, replay their files topic=%s partition=%" PRId32,
                 start->deleted, start->offset - start->deleted, start->offset - 1, placement->topic, start->partition);
}

/*
 * Of a log that cannot be compared, because the records were deleted, all that is left is read: in the log that it should be
 * there is no record before `next_offset`.
 */
static struct start place(const struct placement *placement, const struct log_now *log, int64_t committed)
{
    bool is_deleted = log->is_unsure && log->known->seam.offset != OFFSET_UNKNOWN;
    int64_t counted = log->is_new ? OFFSET_UNKNOWN : log->known->next_offset;
    struct start start = start_find(is_deleted ? OFFSET_UNKNOWN : committed, counted, log->low);

    start.partition = log->partition;
    start.log = log->log;
    start.is_new = log->is_new;
    log_debug("source",
              "partition %" PRId32 " log %" PRId32 " starts at %" PRId64 " committed=%" PRId64 " counted=%" PRId64
              " low=%" PRId64 " high=%" PRId64,
              log->partition, log->log, start.offset, committed, counted, log->low, log->high);
    tell_log(placement, log);
    tell_deleted(placement, &start);
    return start;
}

rd_kafka_resp_err_t placement_find_starts(struct placement *placement, rd_kafka_topic_partition_list_t *list,
                                          const struct known_logs *known, struct start *starts,
                                          struct continuity *continuity)
{
    struct log_now *logs = checked(calloc((size_t)list->cnt + 1, sizeof(*logs)));
    rd_kafka_resp_err_t failed = placement_find_logs(placement, list, known, logs, continuity);

    for (int i = 0; !failed && i < list->cnt; i++) {
        starts[i] = place(placement, &logs[i], list->elems[i].offset);
        list->elems[i].offset = starts[i].offset;
        continuity_expect(continuity, logs[i].partition, logs[i].broker);
    }
    free(logs);
    return failed;
}
