/*
 * source.h - Kafka, as the worker sees it: records, and changes of which partitions this member reads.
 *
 * One member of a consumer group on one topic. Rebalances come back from
 * source_poll as events like any other, and the worker answers them:
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
 * Between SOURCE_ASSIGNED and source_assign the member stays in the group and reads nothing. Offsets are committed only when
 * the caller says so. What happens to the group, the topic and the brokers is logged here.
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
    SOURCE_LOST,            /* other members may have them already: drop everything, unassign */
    SOURCE_POSITIONS_STALE, /* what comes next may be of another log, or is not there: find where to start again */
    SOURCE_FATAL,           /* librdkafka cannot go on; it was logged */
};

struct source;

struct source_settings {
    const char *brokers;
    const char *topic;
    const char *group;
    const struct option_values *properties; /* -X */
};

enum { SOURCE_ERROR_SIZE = 1536 };

/* Does not wait for a broker. NULL, with the reason, when the configuration is refused: exit 78. Borrows the settings. */
struct source *source_new(const struct source_settings *settings, char error[SOURCE_ERROR_SIZE]);

/*
 * Leaves the group and frees. Waits for the coordinator for 3 s at most. If it does not answer, the group notices when the
 * session times out, and the memory is left to the end of the process.
 */
void source_free(struct source *source);

/* Whether the topic is there, or why that is not known. */
enum source_lookup {
    SOURCE_FOUND,
    SOURCE_NO_TOPIC,
    SOURCE_REFUSED,   /* `error` says why, and what to do: the topic's name, or no permission */
    SOURCE_NO_ANSWER, /* `error` says why; ask again */
    SOURCE_NO_TRUST,  /* the same, because of a password or a certificate */
} source_find_topic(struct source *source, char error[SOURCE_ERROR_SIZE]);

/* Whether the topic may be read: see compaction.h. */
bool source_permits_topic(struct source *source, bool is_compacted_allowed);

/* How many partitions the topic has now; 0 when no broker answers. */
int32_t source_count_partitions(const struct source *source);

/* The ids of cluster and topic, as of the last source_assign or source_find_logs. Borrowed. */
const struct log_identity *source_identity(const struct source *source);

bool source_subscribe(struct source *source, char error[SOURCE_ERROR_SIZE]);

enum source_event source_poll(struct source *source, int timeout_ms, struct record *record);
void source_release(struct record *record);

/*
 * Finds where to start in the partitions of the last SOURCE_ASSIGNED, and begins to read them. Each holds one of the known
 * logs or a new one (see recognise.h). A known log is read from the smaller of the committed offset and the known next
 * offset, or from its beginning if no offset is committed; a new log is read from its beginning. New logs and deleted
 * records are logged. The caller frees *starts. False when no broker says where to start: nothing is read yet, try again.
 */
bool source_assign(struct source *source, const struct known_logs *known, struct start **starts, size_t *start_count);

/*
 * Which logs the partitions hold now: those that this member owns, or all of the topic. The caller frees *logs, which refers
 * to `known`. False when no broker answers.
 */
bool source_find_logs(struct source *source, const struct known_logs *known, bool is_of_all, struct log_now **logs,
                      size_t *count);

/* Stops reading and gives the partitions up: the answer to REVOKED and LOST. */
void source_unassign(struct source *source);

/* source_pause stops fetching, source_resume continues it; the partitions stay assigned. Both may be repeated. */
void source_pause(struct source *source);
void source_resume(struct source *source);

/* Stops reading but keeps the partitions: source_assign reads them again. */
void source_hold(struct source *source);

/* One past the partition's last offset, as the last fetch saw it; OFFSET_UNKNOWN before that. */
int64_t source_end_offset(const struct source *source, int32_t partition);

/*
 * Commits offsets for the group, each one past the last that was applied. source_commit does not wait: source_poll
 * logs the result, and then sends the newest offsets that were given in the meantime. source_commit_wait waits for at most
 * 2 s. A commit that fails is harmless, and so is one that is repeated: what was applied is delivered again, and recognised.
 */
void source_commit(struct source *source, const struct partition_offset *offsets, size_t count);
void source_commit_wait(struct source *source, const struct partition_offset *offsets, size_t count);

/* Whether the group has committed these offsets, or higher ones. False also when no broker answers. */
bool source_has_committed(struct source *source, const struct partition_offset *offsets, size_t count);

#endif
