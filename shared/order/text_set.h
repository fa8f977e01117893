/*
 * text_set.h - texts, each kept once, numbered from 1 in the order of their arrival.
 *
 * The data that belongs to a text can then be in a plain array, indexed by its number.
 * 0 means "none"; the empty text has the number 0 too.
 *
 *     struct text_set set = { 0 };
 *     uint32_t number = text_set_add(&set, "SP");    // 1
 *
 *     text_set_find(&set, "SP");                     // 1
 *     text_set_at(&set, number);                     // "SP"
 *     text_set_release(&set);
 */
#ifndef TEXT_SET_H
#define TEXT_SET_H

#include <stddef.h>
#include <stdint.h>

struct slot;

struct text_set {
    char *bytes; /* all texts, each with its NUL */
    size_t length, size;
    size_t *offsets; /* by number - 1 */
    size_t count, offset_capacity;
    struct slot *slots; /* open addressing */
    size_t slot_count;  /* a power of two */
};

/* The text's number, a new one if the set does not have the text yet. The text is copied. */
uint32_t text_set_add(struct text_set *set, const char *text);

/* The text's number, 0 if the set does not have it. */
uint32_t text_set_find(const struct text_set *set, const char *text);

/* The text, NULL for 0. Borrowed until the next text_set_add. */
const char *text_set_at(const struct text_set *set, uint32_t number);

void text_set_release(struct text_set *set);

#endif
