/*
 * replay.h - one replay from the files to the last acknowledgement.
 *
 *     return replay_run(&settings);    // the exit status, see sysexits.h
 *
 * Logs start, progress and end. It stops within a second of stop_requested.
 */
#ifndef REPLAY_H
#define REPLAY_H

#include "settings.h"

int replay_run(const struct settings *settings);

#endif
