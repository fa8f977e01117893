#define _POSIX_C_SOURCE 200809L /* strcasecmp */
#include "host.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HOST_SIZE = 64 };

bool host_is_no_name(const char *host)
{
    bool in_brackets = *host == '[';
    size_t length = in_brackets ? strcspn(++host, "]") : strcspn(host, ":");
    const char *end = host + length;
    struct in6_addr address;
    char alone[HOST_SIZE];

    if (in_brackets && *end++ != ']')
        return false;
    if ((*end != '\0' && *end != ':') || length >= sizeof(alone))
        return false;
    snprintf(alone, sizeof(alone), "%.*s", (int)length, host);
    if (in_brackets)
        return inet_pton(AF_INET6, alone, &address) == 1;
    return strcasecmp(alone, "localhost") == 0 || inet_pton(AF_INET, alone, &address) == 1;
}
