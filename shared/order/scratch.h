/*
 * scratch.h - memory for a JSON tree that is needed only while one event is processed.
 *
 * An event is a tree of about twenty small parts. Between these two calls cJSON
 * allocates from a block of the calling thread, which the second call frees as a
 * whole. Otherwise decoding would spend a fifth of its time in malloc:
 *
 *     scratch_begin();
 *     root = cJSON_Parse(text);
 *     …
 *     cJSON_Delete(root);
 *     scratch_end();
 *
 * Free what cJSON prints between the calls with cJSON_free. What does not fit into
 * the block is allocated with malloc.
 */
#ifndef SCRATCH_H
#define SCRATCH_H

void scratch_begin(void);
void scratch_end(void);

#endif
