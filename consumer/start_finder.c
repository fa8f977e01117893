#include "start_finder.h"

#include "log.h"
#include "memory.h"
#include "topic_id.h"
#include "watermarks.h"

#include <inttypes.h>
#include <stdlib.h>

enum { BROKER_TIMEOUT_MS = 5000 };

/* Both may stay unknown: then the content alone decides. */
static void find_identity(struct start_finder *finder)
{
    rd_kafka_t *kafka = peek_handle(finder->peek);
    char *cluster_id = rd_kafka_clusterid(kafka, BROKER_TIMEOUT_MS);

    snprintf(finder->identity.cluster_id, KAFKA_ID_SIZE, "%s", cluster_id ? cluster_id : "");
    if (cluster_id)
        rd_kafka_mem_free(kafka, cluster_id);
    topic_id_find(kafka, finder->topic, BROKER_TIMEOUT_MS, finder->identity.topic_id);
}

/* By the connections of `kafka`. *continuity begins, if it is not NULL. */
static rd_kafka_resp_err_t find_logs(struct start_finder *finder, rd_kafka_t *kafka,
                                     const rd_kafka_topic_partition_list_t *list, const struct known_logs *known,
                                     struct log_now *logs, struct continuity *continuity)
{
    size_t count = (size_t)list->cnt;
    struct watermarks *marks = checked(calloc(count + 1, sizeof(*marks)));
    rd_kafka_resp_err_t failed = watermarks_query(kafka, list, BROKER_TIMEOUT_MS, marks);

    for (size_t i = 0; i < count; i++)
        logs[i] =
            (struct log_now){ .partition = list->elems[i].partition, .low = marks[i].low, .end_offset = marks[i].high };
    free(marks);
    if (failed)
        return failed;
    find_identity(finder);
    if (continuity)
        continuity_begin(continuity);
    return recognise(finder->peek, &finder->identity, known, logs, count, BROKER_TIMEOUT_MS)
               ? RD_KAFKA_RESP_ERR_NO_ERROR
               : RD_KAFKA_RESP_ERR__TIMED_OUT;
}

rd_kafka_resp_err_t start_finder_find_logs(struct start_finder *finder, const rd_kafka_topic_partition_list_t *list,
                                           const struct known_logs *known, struct log_now *logs)
{
    return find_logs(finder, peek_handle(finder->peek), list, known, logs, NULL);
}

static void tell_log(const struct start_finder *finder, const struct log_now *log)
{
    const struct known_log *known = log->known;

    if (known && log->is_new)
        log_warn("source",
                 "the partition holds another log than the one that was read up to offset %" PRId64
                 ": the topic was recreated, the "
                 "log lost its last records, or it is another cluster; reading it from its beginning as log %" PRId32
                 " topic=%s partition=%" PRId32,
                 known->next_offset, log->log, finder->topic, log->partition);
    else if (known && log->is_unsure && known->seam.offset != OFFSET_UNKNOWN)
        log_info("source",
                 "the last record that was counted, at offset %" PRId64
                 ", was deleted, so it cannot be checked that this is the log "
                 "that was read topic=%s partition=%" PRId32,
                 known->seam.offset, finder->topic, log->partition);
}

static void tell_deleted(const struct start_finder *finder, const struct start *start)
{
    if (start->deleted > 0)
        log_warn("source",
                 "%" PRId64 " records were deleted before they were read, offsets %" PRId64 " to %" PRId64 ": "
                 "verify names the events that are missing, replay their files topic=%s partition=%" PRId32,
                 start->deleted, start->offset - start->deleted, start->offset - 1, finder->topic, start->partition);
}

/*
 * A log that cannot be compared, because its records were deleted, is read from the first record that is left: if it is the
 * log that it seems to be, that record is not before `next_offset`.
 */
static struct start find_start(const struct start_finder *finder, const struct log_now *log, int64_t committed)
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
              log->partition, log->log, start.offset, committed, counted, log->low, log->end_offset);
    tell_log(finder, log);
    tell_deleted(finder, &start);
    return start;
}

/* Into the offsets of the list. */
static rd_kafka_resp_err_t read_committed(rd_kafka_t *kafka, rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t failed = rd_kafka_committed(kafka, list, BROKER_TIMEOUT_MS);

    for (int i = 0; !failed && i < list->cnt; i++)
        failed = list->elems[i].err;
    return failed;
}

rd_kafka_resp_err_t start_finder_find(struct start_finder *finder, rd_kafka_topic_partition_list_t *list,
                                      const struct known_logs *known, struct start *starts,
                                      struct continuity *continuity)
{
    struct log_now *logs = checked(calloc((size_t)list->cnt + 1, sizeof(*logs)));
    rd_kafka_resp_err_t failed = read_committed(finder->kafka, list);

    if (!failed)
        failed = find_logs(finder, finder->kafka, list, known, logs, continuity);
    for (int i = 0; !failed && i < list->cnt; i++) {
        starts[i] = find_start(finder, &logs[i], list->elems[i].offset);
        list->elems[i].offset = starts[i].offset;
        continuity_expect(continuity, logs[i].partition, logs[i].broker);
    }
    free(logs);
    return failed;
}
