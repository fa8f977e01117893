#define _POSIX_C_SOURCE 200809L
#include "silence.h"

#include "suite.h"
#include "watched_log.h"

#include <poll.h>
#include <string.h>

static const struct kafka_trouble TROUBLE = { .code = -195, .reason = "127.0.0.1:1/1: Connection refused" };

static struct silence silence = { .topic = "events", .trouble = &TROUBLE };

/* How often the user was told so. */
static int times(const char *words)
{
    int count = 0;

    for (const char *at = watched_log(); (at = strstr(at, words)); at += strlen(words))
        count++;
    return count;
}

static void watch(bool events_wait)
{
    silence_watch(&silence, events_wait);
    silence_report(&silence);
}

START_TEST(an_outage_is_told_once_and_so_is_its_end)
{
    watch_log();
    silence_note_error(&silence);
    watch(true);
    watch(true);
    ck_assert_int_eq(times("the broker does not answer, waiting for it: 127.0.0.1:1/1: Connection refused; "), 1);
    silence_end(&silence);
    silence_end(&silence);
    ck_assert_int_eq(times("the broker answers again"), 1);
    watch(true);
    ck_assert_int_eq(times("does not answer"), 1); /* no error since */
    silence_note_error(&silence);
    watch(true);
    ck_assert_int_eq(times("waiting for it: 127.0.0.1:1/1: Connection refused\n"), 1); /* no advice any more */
}
END_TEST

START_TEST(an_error_while_nothing_waits_is_no_outage)
{
    watch_log();
    silence_note_error(&silence);
    watch(false);
    silence_end(&silence);
    ck_assert_str_eq(watched_log(), "");
}
END_TEST

START_TEST(it_lasts_from_the_first_event_that_waits)
{
    ck_assert_int_eq(silence_ms(&silence), 0);
    silence_watch(&silence, true);
    poll(NULL, 0, 30);
    silence_watch(&silence, true);
    ck_assert_int_gt(silence_ms(&silence), 0);
    silence_watch(&silence, false);
    ck_assert_int_eq(silence_ms(&silence), 0);
}
END_TEST

SUITE("silence", an_outage_is_told_once_and_so_is_its_end, an_error_while_nothing_waits_is_no_outage,
      it_lasts_from_the_first_event_that_waits)
