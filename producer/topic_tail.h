/*
 * topic_tail.h - whether a topic ends in events of another lifecycle.
 *
 * Events of two lifecycles in one topic cannot be applied to one database. So
 * before anything is sent, the last record of each partition is looked at.
 *
 *     if (!topic_tail_fits(&config, partitions, what))
 *         log_error("replay", "the topic holds events of another lifecycle: %s", what);
 */
#ifndef TOPIC_TAIL_H
#define TOPIC_TAIL_H

#include "event_json.h"
#include "publisher.h"

/*
 * False where one of the records is a valid event, eventId included, that has what config->form lacks: see event_json_is_foreign.
 * True where nothing is known to the contrary: a topic that is empty, that this user may not read, or that does not
 * answer: it waits up to two seconds for the leaders, and up to two for their records.
 */
bool topic_tail_fits(const struct publisher_config *config, int partitions, char what[EVENT_FOREIGN_SIZE]);

#endif
