/*
 * property.h - what the fuzz targets share: properties, and the reasons that inputs were refused for.
 *
 * A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput, which libFuzzer
 * calls (make fuzz), or replay.c with each file of corpus/NAME (make corpus).
 *
 *     if (!order_parse(fields, NULL, &order, reason))
 *         reason_seen(reason);
 *     else
 *         HOLDS(order.placed_at != TIMESTAMP_NONE, "an order has a time of purchase: %s", order.id);
 */
#ifndef PROPERTY_H
#define PROPERTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The message says what should be so, and for which values it is not. */
#define HOLDS(condition, ...) ((condition) ? (void)0 : property_broken(__FILE__, __LINE__, __VA_ARGS__))

_Noreturn void property_broken(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Prints it where reasons are collected, see tests/fuzz/corpus.t. */
void reason_seen(const char *reason);

/* For replay.c. */
extern bool property_prints_reasons;
extern const char *property_input; /* the file that is replayed */

/* A string of the bytes, cut at a NUL. The caller frees it. */
char *string_of(const void *bytes, size_t length);

#endif
