/*
 * host.h - whether the Host of a request may be that of a server on loopback.
 *
 *     if (host && !host_is_no_name(host))
 *         refuse();
 *
 * A page from elsewhere can have its own name lead to 127.0.0.1 (DNS rebinding):
 * then the browser takes what is served here for a part of that page, and lets it
 * read. Its requests still carry the name, and no page can change that. Nobody
 * owns "localhost", and nobody can lead an address elsewhere. Pure.
 */
#ifndef HOST_H
#define HOST_H

#include <stdbool.h>

/* An address or "localhost", with a port or without: 127.0.0.1:8090, [::1], localhost:9000 (of an ssh tunnel, say). */
bool host_is_no_name(const char *host);

#endif
