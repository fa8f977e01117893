#include "pg_array.h"

#include "suite.h"

static void assert_bytes(struct pg_array *array, const char *expected, size_t length)
{
    const char *bytes = pg_array_finish(array);

    ck_assert_uint_eq(array->length, length);
    ck_assert_mem_eq(bytes, expected, length);
    pg_array_release(array);
}

#define ASSERT_ARRAY(array, expected) assert_bytes(array, expected, sizeof(expected) - 1)

START_TEST(an_empty_array_has_no_dimension)
{
    struct pg_array array = { 0 };

    pg_array_start(&array, PG_INT4);
    ASSERT_ARRAY(&array, "\0\0\0\0" "\0\0\0\1" "\0\0\0\x17");
}
END_TEST

START_TEST(integers_are_big_endian)
{
    struct pg_array array = { 0 };

    pg_array_start(&array, PG_INT8);
    pg_array_add_int64(&array, INT64_C(0x0102030405060708));
    pg_array_add_int64(&array, -2);
    ASSERT_ARRAY(&array, "\0\0\0\1" "\0\0\0\1" "\0\0\0\x14" "\0\0\0\2" "\0\0\0\1"
                         "\0\0\0\x08" "\1\2\3\4\5\6\7\x08"
                         "\0\0\0\x08" "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE");
    pg_array_start(&array, PG_INT2);
    pg_array_add_int16(&array, 0x0102);
    pg_array_add_int16(&array, -2);
    ASSERT_ARRAY(&array, "\0\0\0\1" "\0\0\0\1" "\0\0\0\x15" "\0\0\0\2" "\0\0\0\1"
                         "\0\0\0\2" "\1\2" "\0\0\0\2" "\xFF\xFE");
}
END_TEST

START_TEST(nulls_have_length_minus_one_and_empty_texts_zero)
{
    struct pg_array array = { 0 };

    pg_array_start(&array, PG_TEXT);
    pg_array_add_null(&array);
    pg_array_add_bytes(&array, NULL, 0);
    pg_array_add_bytes(&array, "", 0);
    pg_array_add_bytes(&array, "SP", 2);
    ASSERT_ARRAY(&array, "\0\0\0\1" "\0\0\0\1" "\0\0\0\x19" "\0\0\0\4" "\0\0\0\1"
                         "\xFF\xFF\xFF\xFF" "\xFF\xFF\xFF\xFF" "\0\0\0\0" "\0\0\0\2" "SP");
}
END_TEST

START_TEST(times_count_microseconds_from_2000)
{
    struct pg_array array = { 0 };

    pg_array_start(&array, PG_TIMESTAMP);
    pg_array_add_time(&array, INT64_C(946684800000));     /* 2000-01-01 00:00:00 */
    pg_array_add_time(&array, INT64_C(946684800001));
    pg_array_add_time(&array, INT64_C(946684799999));
    ASSERT_ARRAY(&array, "\0\0\0\1" "\0\0\0\1" "\0\0\x04\x5A" "\0\0\0\3" "\0\0\0\1"
                         "\0\0\0\x08" "\0\0\0\0\0\0\0\0"
                         "\0\0\0\x08" "\0\0\0\0\0\0\x03\xE8"
                         "\0\0\0\x08" "\xFF\xFF\xFF\xFF\xFF\xFF\xFC\x18");
}
END_TEST

START_TEST(an_array_can_be_started_again)
{
    struct pg_array array = { 0 };

    pg_array_start(&array, PG_INT4);
    for (int i = 0; i < 1000; i++)
        pg_array_add_int32(&array, i);
    pg_array_start(&array, PG_INT4);
    pg_array_add_int32(&array, 7);
    ASSERT_ARRAY(&array, "\0\0\0\1" "\0\0\0\1" "\0\0\0\x17" "\0\0\0\1" "\0\0\0\1" "\0\0\0\4" "\0\0\0\7");
}
END_TEST

SUITE("pg_array", an_empty_array_has_no_dimension, integers_are_big_endian,
      nulls_have_length_minus_one_and_empty_texts_zero, times_count_microseconds_from_2000, an_array_can_be_started_again)
