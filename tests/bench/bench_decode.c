/*
 * bench-decode RECORDS - how fast records in memory become events: those of the producer, and the same with the keys of
 * their payload the other way round, each as the consumer decodes them and by the tree alone.
 *
 * RECORDS is a file as records.h has it, of the lifecycle of Olist's orders. Prints a line for each of the four, "own
 * RECORDS_A_SECOND" of processor time: the median of seven rounds, in each of which all four have their turn.
 */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "decode.h"
#include "event_json.h"
#include "lifecycle_file.h"
#include "memory.h"
#include "records.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 7 };

static const struct event_form *form;

static bool by_consumer(const struct record *record)
{
    struct event event;
    struct payload_summary summary;
    char reason[REASON_SIZE];

    return decode_record(record, form, &event, &summary, reason);
}

static bool by_tree(const struct record *record)
{
    struct event event;
    struct payload_summary summary;
    char reason[REASON_SIZE];

    return event_json_decode(record->value, record->value_length, form, &event, &summary, reason);
}

static int64_t processor_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double rate(const struct records *records, bool (*decode)(const struct record *))
{
    int64_t began = processor_ns();

    for (size_t i = 0; i < records->count; i++) {
        if (!decode(&records->records[i])) {
            fprintf(stderr, "bench-decode: record %zu is not an event\n", i + 1);
            exit(EXIT_FAILURE);
        }
    }
    return 1e9 * (double)records->count / (double)(processor_ns() - began);
}

static void reverse_payload(struct record *record)
{
    cJSON *root = cJSON_ParseWithLength(record->value, record->value_length);
    cJSON *payload = cJSON_GetObjectItemCaseSensitive(root, "payload");
    int count = cJSON_GetArraySize(payload);

    for (int i = 1; i < count; i++)
        cJSON_InsertItemInArray(payload, 0, cJSON_DetachItemFromArray(payload, i));
    record->value = checked(cJSON_PrintUnformatted(root));
    record->value_length = strlen(record->value);
    cJSON_Delete(root);
}

static int compare_rates(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    struct records own, other;
    const struct {
        const char *name;
        const struct records *records;
        bool (*decode)(const struct record *);
    } FIGURES[] = { { "own", &own, by_consumer },
                    { "own-tree", &own, by_tree },
                    { "other", &other, by_consumer },
                    { "other-tree", &other, by_tree } };
    enum { FIGURE_COUNT = sizeof(FIGURES) / sizeof(FIGURES[0]) };
    double rates[FIGURE_COUNT][ROUNDS];
    enum replay_end end;

    if (argc != 2) {
        fprintf(stderr, "usage: bench-decode RECORDS\n");
        return EXIT_FAILURE;
    }
    form = &((struct lifecycle *)checked(lifecycle_file_read(NULL, &end)))->form;
    own = records_read(argv[1]);
    other = records_read(argv[1]);
    for (size_t i = 0; i < other.count; i++)
        reverse_payload(&other.records[i]);
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < FIGURE_COUNT; i++)
            rates[i][round] = rate(FIGURES[i].records, FIGURES[i].decode);
    }
    for (int i = 0; i < FIGURE_COUNT; i++) {
        qsort(rates[i], ROUNDS, sizeof(rates[i][0]), compare_rates);
        printf("%s %.0f\n", FIGURES[i].name, rates[i][ROUNDS / 2]);
    }
    return EXIT_SUCCESS;
}
