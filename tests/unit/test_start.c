#include "start.h"

#include "record.h"

#include "suite.h"

enum { NONE = OFFSET_UNKNOWN };

START_TEST(begins_where_nothing_is_left_out)
{
    static const struct {
        int64_t committed, counted, low;
        int64_t after, offset, deleted;
    } CASES[] = {
        /* nothing was read yet */
        { NONE, NONE, 0, OFFSET_EARLIEST, 0, 0 },
        { -1001, NONE, 0, OFFSET_EARLIEST, 0, 0 },
        /* the smaller one; the beginning where one is missing */
        { 5, 5, 0, 5, 5, 0 },
        { 3, 5, 0, 3, 3, 0 },
        { 5, 3, 0, 3, 3, 0 },
        { 0, 9, 0, 0, 0, 0 },
        { NONE, 5, 0, OFFSET_EARLIEST, 0, 0 },
        { 5, NONE, 0, OFFSET_EARLIEST, 0, 0 },
        /* records were deleted: before they were read, or after */
        { 5, 5, 5, 5, 5, 0 },
        { 5, 5, 6, 5, 6, 1 },
        { 3, 5, 7, 3, 7, 2 },
        { 5, 3, 7, 3, 7, 4 },
        { 3, 5, 4, 3, 4, 0 },
        { NONE, NONE, 7, OFFSET_EARLIEST, 7, 7 },
        { 5, NONE, 7, OFFSET_EARLIEST, 7, 7 },
        { NONE, 5, 7, OFFSET_EARLIEST, 7, 2 },
        { NONE, 8, 7, OFFSET_EARLIEST, 7, 0 },
        /* the offset in Kafka lies beyond the end: somebody set it */
        { 99, 5, 0, 5, 5, 0 },
        { 99, NONE, 0, OFFSET_EARLIEST, 0, 0 },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct start start = start_find(CASES[i].committed, CASES[i].counted, CASES[i].low);

        ck_assert_msg(start.after == CASES[i].after && start.offset == CASES[i].offset && start.deleted == CASES[i].deleted,
                      "case %zu: after %lld offset %lld deleted %lld", i, (long long)start.after, (long long)start.offset,
                      (long long)start.deleted);
    }
}
END_TEST

SUITE("start", begins_where_nothing_is_left_out)
