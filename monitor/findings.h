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
    FINDING_OK,      /* it was checked, and is right */
    FINDING_UNKNOWN, /* it could not be checked: no permission, or no source */
    FINDING_WARN,    /* it works, but has a drawback */
    FINDING_FAIL,    /* it does not work, or events are lost */
};

struct findings;

/* Never NULL. */
struct findings *findings_new(void);
void findings_free(struct findings *findings);

/* `name` is what was checked. `fix` is the command or advice that corrects it, or NULL. The rest is what was found. */
void findings_add(struct findings *findings, enum finding_level level, const char *name, const char *fix,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* FINDING_OK when there are none. */
enum finding_level findings_worst(const struct findings *findings);

/* One line for each finding, with the fix below it if there is one. */
void findings_print(const struct findings *findings, FILE *out);

/* One JSON array of objects with level, check, found and fix. */
void findings_print_json(const struct findings *findings, FILE *out);

/* From "ok", "unknown", "warn" or "fail". Any other word is FINDING_UNKNOWN. */
enum finding_level finding_level_of(const char *name);

#endif
