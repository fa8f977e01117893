/*
 * lab_guard.h - accepts only requests of the monitor's own page, in lab mode.
 *
 *     char token[LAB_TOKEN_SIZE];
 *     lab_token_make(token);
 *
 *     if (!lab_guard_admits(token, &headers, true, reason))
 *         refuse(reason);
 *
 * A page of another site can make a browser send requests to this server (cross-site request forgery). It cannot set
 * their Host, Origin and Sec-Fetch-Site. It also cannot send a header of its own without asking this server first, which
 * never consents, and it cannot read the token. Each of these is checked:
 *
 *   Host            is required; http.c has checked that it is an address or localhost
 *   Origin          if there is one, it is this server's: browsers send it with each POST
 *   Sec-Fetch-Site  if there is one, it is same-origin. To read the state, a user may also type the address: none
 *   X-Lab-Token     is the token, for requests that change something
 *   the body        is empty, because no command has one
 *
 * Pure, except for lab_token_make.
 */
#ifndef LAB_GUARD_H
#define LAB_GUARD_H

#include "reason.h"

#include <stdbool.h>

enum { LAB_TOKEN_SIZE = 33 };

struct lab_headers {
    const char *host, *origin, *site, *token, *length, *encoding; /* NULL: the request does not have the header */
};

/* 128 random bits, as hexadecimal digits. Aborts if the system has none. */
void lab_token_make(char token[LAB_TOKEN_SIZE]);

bool lab_guard_admits(const char token[LAB_TOKEN_SIZE], const struct lab_headers *headers, bool changes_something,
                      char reason[REASON_SIZE]);

#endif
