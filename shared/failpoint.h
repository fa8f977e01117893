/*
 * failpoint.h - named places where a test can make a fault happen.
 *
 *     FAILPOINT("applied, offsets not committed");
 *     sent = FAILPOINT("not sent") ? false : send(…);
 *
 * Only in builds with -DFAILPOINTS; in others it is false and leaves nothing
 * behind. There the environment says what happens, where and when:
 *
 *     FAILPOINT         the name, `name#N` for the Nth time that the program
 *                       comes there, or `*` for every place and time
 *     FAILPOINT_ACTION  crash (the default): the process is killed, with no handler and no clean-up
 *                       fail: FAILPOINT is true, and the caller does as if what follows had failed
 *                       a number: the program stands still for so many milliseconds
 *
 * What happens is written to standard error first. tests/integration/failpoints.t
 * finds the names in the sources, so each stands there once, as a string.
 */
#ifndef FAILPOINT_H
#define FAILPOINT_H

#include <stdbool.h>

#ifdef FAILPOINTS
bool failpoint(const char *name);
#define FAILPOINT(name) failpoint(name)
#else
static inline bool no_failpoint(void) /* and no name: debug information would keep it in the program */
{
    return false;
}
#define FAILPOINT(name) no_failpoint()
#endif

#endif
