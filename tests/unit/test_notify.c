#define _POSIX_C_SOURCE 200809L
#include "notify.h"

#include "suite.h"
#include "watched_log.h"

#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* The place of the service manager: a datagram socket under `name` (@ for an abstract one), and NOTIFY_SOCKET with that name. */
static int listen_as(const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);

    ck_assert_int_ge(descriptor, 0);
    memcpy(address.sun_path, name, strlen(name));
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
                     0);
    setenv("NOTIFY_SOCKET", name, 1);
    return descriptor;
}

static int listen_here(char *name, size_t size)
{
    snprintf(name, size, "/tmp/test_notify.%d", (int)getpid());
    return listen_as(name);
}

/* The next message; "" where none is there. */
static const char *received(int descriptor)
{
    static char text[1024];
    ssize_t length = recv(descriptor, text, sizeof(text) - 1, MSG_DONTWAIT);

    text[length < 0 ? 0 : length] = '\0';
    return text;
}

START_TEST(it_says_what_a_manager_waits_for)
{
    char name[64];
    int manager = listen_here(name, sizeof(name));
    struct notify notify;

    setenv("WATCHDOG_USEC", "100000", 1);
    notify_init(&notify, "test");
    notify_status(&notify, "waits");
    ck_assert_str_eq(received(manager), "STATUS=waits");
    notify_alive(&notify);
    ck_assert_str_eq(received(manager), "EXTEND_TIMEOUT_USEC=100000");
    notify_ready(&notify, "%d partitions", 3);
    ck_assert_str_eq(received(manager), "READY=1\nSTATUS=3 partitions");
    notify_alive(&notify);
    ck_assert_str_eq(received(manager), ""); /* not so soon again */
    poll(NULL, 0, 60);
    notify_alive(&notify);
    ck_assert_str_eq(received(manager), "WATCHDOG=1");
    notify_ready(&notify, "%d partitions", 3);
    ck_assert_str_eq(received(manager), "");
    notify_ready(&notify, "%d partitions", 2);
    ck_assert_str_eq(received(manager), "STATUS=2 partitions");
    notify_stopping(&notify);
    ck_assert_str_eq(received(manager), "STOPPING=1");
    poll(NULL, 0, 60);
    notify_alive(&notify);
    ck_assert_str_eq(received(manager), "");
    unlink(name);
}
END_TEST

START_TEST(an_abstract_socket_will_do)
{
    char name[64];
    int manager;
    struct notify notify;

    snprintf(name, sizeof(name), "@test_notify.%d", (int)getpid());
    manager = listen_as(name);
    notify_init(&notify, "test");
    notify_ready(&notify, "works");
    ck_assert_str_eq(received(manager), "READY=1\nSTATUS=works");
}
END_TEST

START_TEST(a_status_is_one_line)
{
    char name[64];
    int manager = listen_here(name, sizeof(name));
    struct notify notify;

    notify_init(&notify, "test");
    notify_status(&notify, "%s", "a server said\nREADY=1");
    ck_assert_str_eq(received(manager), "STATUS=a server said?READY=1");
    unlink(name);
}
END_TEST

static const struct {
    const char *usec, *pid; /* NULL: not set */
} NO_WATCHDOG[] = { { NULL, NULL }, { "", NULL }, { "0", NULL }, { "-1", NULL }, { "1s", NULL }, { "100000", "1" } };

START_TEST(no_sign_of_life_where_nobody_waits_for_one)
{
    char name[64];
    int manager = listen_here(name, sizeof(name));
    struct notify notify;

    unsetenv("WATCHDOG_USEC");
    if (NO_WATCHDOG[_i].usec)
        setenv("WATCHDOG_USEC", NO_WATCHDOG[_i].usec, 1);
    if (NO_WATCHDOG[_i].pid)
        setenv("WATCHDOG_PID", NO_WATCHDOG[_i].pid, 1);
    notify_init(&notify, "test");
    notify_alive(&notify);
    notify_ready(&notify, "works");
    notify_alive(&notify);
    ck_assert_str_eq(received(manager), "READY=1\nSTATUS=works");
    ck_assert_str_eq(received(manager), "");
    unlink(name);
}
END_TEST

static const char *const NO_SOCKET[] = { NULL, "", "@", "relative", "vsock:2:1234" };

START_TEST(without_a_manager_nothing_happens)
{
    struct notify notify;

    watch_log();
    unsetenv("NOTIFY_SOCKET");
    if (NO_SOCKET[_i])
        setenv("NOTIFY_SOCKET", NO_SOCKET[_i], 1);
    setenv("WATCHDOG_USEC", "1000", 1);
    notify_init(&notify, "test");
    notify_status(&notify, "waits");
    notify_alive(&notify);
    notify_ready(&notify, "works");
    notify_stopping(&notify);
    ck_assert_str_eq(watched_log(), "");
}
END_TEST

START_TEST(a_manager_that_is_gone_is_told_of_once)
{
    struct notify notify;
    const char *first;

    watch_log();
    setenv("NOTIFY_SOCKET", "/nonexistent/notify", 1);
    notify_init(&notify, "test");
    notify_ready(&notify, "works");
    notify_ready(&notify, "works on");
    notify_stopping(&notify);
    first = strstr(watched_log(), "WARN  test: cannot notify the service manager: No such file");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(strstr(first + 1, "WARN"));
}
END_TEST

START_TEST(ready_is_said_until_it_arrives)
{
    char name[64];
    int manager;
    struct notify notify;

    snprintf(name, sizeof(name), "/tmp/test_notify.%d", (int)getpid());
    setenv("NOTIFY_SOCKET", name, 1);
    watch_log();
    notify_init(&notify, "test");
    notify_ready(&notify, "works");
    manager = listen_as(name);
    notify_ready(&notify, "works");
    ck_assert_str_eq(received(manager), "READY=1\nSTATUS=works");
    unlink(name);
}
END_TEST

SUITE_OF_ROWS("notify", { it_says_what_a_manager_waits_for, 1 }, { an_abstract_socket_will_do, 1 },
              { a_status_is_one_line, 1 }, { no_sign_of_life_where_nobody_waits_for_one, ROWS(NO_WATCHDOG) },
              { without_a_manager_nothing_happens, ROWS(NO_SOCKET) }, { a_manager_that_is_gone_is_told_of_once, 1 },
              { ready_is_said_until_it_arrives, 1 })
