#include "sqlstate.h"

#include "suite.h"

static const struct {
    const char *sqlstate;
    enum sqlstate_class expected;
} CASES[] = {
    { "", SQLSTATE_AWAY },
    { NULL, SQLSTATE_AWAY },       /* connection lost, the outcome unknown */
    { "08006", SQLSTATE_AWAY },    /* connection failure */
    { "08P01", SQLSTATE_AWAY },    /* all that PgBouncer says by itself, as long as its server is away */
    { "53100", SQLSTATE_AWAY },    /* disk full */
    { "53300", SQLSTATE_AWAY },    /* too many connections */
    { "57014", SQLSTATE_AWAY },    /* statement timeout */
    { "57P01", SQLSTATE_AWAY },    /* terminated by an administrator */
    { "57P03", SQLSTATE_AWAY },    /* starting up */
    { "58030", SQLSTATE_AWAY },    /* I/O error */
    { "40001", SQLSTATE_AWAY },
    { "40P01", SQLSTATE_AWAY },
    { "55P03", SQLSTATE_AWAY },    /* lock timeout */
    { "25006", SQLSTATE_AWAY },    /* read-only */
    { "OR001", SQLSTATE_GAP },
    { "22021", SQLSTATE_DATA },    /* invalid byte sequence */
    { "22P02", SQLSTATE_DATA },
    { "23502", SQLSTATE_DATA },
    { "54000", SQLSTATE_DATA },    /* too long for an index */
    { "28P01", SQLSTATE_FATAL },   /* wrong password */
    { "28000", SQLSTATE_FATAL },
    { "3D000", SQLSTATE_FATAL },   /* no such database */
    { "3F000", SQLSTATE_FATAL },   /* no such schema */
    { "42883", SQLSTATE_FATAL },   /* no such function */
    { "42501", SQLSTATE_FATAL },   /* no privilege */
    { "25000", SQLSTATE_FATAL },   /* wrong isolation level */
    { "40002", SQLSTATE_FATAL },   /* not listed */
    { "55000", SQLSTATE_FATAL },
    { "XX000", SQLSTATE_FATAL },
    { "P0001", SQLSTATE_FATAL },
};

START_TEST(codes_have_the_class_that_decides_what_happens)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
        ck_assert_msg(sqlstate_classify(CASES[i].sqlstate, "") == CASES[i].expected, "%s",
                      CASES[i].sqlstate ? CASES[i].sqlstate : "NULL");
}
END_TEST

START_TEST(no_record_is_to_blame_for_a_broken_constraint_of_the_progress)
{
    ck_assert_int_eq(sqlstate_classify("23514", "partition_progress"), SQLSTATE_FATAL);
    ck_assert_str_ne(sqlstate_advice("23514", "partition_progress"), "");
    ck_assert_int_eq(sqlstate_classify("23514", "processed_events"), SQLSTATE_DATA);
    ck_assert_int_eq(sqlstate_classify("22003", "partition_progress"), SQLSTATE_DATA);
}
END_TEST

START_TEST(every_fatal_code_has_advice)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        if (CASES[i].expected == SQLSTATE_FATAL)
            ck_assert_msg(*sqlstate_advice(CASES[i].sqlstate, ""), "%s", CASES[i].sqlstate);
    }
    ck_assert_str_ne(sqlstate_advice(NULL, ""), "");
}
END_TEST

SUITE("sqlstate", codes_have_the_class_that_decides_what_happens, no_record_is_to_blame_for_a_broken_constraint_of_the_progress,
      every_fatal_code_has_advice)
