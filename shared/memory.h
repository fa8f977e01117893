/*
 * memory.h - allocations that cannot fail.
 *
 * If there is no memory, the program ends at once. Nothing has to be saved, because
 * unfinished work is sent or delivered again in the next run.
 *
 *     rows = checked(calloc(count, sizeof(*rows)));
 *     if (pthread_create(&thread, NULL, run, task) != 0)
 *         OUT_OF_MEMORY();
 */
#ifndef MEMORY_H
#define MEMORY_H

/* Returns the pointer, which is never NULL. */
#define checked(pointer) checked_at((pointer), __FILE__, __LINE__)
#define OUT_OF_MEMORY() out_of_memory(__FILE__, __LINE__)

void *checked_at(void *pointer, const char *file, int line);

/* Writes "PROGRAM: out of memory at FILE:LINE" to standard error and aborts. */
_Noreturn void out_of_memory(const char *file, int line);

#endif
