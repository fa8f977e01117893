#include "findings.h"

#include "memory.h"
#include "text.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 64, TEXT_SIZE = 640, FIX_SIZE = 1536 };

static const char *const LEVELS[] = {
    [FINDING_OK] = "ok",
    [FINDING_UNKNOWN] = "unknown",
    [FINDING_WARN] = "warn",
    [FINDING_FAIL] = "fail",
};

enum { LEVEL_COUNT = sizeof(LEVELS) / sizeof(LEVELS[0]) };

struct finding {
    enum finding_level level;
    char name[NAME_SIZE], found[TEXT_SIZE], fix[FIX_SIZE];
};

struct findings {
    struct finding *rows;
    size_t count;
};

enum finding_level finding_level_of(const char *name)
{
    for (size_t i = 0; i < LEVEL_COUNT; i++) {
        if (strcmp(name, LEVELS[i]) == 0)
            return (enum finding_level)i;
    }
    return FINDING_UNKNOWN;
}

struct findings *findings_new(void)
{
    return checked(calloc(1, sizeof(struct findings)));
}

void findings_free(struct findings *findings)
{
    if (!findings)
        return;
    free(findings->rows);
    free(findings);
}

void findings_add(struct findings *findings, enum finding_level level, const char *name, const char *fix,
                  const char *format, ...)
{
    struct finding *row;
    va_list arguments;

    findings->rows = checked(realloc(findings->rows, (findings->count + 1) * sizeof(*findings->rows)));
    row = &findings->rows[findings->count++];
    *row = (struct finding){ .level = level };
    snprintf(row->name, sizeof(row->name), "%s", name);
    snprintf(row->fix, sizeof(row->fix), "%s", fix ? fix : "");
    va_start(arguments, format);
    vsnprintf(row->found, sizeof(row->found), format, arguments);
    va_end(arguments);
    text_one_line(row->found);
    text_clean(row->found);
    text_clean(row->fix);
}

enum finding_level findings_worst(const struct findings *findings)
{
    enum finding_level worst = FINDING_OK;

    for (size_t i = 0; i < findings->count; i++) {
        if (findings->rows[i].level > worst)
            worst = findings->rows[i].level;
    }
    return worst;
}

void findings_print(const struct findings *findings, FILE *out)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *row = &findings->rows[i];

        fprintf(out, "%-7s %s: %s\n", LEVELS[row->level], row->name, row->found);
        if (row->fix[0])
            fprintf(out, "        %s\n", row->fix);
    }
}

void findings_print_json(const struct findings *findings, FILE *out)
{
    cJSON *array = checked(cJSON_CreateArray());
    char *text;

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *row = &findings->rows[i];
        cJSON *object = checked(cJSON_CreateObject());

        checked(cJSON_AddStringToObject(object, "level", LEVELS[row->level]));
        checked(cJSON_AddStringToObject(object, "check", row->name));
        checked(cJSON_AddStringToObject(object, "found", row->found));
        if (row->fix[0])
            checked(cJSON_AddStringToObject(object, "fix", row->fix));
        cJSON_AddItemToArray(array, object);
    }
    text = checked(cJSON_PrintUnformatted(array));
    fprintf(out, "%s\n", text);
    free(text);
    cJSON_Delete(array);
}
