#include "batch.h"

#include "kafka_record.h"
#include "text.h"

#include "olist.h"
#include "suite.h"

#include <string.h>

static struct record record_at(int32_t partition, int64_t offset)
{
    return (struct record){ .partition = partition, .offset = offset, .key = "k", .key_length = 1,
                            .value = "no event", .value_length = strlen("no event") };
}

static bool add(struct batch *batch, int32_t partition, int64_t offset)
{
    struct record record = record_at(partition, offset);

    return batch_add(batch, &record);
}

static const struct start STARTS[] = {
    { .partition = 0, .log = 1, .is_new = true, .after = OFFSET_EARLIEST, .offset = 0 },
    { .partition = 3, .log = 2, .after = 100, .offset = 100 },
};

static void assert_position(const struct batch *batch, size_t i, int64_t read_from, int64_t next)
{
    ck_assert_int_eq(batch->positions[i].read_from, read_from);
    ck_assert_int_eq(batch->positions[i].next, next);
}

START_TEST(positions_follow_the_records)
{
    struct batch batch;

    batch_init(&batch, 10, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(add(&batch, 3, 100));
    ck_assert(add(&batch, 0, 7));
    ck_assert(add(&batch, 3, 105)); /* offsets may have holes */
    ck_assert_uint_eq(batch.count, 3);
    assert_position(&batch, 0, OFFSET_EARLIEST, 8);
    assert_position(&batch, 1, 100, 106);
    batch_release(&batch);
}
END_TEST

START_TEST(a_batch_begins_where_the_one_before_ended)
{
    struct batch first, second;

    batch_init(&first, 10, &olist()->form);
    batch_init(&second, 10, &olist()->form);
    batch_start_at(&first, STARTS, 2);
    ck_assert(add(&first, 3, 100));
    batch_start_after(&second, &first);
    assert_position(&second, 0, OFFSET_EARLIEST, 0);
    ck_assert_msg(second.positions[0].first_offset == 0, "a log without news has not begun");
    assert_position(&second, 1, 101, 101);
    ck_assert(add(&second, 3, 101));
    batch_start_after(&first, &second);
    ck_assert_uint_eq(first.count, 0);
    assert_position(&first, 1, 102, 102);
    batch_release(&first);
    batch_release(&second);
}
END_TEST

START_TEST(a_full_batch_takes_no_more)
{
    struct batch batch;

    batch_init(&batch, 2, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(add(&batch, 3, 100) && add(&batch, 3, 101));
    ck_assert(batch_is_full(&batch));
    ck_assert(!add(&batch, 3, 102));
    assert_position(&batch, 1, 100, 102);
    batch_release(&batch);
}
END_TEST

START_TEST(large_records_fill_a_batch_by_their_bytes)
{
    enum { LARGE = 1 << 20 };
    struct batch batch;
    struct record record = record_at(3, 100);
    char *value = malloc(LARGE);

    memset(value, '[', LARGE);
    record.value = value;
    record.value_length = LARGE;
    batch_init(&batch, 1000, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    while (batch_add(&batch, &record))
        record.offset++;
    ck_assert_uint_lt(batch.count, 20);
    ck_assert_uint_gt(batch.count, 10);
    free(value);
    batch_release(&batch);
}
END_TEST

START_TEST(what_was_counted_is_left_out)
{
    struct batch batch;

    batch_init(&batch, 10, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(add(&batch, 3, 100));
    ck_assert(add(&batch, 3, 100));
    ck_assert(add(&batch, 3, 99));
    ck_assert_uint_eq(batch.count, 1);
    assert_position(&batch, 1, 100, 101);
    batch_release(&batch);
}
END_TEST

/* Offsets without a record are news too, once. */
START_TEST(the_position_may_pass_the_last_record)
{
    struct batch batch, next;

    batch_init(&batch, 10, &olist()->form);
    batch_init(&next, 10, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(!batch_has_news(&batch));
    batch_reach(&batch, 3, 100);
    batch_reach(&batch, 3, 99);
    batch_reach(&batch, 1, 5);
    ck_assert(!batch_has_news(&batch));
    batch_reach(&batch, 3, 104);
    ck_assert(batch_has_news(&batch));
    assert_position(&batch, 1, 100, 104);
    batch_start_after(&next, &batch);
    ck_assert(!batch_has_news(&next));
    assert_position(&next, 1, 104, 104);
    batch_release(&batch);
    batch_release(&next);
}
END_TEST

START_TEST(deleted_records_are_news)
{
    static const struct start START = { .partition = 3, .log = 2, .after = 100, .offset = 150, .deleted = 50 };
    struct batch batch, next;

    batch_init(&batch, 10, &olist()->form);
    batch_init(&next, 10, &olist()->form);
    batch_start_at(&batch, &START, 1);
    ck_assert(batch_has_news(&batch));
    ck_assert_int_eq(batch.positions[0].readable_from, 150);
    batch_start_after(&next, &batch);
    ck_assert_int_eq(next.positions[0].readable_from, OFFSET_UNKNOWN);
    assert_position(&next, 0, 150, 150);
    batch_release(&batch);
    batch_release(&next);
}
END_TEST

START_TEST(a_part_covers_what_its_rows_cover_and_the_last_one_all)
{
    struct batch_span spans[2];
    struct batch batch;

    batch_init(&batch, 10, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(add(&batch, 3, 100) && add(&batch, 3, 105) && add(&batch, 0, 7) && add(&batch, 3, 106));
    batch_reach(&batch, 3, 110);
    batch_cover(&batch, 0, 2, spans);
    ck_assert_int_eq(spans[0].next, 0);
    ck_assert_ptr_null(spans[0].last);
    ck_assert_int_eq(spans[1].next, 106);
    ck_assert_ptr_eq(spans[1].last, &batch.rows[1]);
    ck_assert_msg(batch.is_compared, "logs are compared when they are assigned");
    batch_note_applied(&batch, 0, 2);
    ck_assert(!batch.is_compared);
    ck_assert_int_eq(batch.positions[0].first_offset, 0);
    batch_cover(&batch, 2, 2, spans);
    ck_assert_int_eq(spans[0].next, 8);
    ck_assert_int_eq(spans[1].next, 110);
    ck_assert_ptr_eq(spans[1].last, &batch.rows[3]);
    batch_note_applied(&batch, 2, 2);
    ck_assert_msg(batch.positions[0].first_offset == OFFSET_UNKNOWN, "the log has begun");
    batch_release(&batch);
}
END_TEST

START_TEST(a_partition_that_is_not_owned_is_refused)
{
    struct batch batch;

    batch_init(&batch, 10, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(!add(&batch, 1, 0));
    batch_release(&batch);
}
END_TEST

START_TEST(raw_bytes_are_kept_with_the_reason)
{
    struct batch batch;
    struct record tombstone = { .partition = 3, .offset = 101 };

    batch_init(&batch, 10, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(add(&batch, 3, 100));
    ck_assert(batch_add(&batch, &tombstone));
    ck_assert_ptr_nonnull(batch.rows[0].reason);
    ck_assert_mem_eq(batch_bytes(&batch, &batch.rows[0].value), "no event", 8);
    ck_assert_uint_eq(batch.rows[0].value.length, 8);
    ck_assert_ptr_null(batch_bytes(&batch, &batch.rows[1].value));
    ck_assert_ptr_null(batch_bytes(&batch, &batch.rows[1].key));
    batch_release(&batch);
}
END_TEST

/* Postgres would refuse the reason as it refused the record, and nothing could be applied any more. */
START_TEST(a_reason_is_clean_text_whatever_it_quotes)
{
    static const char KEY[] = "k";
    static const char VALUE[] = /* 63 bytes of eventType are quoted: the last one is the first half of a letter */
        "{\"eventId\":\"x\",\"eventType\":\"\\u001b[2J\\u001b[2J\\u001b[2Jxx"
        "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
        "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\",\"eventAt\":\"x\",\"orderId\":\"k\",\"payload\":{}}";
    struct record record = { .partition = 3, .offset = 100, .key = KEY, .key_length = 1, .value = VALUE,
                             .value_length = sizeof(VALUE) - 1 };
    struct batch batch;

    batch_init(&batch, 1, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(batch_add(&batch, &record));
    ck_assert_msg(text_is_clean(batch.rows[0].reason, strlen(batch.rows[0].reason)), "%s", batch.rows[0].reason);
    ck_assert_msg(strstr(batch.rows[0].reason, "?[2J?[2J?[2Jxx\xC3\xA9"), "%s", batch.rows[0].reason);
    ck_assert_msg(strstr(batch.rows[0].reason, "\xC3\xA9?"), "%s", batch.rows[0].reason);
    batch_release(&batch);
}
END_TEST

/* As when the lifecycle grew while the consumer ran. */
START_TEST(what_was_refused_is_decoded_again)
{
    static const char VALUE[] = "{\"eventId\":\"015edcba-f2e8-8444-ad39-55248fdf10b1\",\"eventType\":\"ORDER_PLACED\","
                                "\"eventAt\":\"2017-10-02T10:56:33\",\"orderId\":\"e481f51cbdc54678b7cc49136f2d6af7\","
                                "\"payload\":{}}";
    static const char KEY[] = "e481f51cbdc54678b7cc49136f2d6af7";
    struct record record = { .partition = 3, .offset = 100, .key = KEY, .key_length = sizeof(KEY) - 1, .value = VALUE,
                             .value_length = sizeof(VALUE) - 1 };
    struct event_form form = { 0 };
    struct batch batch;

    batch_init(&batch, 10, &form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(batch_add(&batch, &record) && add(&batch, 3, 101));
    ck_assert_str_eq(batch.rows[0].reason, "eventType is unknown: ORDER_PLACED");
    ck_assert(batch_has_unknown_type(&batch));
    event_form_add_type(&form, "ORDER_PLACED");
    batch_decode_again(&batch);
    ck_assert_ptr_null(batch.rows[0].reason);
    ck_assert_ptr_eq(batch.rows[0].event.type, &form.types[0]);
    ck_assert_ptr_nonnull(batch.rows[1].reason);
    ck_assert(!batch_has_unknown_type(&batch));
    batch_release(&batch);
}
END_TEST

#define ORDER "e481f51cbdc54678b7cc49136f2d6af7"
#define ORDER_EVENT                                                                                                    \
    "{\"eventId\":\"015edcba-f2e8-8444-ad39-55248fdf10b1\",\"eventType\":\"ORDER_PLACED\",\"eventAt\":\"2017-10-02T10:56:33\"," \
    "\"orderId\":\"" ORDER "\",\"payload\":{\"customer\":\"c\"}}"

/* In how many of six partitions the event is taken for one. */
static int places(int32_t partitions)
{
    struct start starts[6] = { 0 };
    struct batch batch;
    int count = 0;

    for (int i = 0; i < 6; i++)
        starts[i] = (struct start){ .partition = i, .log = 1, .after = 0 };
    batch_init(&batch, 6, &olist()->form);
    batch.partitions = partitions;
    batch_start_at(&batch, starts, 6);
    for (int i = 0; i < 6; i++) {
        struct record record = { .partition = i, .key = ORDER, .key_length = strlen(ORDER),
                                 .value = ORDER_EVENT, .value_length = strlen(ORDER_EVENT) };

        ck_assert(batch_add(&batch, &record));
        count += !batch.rows[i].reason;
    }
    batch_decode_again(&batch);
    for (int i = 0; i < 6; i++)
        count += !batch.rows[i].reason;
    batch_release(&batch);
    return count / 2;
}

START_TEST(a_key_is_in_its_partition_where_that_matters)
{
    ck_assert_int_eq(places(0), 6);
    ck_assert_int_eq(places(6), 1);
    ck_assert_int_eq(kafka_partition_of("21", 2, 1000), 340); /* Kafka's own test: murmur2 of "21" is -973932308 */
}
END_TEST

/* A batch of partition 0, whose log is new, and 3, of which there is a record. */
START_TEST(only_what_was_applied_is_committed)
{
    struct partition_offset offsets[2];
    struct batch batch;

    batch_init(&batch, 10, &olist()->form);
    batch_start_at(&batch, STARTS, 2);
    ck_assert(add(&batch, 3, 100));
    ck_assert(add(&batch, 3, 104));
    ck_assert_msg(batch_next_offsets(&batch, offsets) == 0, "nothing was applied");
    batch_note_applied(&batch, 0, 1);
    ck_assert_msg(batch_next_offsets(&batch, offsets) == 0, "one record is left");
    batch_note_applied(&batch, 1, 1);
    ck_assert_uint_eq(batch_next_offsets(&batch, offsets), 1);
    ck_assert_int_eq(offsets[0].partition, 3);
    ck_assert_int_eq(offsets[0].offset, 105);
    batch_start_at(&batch, STARTS, 2);
    ck_assert_msg(batch_next_offsets(&batch, offsets) == 0, "it begins again");
    batch_release(&batch);
}
END_TEST

SUITE("batch", only_what_was_applied_is_committed, a_key_is_in_its_partition_where_that_matters, what_was_refused_is_decoded_again, positions_follow_the_records, a_batch_begins_where_the_one_before_ended, a_full_batch_takes_no_more,
      large_records_fill_a_batch_by_their_bytes, what_was_counted_is_left_out,
      the_position_may_pass_the_last_record, deleted_records_are_news, a_part_covers_what_its_rows_cover_and_the_last_one_all,
      a_partition_that_is_not_owned_is_refused, raw_bytes_are_kept_with_the_reason,
      a_reason_is_clean_text_whatever_it_quotes)
