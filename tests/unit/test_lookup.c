#define _POSIX_C_SOURCE 200809L
#include "lookup.h"

#include "session.h"
#include "suite.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *id;
    size_t length;
    bool is_id;
} IDS[] = {
    { "e481f51cbdc54678b7cc49136f2d6af7", 32, true },
    { "!~", 2, true },
    { "", 0, false },
    { "two words", 9, false },
    { "tab\t", 4, false },
    { "nul\0", 4, false },
    { "caf\xc3\xa9", 5, false },
    { "\x7f", 1, false },
    { "0123456789012345678901234567890123456789012345678901234567890123", 64, true },
    { "01234567890123456789012345678901234567890123456789012345678901234", 65, false },
};

START_TEST(judges_ids)
{
    ck_assert_int_eq(lookup_is_id(IDS[_i].id, IDS[_i].length), IDS[_i].is_id);
}
END_TEST

/* A server that nobody can reach. */
START_TEST(says_why_nobody_answers)
{
    struct questions *lookup;
    struct question *question;
    char *text = NULL;

    setenv("PGHOST", "/nonexistent", 1);
    session_set_up();
    lookup = lookup_start("topic", "group", NULL);
    question = questions_ask(lookup, LOOKUP_ORDER, "x");
    while (!question_is_answered(question))
        poll(NULL, 0, 10);
    ck_assert_int_eq(question_take(question, &text), QUESTION_AWAY);
    ck_assert_ptr_nonnull(strstr(text, "/nonexistent"));
    free(text);
    ck_assert(questions_stop(lookup, 10000));
}
END_TEST

SUITE_OF_ROWS("lookup", { judges_ids, ROWS(IDS) }, { says_why_nobody_answers, 1 })
