/*
 * process.h - what all programs do first, before they open or read anything.
 *
 *     int main(int argc, char **argv)
 *     {
 *         process_protect();
 *         …
 */
#ifndef PROCESS_H
#define PROCESS_H

/*
 * No core file: it would hold passwords and customers' data. Not by
 * RLIMIT_CORE, which the kernel does not apply where core files are piped to a
 * collector. It also closes /proc/PID/environ to other processes of the user.
 *
 * And no file or connection as standard stream: where one of the three is
 * closed, the next file that is opened would take its place, and what is
 * printed would go there. In its place comes one that fails.
 */
void process_protect(void);

#endif
