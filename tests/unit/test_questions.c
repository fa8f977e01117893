/* Questions, with a server whose answers the test lets go one by one. */
#define _POSIX_C_SOURCE 200809L
#include "questions.h"

#include "suite.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct server {
    atomic_int allowed, began; /* answers */
    atomic_int rests, rests_allowed;
    atomic_bool has_ended;
    int slow_ms;
};

static enum question_result answer(void *opaque, int kind, const char *id, char **text)
{
    struct server *server = opaque;
    int number = atomic_fetch_add(&server->began, 1);

    while (atomic_load(&server->allowed) <= number)
        poll(NULL, 0, 1);
    poll(NULL, 0, server->slow_ms);
    *text = malloc(100);
    snprintf(*text, 100, "%d %d %s", number, kind, id);
    return kind == 0 ? QUESTION_ANSWERED : QUESTION_SLOW;
}

static void rest(void *opaque)
{
    struct server *server = opaque;

    atomic_fetch_add(&server->rests, 1);
    while (atomic_load(&server->rests_allowed) < atomic_load(&server->rests))
        poll(NULL, 0, 1);
}

static void end(void *opaque)
{
    struct server *server = opaque;

    atomic_store(&server->has_ended, true);
}

static struct questions *start(struct server *server)
{
    return questions_start(&(struct answerer){ server, answer, rest, end });
}

static void stop(struct questions *questions, struct server *server)
{
    atomic_store(&server->allowed, 1000);
    atomic_store(&server->rests_allowed, 1000);
    ck_assert(questions_stop(questions, 10000));
    ck_assert(atomic_load(&server->has_ended));
}

static void await_begin(struct server *server, int count)
{
    while (atomic_load(&server->began) < count)
        poll(NULL, 0, 1);
}

static void check_answer(struct question *question, enum question_result result, const char *expected)
{
    char *text = NULL;

    while (!question_is_answered(question))
        poll(NULL, 0, 1);
    ck_assert_int_eq(question_take(question, &text), result);
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(answers_one_after_the_other)
{
    struct server server = { 0 };
    struct questions *questions = start(&server);
    struct question *first = questions_ask(questions, 0, "a"), *second = questions_ask(questions, 7, NULL);
    char *text;

    await_begin(&server, 1);
    ck_assert(!question_is_answered(first));
    ck_assert_int_eq(question_take(first, &text), QUESTION_PENDING);
    atomic_store(&server.allowed, 1);
    check_answer(first, QUESTION_ANSWERED, "0 0 a");
    await_begin(&server, 2);
    ck_assert_int_eq(question_take(second, &text), QUESTION_PENDING);
    atomic_store(&server.allowed, 2);
    check_answer(second, QUESTION_SLOW, "1 7 ");
    stop(questions, &server);
}
END_TEST

/* Places are kept until the question is taken or dropped, whatever the thread does. */
START_TEST(so_many_may_ask)
{
    struct server server = { 0 };
    struct questions *questions = start(&server);
    struct question *asked[QUESTIONS_MAX];

    for (int i = 0; i < QUESTIONS_MAX; i++)
        ck_assert_ptr_nonnull(asked[i] = questions_ask(questions, 0, "x"));
    ck_assert_ptr_null(questions_ask(questions, 0, "x"));
    atomic_store(&server.allowed, 2);
    await_begin(&server, 3);
    ck_assert_ptr_null(questions_ask(questions, 0, "x"));
    check_answer(asked[0], QUESTION_ANSWERED, "0 0 x");
    ck_assert_ptr_nonnull(questions_ask(questions, 0, "y"));
    question_drop(asked[1]);
    ck_assert_ptr_nonnull(questions_ask(questions, 0, "y"));
    ck_assert_ptr_null(questions_ask(questions, 0, "y"));
    stop(questions, &server); /* with questions that nobody took */
}
END_TEST

/* Its place is free only when the server has answered: until then the thread writes to it. */
START_TEST(a_question_may_be_dropped_while_it_is_answered)
{
    struct server server = { 0 };
    struct questions *questions = start(&server);
    struct question *dropped = questions_ask(questions, 0, "x");

    await_begin(&server, 1);
    question_drop(dropped);
    for (int i = 1; i < QUESTIONS_MAX; i++)
        ck_assert_ptr_ne(questions_ask(questions, 0, "y"), dropped);
    ck_assert_ptr_null(questions_ask(questions, 0, "y"));
    atomic_store(&server.allowed, 1);
    await_begin(&server, 2);
    ck_assert_ptr_eq(questions_ask(questions, 0, "z"), dropped);
    stop(questions, &server);
}
END_TEST

START_TEST(after_a_while_a_question_has_failed)
{
    struct server server = { 0 };
    struct questions *questions = start(&server);

    check_answer(questions_ask(questions, 0, "x"), QUESTION_BUSY, QUESTION_BUSY_REASON);
    stop(questions, &server);
}
END_TEST

/* The next question begins after a pause that is as long as the answer took: the answers of two take at least three times as long. */
START_TEST(a_slow_server_is_spared)
{
    struct server server = { .allowed = 2, .slow_ms = 400 };
    struct questions *questions = start(&server);
    struct question *first = questions_ask(questions, 0, "a"), *second = questions_ask(questions, 0, "b");

    check_answer(first, QUESTION_ANSWERED, "0 0 a");
    poll(NULL, 0, 200);
    ck_assert_int_eq(atomic_load(&server.began), 1);
    check_answer(second, QUESTION_ANSWERED, "1 0 b");
    stop(questions, &server);
}
END_TEST

/* Nobody waits for it but the thread. */
START_TEST(a_server_may_take_long_to_rest)
{
    struct server server = { .allowed = 1 };
    struct questions *questions = start(&server);
    struct question *question;

    while (atomic_load(&server.rests) == 0)
        poll(NULL, 0, 10);
    question = questions_ask(questions, 0, "x");
    ck_assert(!question_is_answered(question));
    atomic_store(&server.rests_allowed, 1);
    check_answer(question, QUESTION_ANSWERED, "0 0 x");
    stop(questions, &server);
}
END_TEST

SUITE("questions", answers_one_after_the_other, so_many_may_ask, a_question_may_be_dropped_while_it_is_answered,
      after_a_while_a_question_has_failed, a_slow_server_is_spared, a_server_may_take_long_to_rest)
