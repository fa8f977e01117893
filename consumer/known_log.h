/*
 * known_log.h - a log that the database counts, as returned by orders.start_positions.
 */
#ifndef KNOWN_LOG_H
#define KNOWN_LOG_H

#include "seam.h"

#include <stddef.h>
#include <stdint.h>

enum { KAFKA_ID_SIZE = 64 };

/* The ids that identify a log, besides its content. "": not known. */
struct log_identity {
    char cluster_id[KAFKA_ID_SIZE];
    char topic_id[KAFKA_ID_SIZE];
};

struct known_log {
    int32_t partition;
    int32_t log; /* its number, from 1 */
    int64_t next_offset;
    struct log_identity identity;
    struct seam seam;   /* the last record that was counted */
    struct seam anchor; /* an earlier record that was compared and matched */
};

/* An array of logs; those of a partition are in the order in which they are tried. */
struct known_logs {
    struct known_log *logs; /* freed by the owner of the struct */
    size_t count;
};

#endif
