/*
 * hmac - SHA-256 (RFC 6234) and HMAC-SHA-256 (RFC 2104), for agent tokens.
 */
#ifndef HMAC_H
#define HMAC_H

#include <stddef.h>
#include <stdint.h>

enum {
	SHA256_LEN = 32,	/* bytes of a digest */
	SHA256_HEX = 64		/* the same as hex digits */
};

struct sha256 {
	uint32_t	h[8];
	uint64_t	len;		/* bytes seen */
	unsigned char	block[64];
};

/* A key that was made ready: the digests of its two padded blocks. */
struct hmac_key {
	uint32_t	inner[8];
	uint32_t	outer[8];
};

/* init, then update any number of times, then final once. */
void	sha256_init(struct sha256 *);
void	sha256_update(struct sha256 *, const void *, size_t n);
void	sha256_final(struct sha256 *, unsigned char out[SHA256_LEN]);

/* Makes a key of any length ready for any number of hmac_sha256 calls. */
void	hmac_key_init(struct hmac_key *, const void *key, size_t n);

/* The code of n bytes under the key. */
void	hmac_sha256(const struct hmac_key *, const void *, size_t n,
	    unsigned char out[SHA256_LEN]);

/* A digest as lower-case hex digits and a NUL. */
void	hmac_hex(const unsigned char mac[SHA256_LEN], char out[SHA256_HEX + 1]);

#endif
