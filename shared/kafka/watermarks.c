/*
 * The ListOffsets request of the Kafka protocol accepts -1 and -2 instead of a timestamp, for the
 * end and the beginning. librdkafka uses the same numbers.
 */
#include "watermarks.h"

#include "monotonic.h"

/* Fills `list` with the offsets. */
static rd_kafka_resp_err_t look_up(rd_kafka_t *kafka, rd_kafka_topic_partition_list_t *list, int64_t where,
                                   int64_t ends_at)
{
    int64_t left = ends_at - monotonic_ms();
    rd_kafka_resp_err_t failed;

    for (int i = 0; i < list->cnt; i++)
        list->elems[i].offset = where;
    failed = left <= 0 ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_offsets_for_times(kafka, list, (int)left);
    for (int i = 0; !failed && i < list->cnt; i++) {
        failed = list->elems[i].err;
        if (!failed && list->elems[i].offset < 0)
            failed = RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
    }
    return failed;
}

rd_kafka_resp_err_t watermarks_query(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *partitions,
                                     int timeout_ms, struct watermarks *watermarks)
{
    int64_t ends_at = monotonic_ms() + timeout_ms;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(partitions);
    rd_kafka_resp_err_t failed = look_up(kafka, list, RD_KAFKA_OFFSET_BEGINNING, ends_at);

    for (int i = 0; i < list->cnt; i++)
        watermarks[i].low = list->elems[i].offset;
    if (!failed)
        failed = look_up(kafka, list, RD_KAFKA_OFFSET_END, ends_at);
    for (int i = 0; i < list->cnt; i++)
        watermarks[i].high = list->elems[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return failed;
}
