/*
 * api.h - what is known, as JSON: for the page, and for programs.
 *
 *     const struct api_source source = { "order-events", "order-aggregator", started_at };
 *     char *text = api_status(&source, &snapshot);
 *     free(text);
 *
 * Pure. Numbers are exact up to 2^53, as everywhere in JavaScript. What is not known is null.
 */
#ifndef API_H
#define API_H

#include "history.h"
#include "moments.h"
#include "snapshot.h"

struct api_source {
    const char *topic, *group;
    int64_t started_at; /* tells a client that the numbers started again */
};

enum { API_VALUES_MAX = 20000 }; /* partitions in all samples of one answer; at least one sample is given */

/* The latest snapshot whole. The caller frees the text, of this and the others. */
char *api_status(const struct api_source *source, const struct snapshot *snapshot);

/* Samples and moments with numbers above `since`, oldest first. "more" says that there are others: ask again, since "last". */
char *api_history(const struct api_source *source, const struct history *history, const struct moments *moments,
                  int64_t since);

/* Who is away, and why. */
char *api_ready(const struct snapshot *snapshot);
bool api_is_ready(const struct snapshot *snapshot);

#endif
