/*
 * host.h - whether the Host of a request may be that of a server on loopback.
 *
 *     if (host && !host_is_no_name(host))
 *         refuse();
 *
 * A foreign page can point its own name at 127.0.0.1 (DNS rebinding). Then the
 * browser treats this server as part of that page, and lets the page read its
 * answers. The requests still carry the foreign name, which no page can change.
 * Nobody can redirect "localhost" or an address. Pure.
 */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>

/* An address or "localhost", with a port or without: 127.0.0.1:8090, [::1], localhost:9000 (of an ssh tunnel, say). */
bool host_is_no_name(const char *host);

#endif
