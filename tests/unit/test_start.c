#include "start.h"

#include "record.h"

#include "suite.h"

enum { NONE = OFFSET_UNKNOWN };

START_TEST(begins_where_nothing_is_left_out)
{
    static const struct {
        int64_t committed, applied, low, high;
        int64_t after, offset, deleted;
        bool is_anew;
    } CASES[] = {
        /* nothing was read yet */
        { NONE, NONE, 0, 0, OFFSET_EARLIEST, 0, 0, false },
        { NONE, NONE, 0, 9, OFFSET_EARLIEST, 0, 0, false },
        { -1001, NONE, 0, 9, OFFSET_EARLIEST, 0, 0, false },
        /* the smaller one; the beginning where one is missing */
        { 5, 5, 0, 9, 5, 5, 0, false },
        { 3, 5, 0, 9, 3, 3, 0, false },
        { 5, 3, 0, 9, 3, 3, 0, false },
        { 0, 9, 0, 9, 0, 0, 0, false },
        { 9, 9, 0, 9, 9, 9, 0, false },
        { NONE, 5, 0, 9, OFFSET_EARLIEST, 0, 0, false },
        { 5, NONE, 0, 9, OFFSET_EARLIEST, 0, 0, false },
        /* records were deleted: before they were read, or after */
        { 5, 5, 5, 9, 5, 5, 0, false },
        { 5, 5, 6, 9, 5, 6, 1, false },
        { 3, 5, 7, 9, 3, 7, 2, false },
        { 5, 3, 7, 9, 3, 7, 4, false },
        { 3, 5, 4, 9, 3, 4, 0, false },
        { 5, 5, 9, 9, 5, 9, 4, false },
        { NONE, NONE, 7, 9, OFFSET_EARLIEST, 7, 7, false },
        { 5, NONE, 7, 9, OFFSET_EARLIEST, 7, 7, false },
        { NONE, 5, 7, 9, OFFSET_EARLIEST, 7, 2, false },
        { NONE, 8, 7, 9, OFFSET_EARLIEST, 7, 0, false },
        /* the offset in Kafka lies beyond the end: somebody set it */
        { 99, 5, 0, 9, 5, 5, 0, false },
        { 99, NONE, 0, 9, OFFSET_EARLIEST, 0, 0, false },
        /* the partition ends before what was read */
        { 12, 12, 0, 9, OFFSET_EARLIEST, 0, 0, true },
        { NONE, 12, 0, 9, OFFSET_EARLIEST, 0, 0, true },
        { 5, 12, 0, 9, OFFSET_EARLIEST, 0, 0, true },
        { 12, 12, 4, 9, OFFSET_EARLIEST, 4, 0, true },
        { 12, 12, 0, 0, OFFSET_EARLIEST, 0, 0, true },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct start start = start_find(CASES[i].committed, CASES[i].applied, CASES[i].low, CASES[i].high);

        ck_assert_msg(start.after == CASES[i].after && start.offset == CASES[i].offset &&
                          start.deleted == CASES[i].deleted && start.is_anew == CASES[i].is_anew,
                      "case %zu: after %lld offset %lld deleted %lld anew %d", i, (long long)start.after,
                      (long long)start.offset, (long long)start.deleted, start.is_anew);
    }
}
END_TEST

SUITE("start", begins_where_nothing_is_left_out)
