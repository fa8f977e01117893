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
static struct lookup *start(void)
{
    setenv("PGHOST", "/nonexistent", 1);
    session_set_up();
    return lookup_start("topic", "group", NULL);
}

static enum lookup_result await(struct lookup_question *question, char **text)
{
    enum lookup_result result;

    while ((result = lookup_take(question, text)) == LOOKUP_PENDING)
        poll(NULL, 0, 10);
    return result;
}

START_TEST(says_why_nobody_answers)
{
    struct lookup *lookup = start();
    char *text = NULL;

    ck_assert_int_eq(await(lookup_ask(lookup, LOOKUP_ORDER, "x"), &text), LOOKUP_AWAY);
    ck_assert_ptr_nonnull(strstr(text, "/nonexistent"));
    free(text);
    ck_assert(lookup_stop(lookup, 10000));
}
END_TEST

/* Places are kept until the question is taken or dropped, whatever the thread does. */
START_TEST(so_many_may_ask)
{
    struct lookup *lookup = start();
    struct lookup_question *questions[LOOKUP_QUESTIONS];
    char *text = NULL;

    for (int i = 0; i < LOOKUP_QUESTIONS; i++) {
        questions[i] = lookup_ask(lookup, LOOKUP_CONFLICTS, NULL);
        ck_assert_ptr_nonnull(questions[i]);
    }
    ck_assert_ptr_null(lookup_ask(lookup, LOOKUP_CONFLICTS, NULL));
    ck_assert_int_eq(await(questions[0], &text), LOOKUP_AWAY);
    free(text);
    questions[0] = lookup_ask(lookup, LOOKUP_QUARANTINE, NULL);
    ck_assert_ptr_nonnull(questions[0]);
    ck_assert_ptr_null(lookup_ask(lookup, LOOKUP_CONFLICTS, NULL));
    while (!lookup_is_answered(questions[1]))
        poll(NULL, 0, 10);
    lookup_drop(questions[1]);
    ck_assert_ptr_nonnull(lookup_ask(lookup, LOOKUP_CONFLICTS, NULL));
    ck_assert(lookup_stop(lookup, 10000)); /* with questions that nobody took */
}
END_TEST

SUITE_OF_ROWS("lookup", { judges_ids, ROWS(IDS) }, { says_why_nobody_answers, 1 }, { so_many_may_ask, 1 })
