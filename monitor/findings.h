/*
 * findings.h - the results of --check, one line for each check.
 *
 *     struct findings *findings = findings_new();
 *
 *     findings_add(findings, FINDING_OK, "fsync", NULL, "on");
 *     findings_add(findings, FINDING_WARN, "retention by time", "kafka-configs.sh …", "records are deleted after %d days", 7);
 *     findings_print(findings, stdout);
 *     worst = findings_worst(findings);
 *     findings_free(findings);
 *
 * Texts are copied, and cleaned of characters that control a terminal.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

enum finding_level {
    FINDING_OK,      /* it was checked, and is correct */
    FINDING_UNKNOWN, /* it could not be checked: no permission, or no source */
    FINDING_WARN,    /* it works, but has a drawback */
    FINDING_FAIL,    /* it does not work, or events are lost */
};

struct findings;

/* Never NULL. */
struct findings *findings_new(void);
void findings_free(struct findings *findings);

/* `name` is what was checked. `fix` is the command or advice that fixes it, or NULL. `format` is what was found. */
void findings_add(struct findings *findings, enum finding_level level, const char *name, const char *fix,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The worst level of all findings. FINDING_OK if there are no findings. */
enum finding_level findings_worst(const struct findings *findings);

/* Prints one line for each finding, with the fix below it if there is one. */
void findings_print(const struct findings *findings, FILE *out);

/* Prints one JSON array of objects with level, check, found and fix. */
void findings_print_json(const struct findings *findings, FILE *out);

/* The level for "ok", "unknown", "warn" or "fail". FINDING_UNKNOWN for any other word. */
enum finding_level finding_level_of(const char *name);

#endif
