#include "outcomes.h"

#include "event_line.h"
#include "log.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>

void outcomes_add(struct outcomes *outcomes, const struct batch *batch, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const struct batch_row *row = &batch->rows[i];

        if (row->outcome != OUTCOME_UNKNOWN)
            (row->reason ? &outcomes->others : &outcomes->events[row->event.type->number])->of[row->outcome]++;
    }
}

static void add_counts(struct outcome_counts *sum, const struct outcome_counts *counts)
{
    for (int outcome = 0; outcome < OUTCOMES; outcome++)
        sum->of[outcome] += counts->of[outcome];
}

static uint64_t received(const struct outcome_counts *counts)
{
    uint64_t sum = 0;

    for (int outcome = 0; outcome < OUTCOMES; outcome++)
        sum += counts->of[outcome];
    return sum;
}

struct outcome_counts outcomes_total(const struct outcomes *outcomes)
{
    struct outcome_counts sum = outcomes->others;

    for (int type = 0; type < EVENT_TYPES_MAX; type++)
        add_counts(&sum, &outcomes->events[type]);
    return sum;
}

/* Few installations retire ids: where none is, the outcome is left out. */
static void print_counts(const char *name, const struct outcome_counts *counts)
{
    char text[OUTCOMES * sizeof(" quarantined=18446744073709551615")] = "";
    size_t length = 0;

    for (enum outcome outcome = OUTCOME_APPLIED; outcome < OUTCOMES; outcome++) {
        if (outcome != OUTCOME_RETIRED || counts->of[outcome] > 0)
            length += (size_t)snprintf(text + length, sizeof(text) - length, " %s=%" PRIu64, outcome_name(outcome),
                                       counts->of[outcome]);
    }
    log_info("summary", "%-17s received=%" PRIu64 "%s", name, received(counts), text);
}

void outcomes_print_summary(const struct outcomes *outcomes, const struct event_form *form)
{
    struct outcome_counts total = outcomes_total(outcomes);

    for (int type = 0; type < form->type_count; type++)
        print_counts(form->types[type].name, &outcomes->events[type]);
    if (received(&outcomes->others) > 0)
        print_counts("not an event", &outcomes->others);
    print_counts("total", &total);
    if (outcomes->absent + outcomes->deleted > 0)
        log_info("summary", "offsets without a record: absent=%" PRIu64 " deleted=%" PRIu64, outcomes->absent,
                 outcomes->deleted);
}

static void print_row(const struct batch_row *row)
{
    char line[EVENT_LINE_SIZE];

    printf("%-11s partition=%" PRId32 " offset=%" PRId64, outcome_name(row->outcome), row->partition, row->offset);
    if (row->reason) {
        printf(" reason=\"");
        text_print(row->reason, stdout);
        printf("\"\n");
        return;
    }
    event_line(&row->event, line);
    printf(" %s\n", line);
}

bool outcomes_print_rows(const struct batch *batch, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        print_row(&batch->rows[i]);
    return fflush(stdout) == 0 && !ferror(stdout);
}
