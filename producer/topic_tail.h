/*
 * topic_tail.h - checks whether a topic ends with events of a different lifecycle.
 *
 * Events of two lifecycles in one topic cannot be applied to one database. So the last
 * record of each partition is checked before anything is sent.
 *
 *     if (!topic_tail_fits(&config, partitions, what))
 *         log_error("replay", "the topic holds events of another lifecycle: %s", what);
 */
#ifndef TOPIC_TAIL_H
#define TOPIC_TAIL_H

#include "event_json.h"
#include "publisher.h"

/*
 * False if one of the records is a valid event (with the right eventId) that config->form does not cover: see
 * event_json_is_foreign. True otherwise, also if the topic is empty, if this user may not read it, or if there is no
 * answer. It waits for up to two seconds for the leaders, and for up to two seconds for their records.
 */
bool topic_tail_fits(const struct publisher_config *config, int partitions, char what[EVENT_FOREIGN_SIZE]);

#endif
