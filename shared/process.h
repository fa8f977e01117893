/*
 * process.h - what programs do first, before they open or read anything.
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

/*
 * For programs that use librdkafka. It allocates memory for each batch of records, compressed and uncompressed, and
 * frees it soon after. Without this call that memory would go back to the system, page by page, and be requested again
 * for the next batch. Each thread that allocates keeps up to this many megabytes; librdkafka has one thread a broker.
 */
void process_keep_freed_memory(int megabytes);

#endif
