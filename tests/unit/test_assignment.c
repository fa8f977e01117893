#include "assignment.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define BYTES(text) text, sizeof(text) - 1
#define ORDERS "\0\6orders"
#define OTHERS "\0\6others"

static const struct {
    const char *bytes;
    int size;
    const char *partitions;
} CASES[] = {
    { BYTES("\0\0" "\0\0\0\1" ORDERS "\0\0\0\3" "\0\0\0\0" "\0\0\0\1" "\0\0\1\2" "\0\0\0\0"), "0 1 258 " },
    { BYTES("\0\3" "\0\0\0\2" OTHERS "\0\0\0\1" "\0\0\0\7" ORDERS "\0\0\0\1" "\0\0\0\5" "\xff\xff\xff\xff"), "5 " },
    { BYTES("\0\0" "\0\0\0\2" ORDERS "\0\0\0\0" OTHERS "\0\0\0\1" "\0\0\0\7"), "" },
    { BYTES("\0\0" "\0\0\0\1" "\0\5order" "\0\0\0\1" "\0\0\0\7"), "" },
    { BYTES("\0\0" "\0\0\0\0"), "" },
    { NULL, 0, "" },
    { BYTES("\0"), "" },
    { BYTES("\0\0\0"), "" },
    { BYTES("\0\0" "\x7f\xff\xff\xff"), "" },
    { BYTES("\0\0" "\xff\xff\xff\xff" ORDERS "\0\0\0\1" "\0\0\0\7"), "" },
    { BYTES("\0\0" "\0\0\0\1" "\x7f\xff" "orders"), "" },
    { BYTES("\0\0" "\0\0\0\1" "\xff\xff" "orders"), "" },
    { BYTES("\0\0" "\0\0\0\1" ORDERS "\x7f\xff\xff\xff" "\0\0\0\7" "\0\0\0"), "7 " },
    { BYTES("\0\0" "\0\0\0\1" ORDERS "\xff\xff\xff\xff" "\0\0\0\7"), "" },
    { BYTES("\0\0" "\0\0\0\1" ORDERS "\0\0\0\2" "\xff\xff\xff\xfe" "\0\0\0\7"), "" },
};

START_TEST(it_reads_the_partitions_of_the_topic_and_no_byte_more)
{
    char *bytes = CASES[_i].bytes ? memcpy(malloc((size_t)CASES[_i].size), CASES[_i].bytes, (size_t)CASES[_i].size) : NULL;
    struct assignment assignment;
    char found[64] = "";
    int partition;

    assignment_read(&assignment, bytes, CASES[_i].size, "orders");
    while ((partition = assignment_next(&assignment)) >= 0)
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%d ", partition);
    ck_assert_str_eq(found, CASES[_i].partitions);
    free(bytes);
}
END_TEST

SUITE_OF_ROWS("assignment", { it_reads_the_partitions_of_the_topic_and_no_byte_more, ROWS(CASES) })
