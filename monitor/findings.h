/*
 * findings.h - what --check found, a line a check.
 *
 *     struct findings *findings = findings_new();
 *
 *     findings_add(findings, FINDING_OK, "fsync", NULL, "on");
 *     findings_add(findings, FINDING_WARN, "retention by time", "kafka-configs.sh …", "records are deleted after %d days", 7);
 *     findings_print(findings, stdout);
 *     worst = findings_worst(findings);
 *     findings_free(findings);
 *
 * Texts are copied, and cleaned of what a terminal would obey.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

enum finding_level {
    FINDING_OK,      /* it was seen, and is right */
    FINDING_UNKNOWN, /* it could not be seen: no permission, or nothing tells */
    FINDING_WARN,    /* it works, and costs something */
    FINDING_FAIL,    /* it does not work, or events are lost */
};

struct findings;

/* Never NULL. */
struct findings *findings_new(void);
void findings_free(struct findings *findings);

/* `name` says what was looked at, `fix` is the command or the advice that corrects it, or NULL; the rest says what was found. */
void findings_add(struct findings *findings, enum finding_level level, const char *name, const char *fix,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* FINDING_OK when there are none. */
enum finding_level findings_worst(const struct findings *findings);

/* A line each, and below it the fix where there is one. */
void findings_print(const struct findings *findings, FILE *out);

/* One JSON array of objects with level, check, found and fix. */
void findings_print_json(const struct findings *findings, FILE *out);

/* Of "ok", "unknown", "warn" or "fail". Another word is FINDING_UNKNOWN. */
enum finding_level finding_level_of(const char *name);

#endif
