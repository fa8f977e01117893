/*
 * source.h - the worker's interface to Kafka: records, and changes of the partitions that this member reads.
 *
 * A source is one member of a consumer group, on one topic. source_poll also returns
 * rebalances as events, and the worker answers them:
 *
 *     switch (source_poll(source, 50, &record)) {
 *     case SOURCE_RECORD:          use(&record); source_release(&record); break;
 *     case SOURCE_END:             … all records of record.partition before record.offset were delivered
 *     case SOURCE_ASSIGNED:        … source_assign(source, &known, &starts, &start_count); break;
 *     case SOURCE_REVOKED:         … source_commit_wait(…); source_unassign(source); break;
 *     case SOURCE_LOST:            … source_unassign(source); break;
 *     case SOURCE_POSITIONS_STALE: … source_hold(source); source_assign(source, &known, &starts, &start_count); break;
 *     …
 *     }
 *
 * Between SOURCE_ASSIGNED and source_assign the member stays in the group and reads nothing. Offsets are committed only by
 * source_commit and source_commit_wait. Changes of the group, the topic and the brokers are logged here.
 */
#ifndef SOURCE_H
#define SOURCE_H

#include "known_log.h"
#include "options.h"
#include "recognise.h"
#include "record.h"
#include "start.h"

#include <stdbool.h>

enum source_event {
    SOURCE_NOTHING,         /* nothing came in time */
    SOURCE_RECORD,          /* *record is filled, borrowed until source_release */
    SOURCE_END,             /* the partition is read up to *record's offset; nothing else of *record is filled */
    SOURCE_ASSIGNED,        /* partitions were given to this member */
    SOURCE_REVOKED,         /* the group takes them back, and waits: commit what was applied, then unassign */
    SOURCE_LOST,            /* other members may already have them: discard everything, then unassign */
    SOURCE_POSITIONS_STALE, /* the next record may be of a different log, or missing: find the start positions again */
    SOURCE_FATAL,           /* librdkafka cannot continue, which was logged */
};

struct source;

struct source_settings {
    const char *brokers;
    const char *topic;
    const char *group;
    const struct option_values *properties; /* -X */
};

enum { SOURCE_ERROR_SIZE = 1536 };

/* Does not wait for a broker. NULL, with the reason, if the configuration is refused: exit 78. Borrows the settings. */
struct source *source_new(const struct source_settings *settings, char error[SOURCE_ERROR_SIZE]);

/*
 * Leaves the group and frees the source. Waits for the coordinator for at most 3 s. If it does not answer, the member remains
 * in the group until its session times out, and the memory is not freed before the process ends.
 */
void source_free(struct source *source);

/* Whether the topic exists, or why that is not known. */
enum source_lookup {
    SOURCE_FOUND,
    SOURCE_NO_TOPIC,
    SOURCE_REFUSED,   /* the topic's name is invalid, or a permission is missing; `error` explains what to do */
    SOURCE_NO_ANSWER, /* `error` explains why; ask again */
    SOURCE_NO_TRUST,  /* the same, because of a password or a certificate */
} source_find_topic(struct source *source, char error[SOURCE_ERROR_SIZE]);

/* Whether the topic may be read: see compaction.h. */
bool source_permits_topic(struct source *source, bool is_compacted_allowed);

/* The current number of partitions of the topic; 0 if no broker answers. */
int32_t source_count_partitions(const struct source *source);

/* The ids of cluster and topic, as of the last source_assign or source_find_logs. Borrowed. */
const struct log_identity *source_identity(const struct source *source);

bool source_subscribe(struct source *source, char error[SOURCE_ERROR_SIZE]);

enum source_event source_poll(struct source *source, int timeout_ms, struct record *record);
void source_release(struct record *record);

/*
 * Finds the start positions in the partitions of the last SOURCE_ASSIGNED, and begins to read them. Each contains one of the
 * known logs or a new one (see recognise.h). A known log is read from the smaller of the committed offset and the known next
 * offset, or from its beginning if no offset is committed. A new log is read from its beginning. New logs and deleted records
 * are logged. The caller frees *starts. False if no broker gives the start positions: nothing is read yet, try again.
 */
bool source_assign(struct source *source, const struct known_logs *known, struct start **starts, size_t *start_count);

/*
 * Finds which logs the partitions contain now: the partitions that this member owns, or all of the topic. The caller frees
 * *logs, which refers to `known`. False if no broker answers.
 */
bool source_find_logs(struct source *source, const struct known_logs *known, bool is_of_all, struct log_now **logs,
                      size_t *count);

/* Stops reading and gives the partitions up: the answer to REVOKED and LOST. */
void source_unassign(struct source *source);

/* source_pause stops fetching, source_resume continues it; the partitions stay assigned. Both may be repeated. */
void source_pause(struct source *source);
void source_resume(struct source *source);

/* Stops reading but keeps the partitions. source_assign reads them again. */
void source_hold(struct source *source);

/* One past the partition's last offset, as the last fetch saw it; OFFSET_UNKNOWN before that. */
int64_t source_end_offset(const struct source *source, int32_t partition);

/*
 * Commits offsets for the group, each one past the last that was applied. source_commit does not wait: source_poll logs the
 * result, and then sends the newest offsets that were given in the meantime. source_commit_wait waits for at most 2 s. A
 * commit that fails or is repeated does no harm: records that were applied are delivered again, and recognised.
 */
void source_commit(struct source *source, const struct partition_offset *offsets, size_t count);
void source_commit_wait(struct source *source, const struct partition_offset *offsets, size_t count);

/* Whether the group has committed these offsets, or higher ones. False also when no broker answers. */
bool source_has_committed(struct source *source, const struct partition_offset *offsets, size_t count);

#endif
