/*
 * replay.h - one replay from the files to the last acknowledgement.
 *
 *     enum replay_end end = replay_run(&settings, lifecycle, &dataset);
 *
 * Logs start, progress and end. After stop_requested it sends nothing more, and waits up to 5 s for the answers to what
 * it has sent. It may take longer while Kafka has not answered yet at all: see topic.h.
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
