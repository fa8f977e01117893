/*
 * The protocol is a datagram of NAME=VALUE lines to a Unix socket. systemd
 * documents it as stable, and sd_notify(3) shows an implementation of this size.
 * There is no need to link libsystemd, which would load liblzma, libzstd,
 * liblz4, libgcrypt and libcap into each process.
 */
#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "notify.h"

#include "monotonic.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* A positive number in the environment, or 0. */
static int64_t read_number(const char *name)
{
    const char *text = getenv(name);
    char *end;
    long long number;

    if (!text || !*text)
        return 0;
    errno = 0;
    number = strtoll(text, &end, 10);
    return errno == 0 && !*end && number > 0 ? number : 0;
}

void notify_init(struct notify *notify, const char *component)
{
    const char *path = getenv("NOTIFY_SOCKET");
    int64_t watchdog_us = read_number("WATCHDOG_USEC");
    int64_t pid = read_number("WATCHDOG_PID");

    *notify = (struct notify){ .component = component };
    /* A name that begins with @ is an abstract socket. Other names are not Unix sockets. */
    if (!path || (path[0] != '/' && path[0] != '@') || !path[1] ||
        strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
        return;
    notify->path = path;
    if (pid == 0 || pid == getpid()) /* otherwise the watchdog is for a parent process */
        notify->beat_ms = watchdog_us / 1000 / 2;
}

/* Waits for a second at most, if the manager is slow to read. */
static bool deliver(const char *path, const char *message)
{
    static const struct timeval LIMIT = { .tv_sec = 1 };
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    size_t length = strlen(path);
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), error;
    ssize_t sent;

    if (descriptor < 0)
        return false;
    memcpy(address.sun_path, path, length);
    if (address.sun_path[0] == '@')
        address.sun_path[0] = 0;
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &LIMIT, sizeof(LIMIT));
    sent = sendto(descriptor, message, strlen(message), MSG_NOSIGNAL, (struct sockaddr *)&address,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    error = errno;
    close(descriptor);
    errno = error;
    return sent >= 0;
}

static bool send_message(struct notify *notify, const char *message)
{
    if (!notify->path)
        return true;
    if (deliver(notify->path, message))
        return true;
    if (!notify->has_failed)
        log_warn(notify->component, "cannot notify the service manager: %s NOTIFY_SOCKET=%s", strerror(errno),
                 notify->path);
    notify->has_failed = true;
    return false;
}

void notify_alive(struct notify *notify)
{
    char message[64];
    int64_t now = monotonic_ms();

    if (!notify->path || notify->beat_ms == 0 || now - notify->beat_at < notify->beat_ms)
        return;
    notify->beat_at = now;
    if (notify->is_ready)
        snprintf(message, sizeof(message), "WATCHDOG=1");
    else
        snprintf(message, sizeof(message), "EXTEND_TIMEOUT_USEC=%" PRId64, notify->beat_ms * 2 * 1000);
    send_message(notify, message);
}

/* Sends the status after the lines in `before`, if there is anything to send. */
static bool send_status(struct notify *notify, const char *before, const char *format, va_list arguments)
{
    char status[NOTIFY_STATUS_SIZE], message[NOTIFY_STATUS_SIZE + 64];

    vsnprintf(status, sizeof(status), format, arguments);
    text_clean(status); /* a line end would begin another field */
    if (!*before && strcmp(status, notify->status) == 0)
        return true;
    memcpy(notify->status, status, sizeof(status));
    snprintf(message, sizeof(message), "%sSTATUS=%s", before, status);
    return send_message(notify, message);
}

void notify_ready(struct notify *notify, const char *format, ...)
{
    va_list arguments;

    if (!notify->path)
        return;
    va_start(arguments, format);
    if (send_status(notify, notify->is_ready ? "" : "READY=1\n", format, arguments))
        notify->is_ready = true;
    va_end(arguments);
}

void notify_status(struct notify *notify, const char *format, ...)
{
    va_list arguments;

    if (!notify->path)
        return;
    va_start(arguments, format);
    send_status(notify, "", format, arguments);
    va_end(arguments);
}

void notify_stopping(struct notify *notify)
{
    send_message(notify, "STOPPING=1");
    notify->beat_ms = 0;
}
