/*
 * http.h - serves the page, the metrics and the JSON of a watch. Reading only: GET and HEAD.
 *
 *     struct http *http = http_new(listener, watch, &source);
 *     while (!stop_requested())
 *         http_serve(http, 100);
 *     http_free(http);
 *
 * What a client can take is bounded, as nobody has to log in: HTTP_CLIENTS
 * connections, each of one request, HTTP_REQUEST_BYTES of headers, no body,
 * HTTP_IDLE_S of silence and HTTP_TOTAL_S in all. More clients wait for their
 * turn. On loopback it answers those only who ask for an address or localhost:
 * see host.h. All in the thread that calls http_serve.
 */
#ifndef HTTP_H
#define HTTP_H

#include "api.h"
#include "watch.h"

enum { HTTP_CLIENTS = 256, HTTP_REQUEST_BYTES = 8192, HTTP_IDLE_S = 5, HTTP_TOTAL_S = 20 };

/* Takes the listening socket. The others are borrowed. NULL where the system refuses what a server needs. */
struct http *http_new(int listener, const struct watch *watch, const struct api_source *source);
void http_free(struct http *http);

/* Answers what there is to answer; waits for something for timeout_ms. */
void http_serve(struct http *http, int timeout_ms);

#endif
