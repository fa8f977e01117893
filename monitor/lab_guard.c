#define _DEFAULT_SOURCE /* getrandom */
#include "lab_guard.h"

#include "bug.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

void lab_token_make(char token[LAB_TOKEN_SIZE])
{
    unsigned char bytes[(LAB_TOKEN_SIZE - 1) / 2];

    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        BUG("the system has no random bytes");
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(token + 2 * i, LAB_TOKEN_SIZE - 2 * i, "%02x", bytes[i]);
}

/* Takes the same time wherever they differ. */
static bool is_token(const char token[LAB_TOKEN_SIZE], const char *given)
{
    unsigned char difference = 0;

    if (!given || strlen(given) != LAB_TOKEN_SIZE - 1)
        return false;
    for (size_t i = 0; i < LAB_TOKEN_SIZE - 1; i++)
        difference |= (unsigned char)(token[i] ^ given[i]);
    return difference == 0;
}

static bool is_origin_of(const char *origin, const char *host)
{
    static const char SCHEME[] = "http://";
    size_t length = sizeof(SCHEME) - 1;

    return strncmp(origin, SCHEME, length) == 0 && strcmp(origin + length, host) == 0;
}

static bool is_own_site(const char *site, bool changes_something)
{
    return strcmp(site, "same-origin") == 0 || (!changes_something && strcmp(site, "none") == 0);
}

bool lab_guard_admits(const char token[LAB_TOKEN_SIZE], const struct lab_headers *headers, bool changes_something,
                      char reason[REASON_SIZE])
{
    if (!headers->host)
        return reason_set(reason, "the request has no Host");
    if (headers->origin && !is_origin_of(headers->origin, headers->host))
        return reason_set(reason, "the request comes from another origin: use the monitor's own page");
    if (headers->site && !is_own_site(headers->site, changes_something))
        return reason_set(reason, "the request comes from another site: use the monitor's own page");
    if (!changes_something)
        return true;
    if (!is_token(token, headers->token))
        return reason_set(reason,
                          "the header X-Lab-Token is missing or wrong: take the token from /api/lab; each start of "
                          "the monitor makes a new one");
    if (headers->encoding || (headers->length && strcmp(headers->length, "0") != 0))
        return reason_set(reason, "a command has no body: its parameters are in the query");
    return true;
}
