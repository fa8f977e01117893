/*
 * http.h - serves the page, the metrics and the JSON of a watch and of searches. Read-only: GET and HEAD.
 * In lab mode it also accepts the commands of lab_command.h: POST.
 *
 *     const struct http_content content = { watch, lookup, log_search, &source, NULL };
 *     struct http *http = http_new(listener, &content);
 *     while (!stop_requested())
 *         http_serve(http, 100);
 *     http_free(http);
 *
 * There is no login, so the resources of clients are limited: HTTP_CLIENTS
 * connections of one request each, HTTP_REQUEST_BYTES of headers, no body,
 * HTTP_IDLE_S of idle time and HTTP_TOTAL_S in total. More clients wait for
 * their turn. Of the requests that Postgres has to answer, QUESTIONS_MAX may
 * wait, and the others are refused; the same goes for Kafka. Requests that a browser sends for a page of another site are
 * refused, where it says so: to loopback, and with HTTPS. On loopback it answers only requests for an address or localhost:
 * see host.h. Everything runs in the thread that calls http_serve.
 */
#ifndef HTTP_H
#define HTTP_H

#include "api.h"
#include "lab.h"
#include "questions.h"
#include "watch.h"

enum { HTTP_CLIENTS = 256, HTTP_REQUEST_BYTES = 8192, HTTP_IDLE_S = 5, HTTP_TOTAL_S = 20 };

/* All borrowed until http_free. */
struct http_content {
    const struct watch *watch;
    struct questions *lookup, *log_search; /* lookup.h, log_search.h */
    const struct api_source *source;
    struct lab *lab; /* NULL unless this is the lab mode, which needs a socket on loopback */
};

/* Takes ownership of the listening socket. NULL if the system refuses a resource. */
struct http *http_new(int listener, const struct http_content *content);
void http_free(struct http *http);

/* Answers pending requests. Waits up to timeout_ms for one. */
void http_serve(struct http *http, int timeout_ms);

#endif
