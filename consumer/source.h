/*
 * source.h - Kafka, as the worker sees it: records, and changes of who owns what.
 *
 * One member of a consumer group on one topic. Rebalances come back from
 * source_poll as events like any other, and the worker answers them:
 *
 *     switch (source_poll(source, 50, &record)) {
 *     case SOURCE_RECORD:   use(&record); source_release(&record); break;
 *     case SOURCE_END:      … no record of record.partition before record.offset is still to come
 *     case SOURCE_ASSIGNED: … source_assign(source, &known, &starts, &start_count); break;
 *     case SOURCE_REVOKED:  … source_commit_wait(…); source_unassign(source); break;
 *     case SOURCE_LOST:     … source_unassign(source); break;
 *     …
 *     }
 *
 * Between SOURCE_ASSIGNED and source_assign the member is alive and reads
 * nothing. Offsets are committed only when told, as explicit lists of the next
 * offset. This module logs what happens to the group.
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
    SOURCE_NOTHING,   /* the time is over */
    SOURCE_RECORD,    /* *record is filled, borrowed until source_release */
    SOURCE_END,       /* the partition is read up to *record's offset; nothing else of *record is filled */
    SOURCE_ASSIGNED,  /* partitions were given to this member */
    SOURCE_REVOKED,   /* they are taken back, in good order: commit what was applied, then unassign */
    SOURCE_LOST,      /* they are somebody else's already: drop everything, unassign */
    SOURCE_MISPLACED, /* what comes next may be of another log, or is not there: source_hold and source_assign again */
    SOURCE_FATAL,     /* librdkafka cannot go on; it was logged */
};

struct source;

struct source_settings {
    const char *brokers;
    const char *topic;
    const char *group;
    const struct option_values *properties; /* -X */
};

enum { SOURCE_ERROR_SIZE = 1536 };

/* Does not wait for a broker. NULL, with the reason, when the configuration is refused: exit 78. */
struct source *source_new(const struct source_settings *settings, char error[SOURCE_ERROR_SIZE]);

/* Leaves the group and frees. Waits for the coordinator for 3 s at most; without it, the group notices later. */
void source_free(struct source *source);

/* Whether the topic is there, and who says so. */
enum source_lookup {
    SOURCE_FOUND,
    SOURCE_NO_TOPIC,
    SOURCE_REFUSED,   /* `error` says why, and what to do: the topic's name, or no permission */
    SOURCE_NO_ANSWER, /* `error` says why; ask again */
    SOURCE_NO_TRUST,  /* the same, because of a password or a certificate */
} source_find_topic(struct source *source, char error[SOURCE_ERROR_SIZE]);

/* Whether the topic may be read: see compaction.h. */
bool source_permits_topic(struct source *source, bool is_compacted_allowed);

/* How many partitions the topic has now; 0 when no broker says so. */
int32_t source_count_partitions(const struct source *source);

/* The ids of cluster and topic, as of the last source_assign or source_find_logs. Borrowed. */
const struct log_identity *source_identity(const struct source *source);

bool source_subscribe(struct source *source, char error[SOURCE_ERROR_SIZE]);

enum source_event source_poll(struct source *source, int timeout_ms, struct record *record);
void source_release(struct record *record);

/*
 * Begins to read the partitions of the last SOURCE_ASSIGNED. Each holds one of the logs that are known, or a new one (see
 * recognise.h): of a known one at the smaller of the committed offset and the known next one, or at its beginning where the former is
 * missing; of a new one at its beginning. A new log, and records that were deleted, are logged. *starts is freed by
 * the caller. False when no broker says where: nothing is read yet, try again.
 */
bool source_assign(struct source *source, const struct known_logs *known, struct start **starts, size_t *start_count);

/*
 * Which logs the partitions hold now: those that are read, or all of the topic. *logs is freed by the caller and refers to
 * `known`. False when no broker says so.
 */
bool source_find_logs(struct source *source, const struct known_logs *known, bool is_of_all, struct log_now **logs,
                      size_t *count);

/* Stops reading. The answer to REVOKED and LOST. */
void source_unassign(struct source *source);

/* Stops and goes on fetching, while the partitions stay assigned. Both may be repeated. */
void source_pause(struct source *source);
void source_resume(struct source *source);

/* Stops reading but keeps the partitions, to be read again by source_assign. */
void source_hold(struct source *source);

/* One past the partition's last offset, as the last fetch saw it; OFFSET_UNKNOWN before that. */
int64_t source_end_offset(const struct source *source, int32_t partition);

/*
 * Commits offsets for the group, each one past the last that was applied. The first does not wait: source_poll logs the
 * result, and only then sends the newest of those that were given meanwhile. The second waits, a few seconds at most. A
 * commit that fails is harmless, and so is one that is repeated: what was applied is delivered again, and recognised.
 */
void source_commit(struct source *source, const struct partition_offset *offsets, size_t count);
void source_commit_wait(struct source *source, const struct partition_offset *offsets, size_t count);

/* Whether the group has committed these offsets, or higher ones. False also when no broker answers. */
bool source_has_committed(struct source *source, const struct partition_offset *offsets, size_t count);

#endif
