/*
 * All partitions are read together, in rounds. Most need one round for the seam, which detects a log that lost its last records,
 * and one for the anchor. If a topic is recreated while a consumer runs, the consumer may continue to read it for a while. The
 * seam is then a record of the new log, and only the anchor differs.
 */
#include "recognise.h"

#include "memory.h"
#include "monotonic.h"

#include <stdlib.h>
#include <string.h>

struct search {
    struct log_now *log;
    size_t next;                       /* in known->logs: the candidates that are left */
    const struct known_log *candidate; /* NULL: decided */
    const struct seam *reading;        /* the candidate's seam, or then its anchor */
};

static bool may_be(const char *one, const char *other)
{
    return !one[0] || !other[0] || strcmp(one, other) == 0;
}

static bool is_candidate(const struct known_log *known, const struct log_now *log, const struct log_identity *identity)
{
    return known->partition == log->partition && known->next_offset <= log->end_offset &&
           may_be(known->identity.cluster_id, identity->cluster_id) &&
           may_be(known->identity.topic_id, identity->topic_id);
}

static void settle(struct search *search, const struct known_log *known, bool is_unsure)
{
    search->log->known = known;
    search->log->log = known->log;
    search->log->is_unsure = is_unsure;
    search->candidate = NULL;
}

static void settle_as_new(struct search *search, const struct known_logs *known)
{
    struct log_now *log = search->log;

    search->candidate = NULL;
    log->is_new = true;
    log->known = NULL;
    log->log = 1;
    for (size_t i = 0; i < known->count; i++) {
        if (known->logs[i].partition != log->partition)
            continue;
        if (!log->known)
            log->known = &known->logs[i];
        if (known->logs[i].log >= log->log)
            log->log = known->logs[i].log + 1;
    }
}

/* The next log that can be compared; or one that cannot, but may be it. */
static void try_next(struct search *search, const struct known_logs *known, const struct log_identity *identity)
{
    while (search->next < known->count) {
        const struct known_log *one = &known->logs[search->next++];

        if (!is_candidate(one, search->log, identity))
            continue;
        if (one->seam.offset < search->log->low) {
            settle(search, one, !one->identity.topic_id[0] || !identity->topic_id[0]);
            return;
        }
        search->candidate = one;
        search->reading = &one->seam;
        return;
    }
    settle_as_new(search, known);
}

/* An anchor that is not there says nothing: it was deleted, or removed by compaction. */
static void judge(struct search *search, const struct peek_request *request, const struct known_logs *known,
                  const struct log_identity *identity)
{
    const struct known_log *candidate = search->candidate;
    bool is_seam = search->reading == &candidate->seam;

    search->log->broker = request->broker;
    if (request->found ? !seam_equal(&request->seam, search->reading) : is_seam)
        try_next(search, known, identity);
    else if (is_seam && candidate->anchor.offset >= search->log->low)
        search->reading = &candidate->anchor;
    else
        settle(search, candidate, false);
}

/* Reads what the candidates say is there. False where that cannot be read. */
static bool play_round(struct peek *peek, struct search *searches, size_t count, const struct known_logs *known,
                       const struct log_identity *identity, int timeout_ms)
{
    struct peek_request *requests = checked(calloc(count, sizeof(*requests)));
    struct search **asked = checked(calloc(count, sizeof(*asked))); /* NOLINT(bugprone-sizeof-expression): pointers */
    size_t request_count = 0;
    bool answered;

    for (size_t i = 0; i < count; i++) {
        if (!searches[i].candidate)
            continue;
        asked[request_count] = &searches[i];
        requests[request_count++] =
            (struct peek_request){ .partition = searches[i].log->partition, .offset = searches[i].reading->offset };
    }
    answered = peek_read(peek, requests, request_count, timeout_ms);
    for (size_t i = 0; answered && i < request_count; i++)
        judge(asked[i], &requests[i], known, identity);
    free(requests);
    free(asked);
    return answered;
}

static bool is_over(const struct search *searches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (searches[i].candidate)
            return false;
    }
    return true;
}

bool recognise(struct peek *peek, const struct log_identity *identity, const struct known_logs *known,
               struct log_now *logs, size_t count, int timeout_ms)
{
    int64_t ends_at = monotonic_ms() + timeout_ms;
    struct search *searches = checked(calloc(count + 1, sizeof(*searches)));
    bool answered = true;

    for (size_t i = 0; i < count; i++) {
        searches[i].log = &logs[i];
        logs[i].broker = -1;
        try_next(&searches[i], known, identity);
    }
    while (answered && !is_over(searches, count)) {
        int64_t left = ends_at - monotonic_ms();

        answered = left > 0 && play_round(peek, searches, count, known, identity, (int)left);
    }
    free(searches);
    return answered;
}
