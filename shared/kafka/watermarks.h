/*
 * watermarks.h - asks the leaders of partitions for their first and last offsets.
 *
 *     struct watermarks marks[2];
 *     rd_kafka_resp_err_t failed = watermarks_query(kafka, partitions, 5000, marks);
 *
 * It makes two requests to each leader, for any number of partitions, and always
 * ends after `timeout_ms`. rd_kafka_query_watermark_offsets asks for one partition
 * at a time, and in librdkafka 2.0.2 it ignores its timeout if the connection
 * breaks after the request was sent.
 */
#ifndef WATERMARKS_H
#define WATERMARKS_H

#include <librdkafka/rdkafka.h>
#include <stdint.h>

struct watermarks {
    int64_t low;  /* the first offset that can be read */
    int64_t high; /* one past the last record; with read_committed, the last stable offset */
};

/*
 * Fills watermarks[i] for partitions->elems[i], of which there is at least one.
 * Waits for `timeout_ms` at most. On an error the contents are undefined.
 */
rd_kafka_resp_err_t watermarks_query(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *partitions,
                                     int timeout_ms, struct watermarks *watermarks);

#endif
