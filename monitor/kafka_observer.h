/*
 * kafka_observer.h - looks at a topic and at a group that reads it, from outside.
 *
 *     struct kafka_observer *observer = kafka_observer_new(brokers, topic, group, &properties, error);
 *     struct kafka_view *view = kafka_observer_look(observer);     // the caller owns it
 *     kafka_observer_free(observer);
 *
 * It subscribes to nothing and commits nothing, so it can neither join the group
 * nor disturb it, and it needs no live member. A look ends within KAFKA_LOOK_MS,
 * whatever the brokers do. If they do not answer, the view is not up and has the
 * reason. One thread at a time.
 */
#ifndef KAFKA_OBSERVER_H
#define KAFKA_OBSERVER_H

#include "options.h"
#include "snapshot.h"

enum { KAFKA_LOOK_MS = 3000, KAFKA_OBSERVER_ERROR_SIZE = 512 };

/* The strings are borrowed for as long as it lives. NULL, with the reason in `error`, for a property that is refused. */
struct kafka_observer *kafka_observer_new(const char *brokers, const char *topic, const char *group,
                                          const struct option_values *properties,
                                          char error[KAFKA_OBSERVER_ERROR_SIZE]);
void kafka_observer_free(struct kafka_observer *observer);

struct kafka_view *kafka_observer_look(struct kafka_observer *observer);

#endif
