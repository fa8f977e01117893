/*
 * questions.h - answers questions of the page, one after the other, in a thread of its own.
 *
 *     struct questions *questions = questions_start(&(struct answerer){ server, ask_server, rest, end });
 *     struct question *question = questions_ask(questions, LOOKUP_ORDER, "4711");    // NULL: too many are waiting
 *     char *text;
 *
 *     switch (question_take(question, &text)) {        // never waits
 *     case QUESTION_PENDING: …                         // ask again later
 *     case QUESTION_ANSWERED: …                        // text is the JSON, and the caller frees it
 *     default: …                                       // text is the reason
 *     }
 *     questions_stop(questions, 250);
 *
 * Anybody who can open the page can ask, so the load on a server is limited: it is asked one question at a time, and after a slow answer
 * there is a pause as long as it took.
 *
 * All functions belong to one thread, that of http.h. The answerer's functions are called by the thread that answers.
 */
#ifndef QUESTIONS_H
#define QUESTIONS_H

#include <stdbool.h>

enum {
    QUESTIONS_MAX = 8, /* that wait or are being answered */
    QUESTION_ID_MAX = 64,
    QUESTION_TOTAL_MS = 9500, /* after that a question has failed, whatever the thread does; the page waits 10 s */
    QUESTIONS_IDLE_MS = 10000,
};

enum question_result {
    QUESTION_PENDING,
    QUESTION_ANSWERED,
    QUESTION_SLOW,     /* the answer would take too long */
    QUESTION_OUTDATED, /* the database has an older schema */
    QUESTION_AWAY,     /* the server does not answer, or refuses */
    QUESTION_BUSY,     /* other questions took too long */
};

/* The reason of QUESTION_BUSY. */
#define QUESTION_BUSY_REASON "other searches are still running; try again"

struct answerer {
    void *server;
    /* Sets `text`, which the caller frees: the answer, or a reason of one line. */
    enum question_result (*answer)(void *server, int kind, const char *id, char **text);
    void (*rest)(void *server); /* nobody has asked for QUESTIONS_IDLE_MS; called again after each further one */
    void (*end)(void *server);  /* the last call */
};

struct questions;
struct question;

struct questions *questions_start(const struct answerer *answerer);

/* `id`, of QUESTION_ID_MAX bytes at most, is copied; NULL is "". NULL: QUESTIONS_MAX are waiting. */
struct question *questions_ask(struct questions *questions, int kind, const char *id);

/* Whether question_take would return a result. */
bool question_is_answered(struct question *question);

/* Ends the question, unless the result is PENDING. The caller frees the text. */
enum question_result question_take(struct question *question, char **text);

/* Ends the question without a result. */
void question_drop(struct question *question);

/* Ends the thread and frees everything. False if that takes longer than timeout_ms: then the thread is left running. */
bool questions_stop(struct questions *questions, int timeout_ms);

#endif
