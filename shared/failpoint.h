/*
 * failpoint.h - named places where a test can make the program die.
 *
 *     FAILPOINT("applied, offsets not committed");
 *
 * In builds with -DFAILPOINTS the process kills itself (SIGKILL: no handler,
 * no clean-up) when it comes there, if the environment variable FAILPOINT is
 * that name, or `name#N` for the Nth time. In other builds it is nothing.
 */
#ifndef FAILPOINT_H
#define FAILPOINT_H

#ifdef FAILPOINTS
void failpoint(const char *name);
#define FAILPOINT(name) failpoint(name)
#else
#define FAILPOINT(name) ((void)0)
#endif

#endif
