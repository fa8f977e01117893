#include "kafka_record.h"

/* Where the topic takes a producer's word for the time it may be anything: then one that the database does not refuse. */
static int64_t plausible_time(int64_t milliseconds)
{
    const int64_t year_10000 = INT64_C(253402300800000);

    return milliseconds < 0 ? 0 : milliseconds < year_10000 ? milliseconds : year_10000 - 1;
}

struct record kafka_record(rd_kafka_message_t *message)
{
    return (struct record){
        .partition = message->partition,
        .offset = message->offset,
        .append_time = plausible_time(rd_kafka_message_timestamp(message, NULL)),
        .key = message->key,
        .key_length = message->key_len,
        .value = message->payload,
        .value_length = message->len,
        .handle = message,
    };
}

int32_t kafka_partition_of(const char *key, size_t length, int32_t partitions)
{
    return rd_kafka_msg_partitioner_murmur2(NULL, key, length, partitions, NULL, NULL);
}
