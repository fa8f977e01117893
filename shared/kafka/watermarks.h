/*
 * watermarks.h - where partitions begin and end, as their leaders say now.
 *
 *     struct watermarks marks[2];
 *     rd_kafka_resp_err_t failed = watermarks_query(kafka, partitions, 5000, marks);
 *
 * Two requests to each leader, whatever the number of its partitions, and an
 * end after `timeout_ms` for certain: rd_kafka_query_watermark_offsets asks for
 * one partition at a time, and in librdkafka 2.0.2 it does not look at its
 * timeout any more when the connection breaks after the request was sent.
 */
#ifndef WATERMARKS_H
#define WATERMARKS_H

#include <librdkafka/rdkafka.h>
#include <stdint.h>

struct watermarks {
    int64_t low;  /* the first offset that can be read */
    int64_t high; /* one behind the last; with read_committed, behind the last of a transaction that is over */
};

/*
 * Fills watermarks[i] for partitions->elems[i], of which there is at least one.
 * Waits for `timeout_ms` at most. On an error the contents are undefined.
 */
rd_kafka_resp_err_t watermarks_query(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *partitions,
                                     int timeout_ms, struct watermarks *watermarks);

#endif
