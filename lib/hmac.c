/*
 * hmac - SHA-256 and HMAC-SHA-256.
 * Linked into csp-gateway.
 */
#include <string.h>

#include "hmac.h"

/* RFC 6234 5.1: the cube roots of the first 64 primes */
static const uint32_t k256[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5,
	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5,
	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

static uint32_t
rotr(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

/* RFC 6234 6.2: one block of 64 bytes into the state */
static void
compress(uint32_t h[8], const unsigned char *p)
{
	uint32_t w[64], s[8], t1, t2;
	int i;

	for (i = 0; i < 16; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		    (uint32_t)p[2] << 8 | p[3];
	for (; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		    (rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^
		    w[i - 15] >> 3) +
		    (rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(s, h, sizeof s);
	for (i = 0; i < 64; i++) {
		t1 = s[7] + (rotr(s[4], 6) ^ rotr(s[4], 11) ^ rotr(s[4], 25)) +
		    ((s[4] & s[5]) ^ (~s[4] & s[6])) + k256[i] + w[i];
		t2 = (rotr(s[0], 2) ^ rotr(s[0], 13) ^ rotr(s[0], 22)) +
		    ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof *s);
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		h[i] += s[i];
}

void
sha256_init(struct sha256 *c)
{
	/* RFC 6234 6.1: the square roots of the first eight primes */
	static const uint32_t h0[8] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
	};

	memcpy(c->h, h0, sizeof c->h);
	c->len = 0;
}

void
sha256_update(struct sha256 *c, const void *data, size_t n)
{
	const unsigned char *p = data;
	size_t used = c->len % 64, room = 64 - used;

	c->len += n;
	if (n < room) {
		if (n > 0)
			memcpy(c->block + used, p, n);
		return;
	}
	memcpy(c->block + used, p, room);
	compress(c->h, c->block);
	for (p += room, n -= room; n >= 64; p += 64, n -= 64)
		compress(c->h, p);
	if (n > 0)
		memcpy(c->block, p, n);
}

void
sha256_final(struct sha256 *c, unsigned char out[SHA256_LEN])
{
	size_t used = c->len % 64;
	uint64_t bits = c->len * 8;
	int i;

	c->block[used++] = 0x80;
	if (used > 56) {
		memset(c->block + used, 0, 64 - used);
		compress(c->h, c->block);
		used = 0;
	}
	memset(c->block + used, 0, 56 - used);
	for (i = 0; i < 8; i++)
		c->block[56 + i] = (unsigned char)(bits >> (56 - 8 * i));
	compress(c->h, c->block);
	for (i = 0; i < SHA256_LEN; i++)
		out[i] = (unsigned char)(c->h[i / 4] >> (24 - 8 * (i % 4)));
}

void
hmac_key_init(struct hmac_key *k, const void *key, size_t n)
{
	struct sha256 c;
	unsigned char pad[64], digest[SHA256_LEN];
	int i;

	memset(pad, 0, sizeof pad);
	if (n > sizeof pad) {
		sha256_init(&c);
		sha256_update(&c, key, n);
		sha256_final(&c, digest);
		memcpy(pad, digest, sizeof digest);
	} else if (n > 0)
		memcpy(pad, key, n);
	for (i = 0; i < 64; i++)
		pad[i] ^= 0x36;
	sha256_init(&c);
	compress(c.h, pad);
	memcpy(k->inner, c.h, sizeof k->inner);
	for (i = 0; i < 64; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	sha256_init(&c);
	compress(c.h, pad);
	memcpy(k->outer, c.h, sizeof k->outer);
}

void
hmac_sha256(const struct hmac_key *k, const void *data, size_t n,
    unsigned char out[SHA256_LEN])
{
	struct sha256 c;

	memcpy(c.h, k->inner, sizeof c.h);
	c.len = 64;
	sha256_update(&c, data, n);
	sha256_final(&c, out);
	memcpy(c.h, k->outer, sizeof c.h);
	c.len = 64;
	sha256_update(&c, out, SHA256_LEN);
	sha256_final(&c, out);
}

void
hmac_hex(const unsigned char mac[SHA256_LEN], char out[SHA256_HEX + 1])
{
	static const char hex[] = "0123456789abcdef";
	int i;

	for (i = 0; i < SHA256_LEN; i++) {
		out[2 * i] = hex[mac[i] >> 4];
		out[2 * i + 1] = hex[mac[i] & 15];
	}
	out[SHA256_HEX] = '\0';
}
