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
 * For programs that speak Kafka. For each batch of records librdkafka allocates what holds it, plain and compressed, and
 * frees it soon. The system would get that memory back each time, page by page, and give it out anew. So many megabytes
 * are kept, at most, for each thread that allocates: librdkafka has one a broker.
 */
void process_keep_freed_memory(int megabytes);

#endif
