#include "outcomes.h"

#include "event_id.h"
#include "log.h"
#include "text.h"
#include "timestamp.h"

#include <inttypes.h>
#include <stdio.h>

static void count_outcome(struct outcome_counts *counts, enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_APPLIED:
        counts->applied++;
        break;
    case OUTCOME_DUPLICATE:
        counts->duplicate++;
        break;
    case OUTCOME_REDELIVERED:
        counts->redelivered++;
        break;
    case OUTCOME_QUARANTINED:
        counts->quarantined++;
        break;
    case OUTCOME_RETIRED:
        counts->retired++;
        break;
    case OUTCOME_UNKNOWN:
        break;
    }
}

void outcomes_add(struct outcomes *outcomes, const struct batch *batch, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++) {
        const struct batch_row *row = &batch->rows[i];

        count_outcome(row->reason ? &outcomes->others : &outcomes->events[row->event.type->number], row->outcome);
    }
}

static void add_counts(struct outcome_counts *sum, const struct outcome_counts *counts)
{
    sum->applied += counts->applied;
    sum->duplicate += counts->duplicate;
    sum->redelivered += counts->redelivered;
    sum->quarantined += counts->quarantined;
    sum->retired += counts->retired;
}

static uint64_t received(const struct outcome_counts *counts)
{
    return counts->applied + counts->duplicate + counts->redelivered + counts->quarantined + counts->retired;
}

struct outcome_counts outcomes_total(const struct outcomes *outcomes)
{
    struct outcome_counts sum = outcomes->others;

    for (int type = 0; type < EVENT_TYPES_MAX; type++)
        add_counts(&sum, &outcomes->events[type]);
    return sum;
}

static void print_counts(const char *name, const struct outcome_counts *counts)
{
    char retired[sizeof(" retired=18446744073709551615")] = "";

    if (counts->retired > 0)
        snprintf(retired, sizeof(retired), " retired=%" PRIu64, counts->retired);
    log_info("summary",
             "%-17s received=%" PRIu64 " applied=%" PRIu64 " duplicate=%" PRIu64 " redelivered=%" PRIu64
             " quarantined=%" PRIu64 "%s",
             name, received(counts), counts->applied, counts->duplicate, counts->redelivered, counts->quarantined,
             retired);
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

static const char *outcome_name(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_APPLIED:
        return "applied";
    case OUTCOME_DUPLICATE:
        return "duplicate";
    case OUTCOME_REDELIVERED:
        return "redelivered";
    case OUTCOME_QUARANTINED:
        return "quarantined";
    case OUTCOME_RETIRED:
        return "retired";
    case OUTCOME_UNKNOWN:
        break;
    }
    return "unknown";
}

static void print_row(const struct batch_row *row)
{
    char id[EVENT_ID_SIZE], at[TIMESTAMP_SIZE];

    printf("%-11s partition=%" PRId32 " offset=%" PRId64, outcome_name(row->outcome), row->partition, row->offset);
    if (row->reason) {
        printf(" reason=\"");
        text_print(row->reason, stdout);
        printf("\"\n");
        return;
    }
    event_id_print(&row->event.id, id);
    timestamp_print(row->event.at, at);
    printf(" eventAt=%s eventType=%s orderId=%s eventId=%s\n", at, row->event.type->name, row->event.order_id, id);
}

bool outcomes_print_rows(const struct batch *batch, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        print_row(&batch->rows[i]);
    return fflush(stdout) == 0 && !ferror(stdout);
}
