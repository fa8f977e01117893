#include "round.h"

#include "event_id.h"
#include "event_json.h"

#include "olist.h"
#include "suite.h"

#include <string.h>

enum { PARTITIONS = 2, BATCH_EVENTS = 3, BATCH_BYTES = 100000 };

static struct event event_of(int number)
{
    struct event event = { .type = olist_type(DELIVERED), .at = number };

    snprintf(event.order_id, sizeof(event.order_id), "order-%d", number);
    event.id = event_id_make(event.order_id, event.type, event.at);
    return event;
}

static bool add(struct round *round, int32_t partition, int number, const char *payload)
{
    struct event event = event_of(number);

    return round_add(round, partition, &event, payload);
}

static char *payload_of(size_t length)
{
    char *payload = calloc(1, length + 1);

    memset(payload, ' ', length);
    return payload;
}

START_TEST(holds_events_as_they_came)
{
    enum { COUNT = 1000 };
    struct round *round = round_new(1, COUNT, 1000000);

    for (int i = 0; i < COUNT; i++)
        ck_assert(add(round, 0, i, "{}"));
    ck_assert_uint_eq(round->count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        const struct prepared *prepared = &round->events[i];
        struct event event = event_of(i);
        size_t length;
        char *json = event_json_encode(&event, "{}", &length);

        ck_assert_str_eq(prepared->event.order_id, event.order_id);
        ck_assert_uint_eq(prepared->length, length);
        ck_assert_mem_eq(round_json(round, (size_t)i), json, length);
        free(json);
    }
    round_free(round);
}
END_TEST

START_TEST(a_partition_has_no_more_than_a_batch_of_events)
{
    struct round *round = round_new(PARTITIONS, BATCH_EVENTS, BATCH_BYTES);

    for (int i = 0; i < BATCH_EVENTS; i++)
        ck_assert(add(round, 0, i, "{}"));
    ck_assert(!add(round, 0, BATCH_EVENTS, "{}"));
    ck_assert(add(round, 1, BATCH_EVENTS, "{}"));
    ck_assert_uint_eq(round->count, BATCH_EVENTS + 1);
    ck_assert_int_eq(round->events[BATCH_EVENTS].partition, 1);
    round_clear(round);
    ck_assert_uint_eq(round->count, 0);
    ck_assert(add(round, 0, BATCH_EVENTS, "{}"));
    round_free(round);
}
END_TEST

START_TEST(a_partition_has_no_more_than_a_batch_of_bytes)
{
    struct round *round = round_new(PARTITIONS, BATCH_EVENTS, BATCH_BYTES);
    char *half = payload_of(BATCH_BYTES / 2);

    ck_assert(add(round, 0, 0, half));
    ck_assert(!add(round, 0, 1, half)); /* their frames are bytes too */
    ck_assert(add(round, 0, 1, "{}"));
    ck_assert(add(round, 1, 2, half));
    free(half);
    round_free(round);
}
END_TEST

START_TEST(an_event_that_no_batch_holds_goes_alone)
{
    struct round *round = round_new(PARTITIONS, BATCH_EVENTS, BATCH_BYTES);
    char *large = payload_of((size_t)2 * BATCH_BYTES);

    ck_assert(add(round, 0, 0, "{}"));
    ck_assert(!add(round, 1, 1, large));
    round_clear(round);
    ck_assert(add(round, 1, 1, large));
    ck_assert(!add(round, 1, 2, "{}"));
    free(large);
    round_free(round);
}
END_TEST

/* However many partitions there are. */
START_TEST(all_of_it_stays_small)
{
    enum { MANY = 1000, LIMIT = 5000000 };
    struct round *round = round_new(MANY, BATCH_EVENTS, BATCH_BYTES);
    char *payload = payload_of(BATCH_BYTES / 2);
    int32_t partition = 0;

    while (partition < MANY && add(round, partition, 0, payload))
        partition++;
    ck_assert_int_lt(partition, LIMIT / (BATCH_BYTES / 2));
    ck_assert_int_gt(partition, 1);
    free(payload);
    round_free(round);
}
END_TEST

SUITE("round", holds_events_as_they_came, a_partition_has_no_more_than_a_batch_of_events,
      a_partition_has_no_more_than_a_batch_of_bytes, an_event_that_no_batch_holds_goes_alone, all_of_it_stays_small)
