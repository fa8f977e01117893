/*
 * process.h - the first calls of a program, before it opens or reads anything.
 *
 *     int main(int argc, char **argv)
 *     {
 *         process_protect();
 *         …
 */
#ifndef PROCESS_H
#define PROCESS_H

/*
 * Prevents core files, which would contain passwords and customers' data. It does
 * not use RLIMIT_CORE, which the kernel ignores if core files are piped to a
 * collector. It also closes /proc/PID/environ to other processes of the user.
 *
 * Makes sure that the three standard streams are open. If one of them is closed,
 * the next file that the program opens would take its place, and output would go
 * there. A closed stream is replaced by one whose every use fails.
 */
void process_protect(void);

/*
 * For programs that use librdkafka. It allocates memory for each batch of records, compressed and uncompressed, and
 * frees it soon after. Without this call that memory would be returned to the system, page by page, and requested again
 * for the next batch. Each thread that allocates keeps up to this many megabytes. librdkafka has one thread per broker.
 */
void process_keep_freed_memory(int megabytes);

#endif
