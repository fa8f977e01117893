/*
 * replay.h - one replay from the files to the last acknowledgement.
 *
 *     return replay_run(&settings, lifecycle, &dataset);    // the exit status, see sysexits.h
 *
 * Logs start, progress and end. It stops within a second of stop_requested.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "dataset.h"
#include "lifecycle.h"
#include "settings.h"

int replay_run(const struct settings *settings, const struct lifecycle *lifecycle, const struct dataset *dataset);

#endif
