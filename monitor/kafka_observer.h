/*
 * kafka_observer.h - observes a topic and a group that reads it, from outside the group.
 *
 *     struct kafka_observer *observer = kafka_observer_new(brokers, topic, group, &properties, error);
 *     struct kafka_view *view = kafka_observer_look(observer);     // the caller owns it
 *     kafka_observer_free(observer);
 *
 * It subscribes to nothing and commits nothing, so it can neither join the group nor
 * disturb it, and the group needs no members. A look ends within KAFKA_LOOK_MS, whatever
 * the brokers do. If they do not answer, `up` of the view is false, and `reason` is set.
 * Only one thread at a time may use it.
 */
#ifndef KAFKA_OBSERVER_H
#define KAFKA_OBSERVER_H

#include "options.h"
#include "snapshot.h"

enum { KAFKA_LOOK_MS = 3000, KAFKA_OBSERVER_ERROR_SIZE = 512 };

/* Borrows the strings until kafka_observer_free. NULL, with the reason in `error`, if a property is refused. */
struct kafka_observer *kafka_observer_new(const char *brokers, const char *topic, const char *group,
                                          const struct option_values *properties,
                                          char error[KAFKA_OBSERVER_ERROR_SIZE]);
void kafka_observer_free(struct kafka_observer *observer);

struct kafka_view *kafka_observer_look(struct kafka_observer *observer);

#endif
