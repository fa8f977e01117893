/*
 * api.h - snapshots, history and the lab mode as JSON, for the page and for programs.
 *
 *     const struct api_source source = { "order-events", "order-aggregator", started_at };
 *     char *text = api_status(&source, &snapshot);
 *     free(text);
 *
 * Pure. Numbers are exact up to 2^53, as everywhere in JavaScript. An unknown value is null.
 */
#ifndef API_H
#define API_H

#include "history.h"
#include "lab.h"
#include "moments.h"
#include "snapshot.h"

struct api_source {
    const char *topic, *group;
    int64_t started_at; /* if it changes, the numbers have started again */
};

enum { API_VALUES_MAX = 20000 }; /* partitions in all samples of one answer, which has at least one sample */

/* The complete latest snapshot. The caller frees the text that this and the other functions return. */
char *api_status(const struct api_source *source, const struct snapshot *snapshot);

/* Samples and moments with numbers above `since`, oldest first. If "more" is true, ask again with since = "last". */
char *api_history(const struct api_source *source, const struct history *history, const struct moments *moments,
                  int64_t since);

/* Why a question was not answered: a word for programs, and a sentence. */
char *api_unanswered(const char *error, const char *reason);

/* Which servers are unavailable, and why. */
char *api_ready(const struct snapshot *snapshot);
bool api_is_ready(const struct snapshot *snapshot);

/* The state of the lab mode, with the token: for the monitor's own page only. */
char *api_lab(const struct lab_state *state);

/* {"error": reason}; the reason may contain any bytes. */
char *api_error(const char *reason);

#endif
