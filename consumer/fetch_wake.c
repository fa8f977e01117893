/*
 * The thread that fetches from a broker sleeps until it has a request to send. So this
 * module gives it a request. The answer does not matter.
 */
#include "fetch_wake.h"

#include "monotonic.h"

enum {
    WAKE_EVERY_MS = 20,
    ANSWER_MS = 1,
    KNOWS_FETCH_BACKOFF = 0x020200ff, /* the setting, from this version on */
};

/* Those of which there is more to read than was read. */
static rd_kafka_topic_partition_list_t *lagging(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *owned)
{
    rd_kafka_topic_partition_list_t *at = rd_kafka_topic_partition_list_copy(owned);
    rd_kafka_topic_partition_list_t *behind = rd_kafka_topic_partition_list_new(owned->cnt);

    rd_kafka_position(kafka, at);
    for (int i = 0; i < at->cnt; i++) {
        const rd_kafka_topic_partition_t *one = &at->elems[i];
        int64_t low, end_offset;

        if (one->offset >= 0 && !rd_kafka_get_watermark_offsets(kafka, one->topic, one->partition, &low, &end_offset) &&
            one->offset < end_offset)
            rd_kafka_topic_partition_list_add(behind, one->topic, one->partition)->offset = RD_KAFKA_OFFSET_END;
    }
    rd_kafka_topic_partition_list_destroy(at);
    return behind;
}

void fetch_wake(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *owned, int64_t *woken_at)
{
    rd_kafka_topic_partition_list_t *behind;
    int64_t now = monotonic_ms();

    if (rd_kafka_version() >= KNOWS_FETCH_BACKOFF || now - *woken_at < WAKE_EVERY_MS)
        return;
    *woken_at = now;
    behind = lagging(kafka, owned);
    if (behind->cnt > 0)
        rd_kafka_offsets_for_times(kafka, behind, ANSWER_MS);
    rd_kafka_topic_partition_list_destroy(behind);
}
