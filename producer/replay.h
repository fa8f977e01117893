/*
 * replay.h - one replay, from reading the files to the last acknowledgement.
 *
 *     enum replay_end end = replay_run(&settings, lifecycle, &dataset);
 *
 * Logs the start, the progress and the end. After stop_requested it sends no more events, and waits for up to 5 s for the
 * answers to those that were sent. Before Kafka has answered for the first time, stopping may take longer: see topic.h.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "dataset.h"
#include "end.h"
#include "lifecycle.h"
#include "settings.h"

enum replay_end replay_run(const struct settings *settings, const struct lifecycle *lifecycle,
                           const struct dataset *dataset);

#endif
