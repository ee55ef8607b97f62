/*
 * net - stream sockets: TCP and UNIX, listening and connecting.  All are
 * close-on-exec and non-blocking, accepted ones of TCP without delay
 * (TCP_NODELAY); none takes the place of a standard descriptor that is closed.
 * Programs that use them ignore SIGPIPE.
 */
#ifndef NET_H
#define NET_H

#include <stddef.h>

#include "buf.h"

enum {
	NET_HOST_MAX = 255,	/* bytes of a host name */
	NET_ADDR_MAX = 64	/* bytes of [address]:port, with its NUL */
};

/* http://HOST[:PORT][/], in parts. */
struct net_url {
	char	host[NET_HOST_MAX + 1];	/* without brackets */
	int	port;			/* 80 where none is given */
	char	authority[NET_HOST_MAX + 9];	/* as a Host field has it */
};

/*
 * Take a URL apart.  0, or -1 where it is none of this form (https, a user, a
 * path, a port out of range).
 */
int	net_url_parse(const char *url, struct net_url *);

/*
 * Begin to connect.  localhost and numeric addresses are not looked up, other
 * names block until they are.  A name's addresses count from 0: where
 * connecting to the first fails, the caller tries the next.  Returns a
 * descriptor that becomes writable when it is decided, which write(2) tells
 * then, or -1 with errno; ENOENT: the name has no address of that number.
 */
int	net_connect(const char *host, int port, int nth);

/*
 * After write(2) failed on a socket that is being connected: 1, and in errno
 * why that failed; 0 where it is not decided yet.
 */
int	net_failed(int fd);

/* Set TCP_NODELAY; for what is written to more than once before an answer. */
void	net_no_delay(int fd);

/*
 * Listen on a numeric address, localhost (127.0.0.1) or a name.  Port 0: the
 * system's choice.  A descriptor, or -1 with errno.
 */
int	net_listen(const char *host, int port);

/* The port that a descriptor is bound to, or -1 with errno. */
int	net_port(int fd);

/*
 * The next connection of a listening socket, or -1 with errno: EAGAIN, there
 * is none; EMFILE and such, out of something, wait before trying again.
 */
int	net_accept(int listener);

/* The peer's address as text, `-` where it is unknown; for logs. */
void	net_peer(int fd, char out[NET_ADDR_MAX]);

/*
 * Whether a host, as in a URL or a Host field (without brackets), is this
 * machine: localhost and what ends in .localhost, 127.0.0.0/8, ::1.
 */
int	net_is_loopback(const char *host, size_t len);

/*
 * UNIX stream sockets.  net_unix_listen makes the socket's file for the owner
 * only (mode 0600) and takes a stale one away; a living one is EADDRINUSE.
 * A path too long for the system is ENAMETOOLONG.
 */
int	net_unix_listen(const char *path);
int	net_unix_connect(const char *path);

/*
 * Read what there is, at most room bytes and at least one buffer's worth, to
 * the end of the buffer.  Returns the bytes read, 0 at the end of the stream,
 * or -1 with errno (EAGAIN: nothing now; EFBIG: the buffer is full).
 */
long	net_read(int fd, struct buf *, size_t room);

#endif
