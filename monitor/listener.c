#define _GNU_SOURCE /* SOCK_NONBLOCK, NI_NUMERICHOST */
#include "listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128, HOST_SIZE = 64, PORT_SIZE = 8 };

/* 127.0.0.1:8090 and [::1]:8090, taken apart. */
static bool split(const char *address, char host[HOST_SIZE], char port[PORT_SIZE])
{
    const char *colon = strrchr(address, ':');
    size_t length = colon ? (size_t)(colon - address) : 0;

    if (length > 2 && address[0] == '[' && address[length - 1] == ']') {
        address++;
        length -= 2;
    } else if (memchr(address, ':', length)) {
        return false;
    }
    if (length == 0 || length >= HOST_SIZE || strlen(colon + 1) >= PORT_SIZE || colon[1] == '\0' ||
        strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return false;
    snprintf(host, HOST_SIZE, "%.*s", (int)length, address);
    snprintf(port, PORT_SIZE, "%s", colon + 1);
    return true;
}

static void show(int listener, char shown[LISTENER_NAME_SIZE])
{
    struct sockaddr_storage storage = { 0 };
    struct sockaddr *address = (struct sockaddr *)&storage;
    socklen_t size = sizeof(storage);
    char host[HOST_SIZE] = "", port[PORT_SIZE] = "";

    if (getsockname(listener, address, &size) == 0)
        getnameinfo(address, size, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
    snprintf(shown, LISTENER_NAME_SIZE, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
}

bool listener_is_loopback(int listener)
{
    struct sockaddr_storage storage = { 0 };
    socklen_t size = sizeof(storage);

    if (getsockname(listener, (struct sockaddr *)&storage, &size) != 0)
        return false;
    if (storage.ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)&storage)->sin6_addr);
    return storage.ss_family == AF_INET && ntohl(((const struct sockaddr_in *)&storage)->sin_addr.s_addr) >> 24 == 127;
}

static int open_at(const struct addrinfo *info)
{
    int listener = socket(info->ai_family, info->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, info->ai_protocol);
    int on = 1;

    if (listener < 0)
        return -1;
    /* Without this, closed connections would still hold the port of a monitor that is restarted at once. */
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(listener, info->ai_addr, info->ai_addrlen) == 0 && listen(listener, BACKLOG) == 0)
        return listener;
    close(listener);
    return -1;
}

int listener_open(const char *address, char shown[LISTENER_NAME_SIZE], char error[LISTENER_ERROR_SIZE])
{
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV };
    struct addrinfo *found = NULL;
    char host[HOST_SIZE], port[PORT_SIZE];
    int listener, failed;

    if (!split(address, host, port)) {
        snprintf(error, LISTENER_ERROR_SIZE,
                 "%.60s: an address and a port are needed, such as 127.0.0.1:8090 or [::1]:8090", address);
        return -1;
    }
    failed = getaddrinfo(host, port, &hints, &found);
    if (failed) {
        snprintf(error, LISTENER_ERROR_SIZE, "%s: %s", address, gai_strerror(failed));
        return -1;
    }
    listener = open_at(found);
    if (listener < 0)
        snprintf(error, LISTENER_ERROR_SIZE, "%s: %s", address, strerror(errno));
    else
        show(listener, shown);
    freeaddrinfo(found);
    return listener;
}
