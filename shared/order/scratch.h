/*
 * scratch.h - memory for a JSON tree that lives no longer than the look at one event.
 *
 * An event is a tree of some twenty small parts. What cJSON asks for between
 * these two calls comes from a block of the calling thread, and is gone with the
 * second one, so that decoding does not spend a fifth of its time in malloc:
 *
 *     scratch_begin();
 *     root = cJSON_Parse(text);
 *     …
 *     cJSON_Delete(root);
 *     scratch_end();
 *
 * Free what cJSON printed meanwhile by cJSON_free. What is too large for the
 * block is allocated as ever.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

void scratch_begin(void);
void scratch_end(void);

#endif
