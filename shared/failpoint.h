/*
 * failpoint.h - named places where a test can make a fault happen.
 *
 *     FAILPOINT("applied, offsets not committed");
 *     sent = FAILPOINT("not sent") ? false : send(…);
 *
 * Only builds with -DFAILPOINTS have them. In other builds FAILPOINT() is false and
 * adds no code. The environment selects the place, the pass and the fault:
 *
 *     FAILPOINT         the name, `name#N` for the Nth pass through it, or `*` for
 *                       every place and pass
 *     FAILPOINT_ACTION  crash (the default): the process is killed, with no handler and no clean-up
 *                       fail: FAILPOINT() is true, and the caller acts as if its next call had failed
 *                       a number: the program sleeps for this many milliseconds
 *
 * Except for `*`, the name is reported on standard error first.
 * tests/integration/failpoints.t finds the names in the sources, so each occurs
 * there once, as a string.
 */
#ifndef FAILPOINT_H
#define FAILPOINT_H

#include <stdbool.h>

#ifdef FAILPOINTS
bool failpoint(const char *name);
#define FAILPOINT(name) failpoint(name)
#else
static inline bool no_failpoint(void) /* without the name, which debug information would keep in the program */
{
    return false;
}
#define FAILPOINT(name) no_failpoint()
#endif

#endif
