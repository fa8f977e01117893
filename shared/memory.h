/*
 * memory.h - allocations that cannot fail.
 *
 * Out of memory ends the program at once: what it had not finished is sent or
 * delivered again by the next one, so there is nothing to save.
 *
 *     rows = checked(calloc(count, sizeof(*rows)));
 */
#ifndef MEMORY_H
#define MEMORY_H

/* The pointer, which is not NULL. */
void *checked(void *pointer);

#endif
