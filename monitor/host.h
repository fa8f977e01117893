/*
 * host.h - checks whether the Host of a request can be that of a server on loopback.
 *
 *     if (host && !host_is_no_name(host))
 *         refuse();
 *
 * The owner of another site can let its name resolve to 127.0.0.1 (DNS rebinding). Then
 * the browser treats this server as part of that site, and the site's pages can read its
 * answers. But the requests still contain the name of the site, which no page can change.
 * "localhost" and addresses cannot be redirected in this way. Pure.
 */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>

/* Whether it is an address or "localhost", with or without a port: 127.0.0.1:8090, [::1], localhost:9000 (of an ssh tunnel). */
bool host_is_no_name(const char *host);

#endif
