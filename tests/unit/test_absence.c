#define _POSIX_C_SOURCE 200809L
#include "absence.h"

#include "monotonic.h"

#include "suite.h"
#include "watched_log.h"

#include <string.h>

static struct notify notify;

static struct absence limited_to(int limit_ms)
{
    struct absence absence;

    absence_init(&absence, limit_ms, &notify, 1);
    return absence;
}

static bool fails(struct absence *absence)
{
    return absence_note(absence, "Connection refused");
}

/* As if the first attempt had failed so long ago. */
static void age(struct absence *absence, int64_t ms)
{
    absence->since -= ms;
}

static int times(const char *words)
{
    int count = 0;

    for (const char *at = watched_log(); (at = strstr(at, words)); at += strlen(words))
        count++;
    return count;
}

START_TEST(it_begins_with_the_first_attempt_that_fails)
{
    struct absence absence = limited_to(60000);
    int64_t before = monotonic_ms();

    watch_log();
    ck_assert(fails(&absence));
    ck_assert(absence.since >= before);
    age(&absence, 59000);
    ck_assert(fails(&absence));
    age(&absence, 2000);
    ck_assert(!fails(&absence));
    ck_assert(!retry_is_due(&absence.retry));
    ck_assert_int_eq(times(" WARN  worker: the database is away, trying again: Connection refused\n"), 1);
    ck_assert_int_eq(times(" ERROR worker: the database has been unavailable for 61 s, giving up: Connection refused\n"), 1);
}
END_TEST

START_TEST(what_was_before_its_end_does_not_count)
{
    struct absence absence = limited_to(60000);

    watch_log();
    fails(&absence);
    age(&absence, 30000);
    absence_end(&absence);
    ck_assert_int_eq(times(" INFO  worker: the database is back after 30."), 1);
    ck_assert(fails(&absence));
    age(&absence, 59000);
    ck_assert(fails(&absence));
}
END_TEST

START_TEST(without_a_limit_it_may_last)
{
    struct absence absence = limited_to(0);

    watch_log();
    fails(&absence);
    age(&absence, (int64_t)1000 * 86400 * 365);
    ck_assert(fails(&absence));
}
END_TEST

START_TEST(the_end_of_none_is_not_logged)
{
    struct absence absence = limited_to(60000);

    watch_log();
    absence_end(&absence);
    ck_assert_str_eq(watched_log(), "");
}
END_TEST

SUITE("absence", it_begins_with_the_first_attempt_that_fails, what_was_before_its_end_does_not_count, without_a_limit_it_may_last,
      the_end_of_none_is_not_logged)
