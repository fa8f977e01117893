/*
 * listener.h - a socket that listens at ADDRESS:PORT.
 *
 *     char error[LISTENER_ERROR_SIZE], shown[LISTENER_NAME_SIZE];
 *     int listener = listener_open("127.0.0.1:8090", shown, error);
 *
 * IPv6 addresses are in brackets, as in [::1]:8090. With port 0 the system chooses a port.
 */
#ifndef LISTENER_H
#define LISTENER_H

#include <stdbool.h>

enum { LISTENER_ERROR_SIZE = 256, LISTENER_NAME_SIZE = 80 };

/* Returns the non-blocking socket, which the caller closes, and its address in `shown`; or -1 and the reason. */
int listener_open(const char *address, char shown[LISTENER_NAME_SIZE], char error[LISTENER_ERROR_SIZE]);

/* Whether only this machine can reach it. */
bool listener_is_loopback(int listener);

#endif
