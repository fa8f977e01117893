#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock, strdup */
#include "questions.h"

#include "memory.h"
#include "monotonic.h"
#include "timed_join.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SLOW_MS = 200 /* an answer that takes longer is followed by a pause */ };

enum place_state {
    PLACE_FREE,
    PLACE_ASKED,
    PLACE_RUNNING,
    PLACE_ANSWERED,
    PLACE_DROPPED, /* the thread is answering it, and nobody wants to know */
};

/* A place for a question. The mutex protects all of it; only the thread changes a place that is RUNNING or DROPPED to another state. */
struct question {
    struct questions *questions;
    enum place_state state;
    int kind;
    char id[QUESTION_ID_MAX + 1];
    int64_t number; /* questions are answered in this order */
    int64_t asked_at;
    enum question_result result;
    char *text;
};

struct questions {
    struct answerer answerer;
    pthread_t thread;
    pthread_mutex_t mutex; /* protects the members below */
    pthread_cond_t changed;
    bool stop;
    int64_t asked; /* questions so far */
    struct question places[QUESTIONS_MAX];
};

/* --- the thread */

static struct question *oldest_asked(struct questions *questions)
{
    struct question *oldest = NULL;

    for (int i = 0; i < QUESTIONS_MAX; i++) {
        struct question *question = &questions->places[i];

        if (question->state == PLACE_ASKED && (!oldest || question->number < oldest->number))
            oldest = question;
    }
    return oldest;
}

/* Waits for a change, or for timeout_ms. The caller has the mutex. */
static void wait_for_change(struct questions *questions, int64_t timeout_ms)
{
    int64_t until_ms = monotonic_ms() + timeout_ms;
    struct timespec until = { .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000 };

    pthread_cond_timedwait(&questions->changed, &questions->mutex, &until);
}

/* Spares a server that answers slowly. The caller has the mutex. */
static void pause_for(struct questions *questions, int64_t pause_ms)
{
    int64_t until = monotonic_ms() + pause_ms;

    while (!questions->stop && monotonic_ms() < until)
        wait_for_change(questions, until - monotonic_ms());
}

/* The caller has the mutex, which is free while the server works. */
static void serve(struct questions *questions, struct question *question)
{
    const struct answerer *answerer = &questions->answerer;
    char id[QUESTION_ID_MAX + 1], *text = NULL;
    enum question_result result;
    int kind = question->kind;
    int64_t began = monotonic_ms(), took;

    memcpy(id, question->id, sizeof(id));
    question->state = PLACE_RUNNING;
    pthread_mutex_unlock(&questions->mutex);
    result = answerer->answer(answerer->server, kind, id, &text);
    took = monotonic_ms() - began;
    pthread_mutex_lock(&questions->mutex);
    /* cppcheck-suppress knownConditionTrueFalse ; question_drop may have changed it meanwhile */
    if (question->state == PLACE_DROPPED) {
        question->state = PLACE_FREE;
        free(text);
    } else {
        question->result = result;
        question->text = text;
        question->state = PLACE_ANSWERED;
    }
    if (took > SLOW_MS)
        pause_for(questions, took);
}

/* The caller has the mutex, which is free meanwhile: a server may take long to leave. */
static void rest(struct questions *questions)
{
    pthread_mutex_unlock(&questions->mutex);
    questions->answerer.rest(questions->answerer.server);
    pthread_mutex_lock(&questions->mutex);
}

static void *run(void *opaque)
{
    struct questions *questions = opaque;
    int64_t used_at = monotonic_ms();

    pthread_mutex_lock(&questions->mutex);
    while (!questions->stop) {
        struct question *question = oldest_asked(questions);
        bool is_idle = !question && monotonic_ms() - used_at >= QUESTIONS_IDLE_MS;

        if (question)
            serve(questions, question);
        else if (is_idle)
            rest(questions);
        else
            wait_for_change(questions, QUESTIONS_IDLE_MS);
        if (question || is_idle)
            used_at = monotonic_ms();
    }
    pthread_mutex_unlock(&questions->mutex);
    questions->answerer.end(questions->answerer.server);
    return NULL;
}

/* --- the callers' side */

struct questions *questions_start(const struct answerer *answerer)
{
    struct questions *questions = checked(calloc(1, sizeof(*questions)));
    pthread_condattr_t attributes;

    questions->answerer = *answerer;
    for (int i = 0; i < QUESTIONS_MAX; i++)
        questions->places[i].questions = questions;
    pthread_mutex_init(&questions->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&questions->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&questions->thread, NULL, run, questions) != 0)
        OUT_OF_MEMORY();
    return questions;
}

struct question *questions_ask(struct questions *questions, int kind, const char *id)
{
    struct question *question = NULL;

    pthread_mutex_lock(&questions->mutex);
    for (int i = 0; i < QUESTIONS_MAX && !question; i++) {
        if (questions->places[i].state == PLACE_FREE)
            question = &questions->places[i];
    }
    if (question) {
        question->state = PLACE_ASKED;
        question->kind = kind;
        question->number = ++questions->asked;
        question->asked_at = monotonic_ms();
        snprintf(question->id, sizeof(question->id), "%s", id ? id : "");
        pthread_cond_signal(&questions->changed);
    }
    pthread_mutex_unlock(&questions->mutex);
    return question;
}

static bool is_overdue(const struct question *question)
{
    return monotonic_ms() - question->asked_at > QUESTION_TOTAL_MS;
}

bool question_is_answered(struct question *question)
{
    bool answered;

    pthread_mutex_lock(&question->questions->mutex);
    answered = question->state == PLACE_ANSWERED || is_overdue(question);
    pthread_mutex_unlock(&question->questions->mutex);
    return answered;
}

/* The caller has the mutex. */
static void leave(struct question *question)
{
    if (question->state == PLACE_RUNNING) {
        question->state = PLACE_DROPPED;
        return;
    }
    free(question->text);
    question->text = NULL;
    question->state = PLACE_FREE;
}

enum question_result question_take(struct question *question, char **text)
{
    struct questions *questions = question->questions;
    enum question_result result = QUESTION_PENDING;

    pthread_mutex_lock(&questions->mutex);
    if (question->state == PLACE_ANSWERED) {
        result = question->result;
        *text = question->text;
        question->text = NULL;
    } else if (is_overdue(question)) {
        result = QUESTION_BUSY;
        *text = checked(strdup(QUESTION_BUSY_REASON));
    }
    if (result != QUESTION_PENDING)
        leave(question);
    pthread_mutex_unlock(&questions->mutex);
    return result;
}

void question_drop(struct question *question)
{
    struct questions *questions = question->questions;

    pthread_mutex_lock(&questions->mutex);
    leave(question);
    pthread_mutex_unlock(&questions->mutex);
}

bool questions_stop(struct questions *questions, int timeout_ms)
{
    pthread_mutex_lock(&questions->mutex);
    questions->stop = true;
    pthread_cond_signal(&questions->changed);
    pthread_mutex_unlock(&questions->mutex);
    if (!timed_join(questions->thread, timeout_ms))
        return false;
    for (int i = 0; i < QUESTIONS_MAX; i++)
        free(questions->places[i].text);
    pthread_cond_destroy(&questions->changed);
    pthread_mutex_destroy(&questions->mutex);
    free(questions);
    return true;
}
