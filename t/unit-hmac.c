/*
 * unit-hmac - SHA-256 against RFC 6234's and HMAC against RFC 4231's vectors.
 */
#include "lib/hmac.h"
#include "t/tap.h"

static void
sha(const char *text, size_t repeat, size_t cut, const char *want)
{
	struct sha256 c;
	unsigned char d[SHA256_LEN];
	char hex[SHA256_HEX + 1];
	size_t i, n = strlen(text);

	sha256_init(&c);
	for (i = 0; i < repeat; i++) {
		sha256_update(&c, text, cut < n ? cut : n);
		if (cut < n)
			sha256_update(&c, text + cut, n - cut);
	}
	sha256_final(&c, d);
	hmac_hex(d, hex);
	is_str(hex, want, "sha-256");
}

static void
mac(const void *key, size_t key_len, const void *data, size_t n,
    const char *want)
{
	struct hmac_key k;
	unsigned char d[SHA256_LEN];
	char hex[SHA256_HEX + 1];

	hmac_key_init(&k, key, key_len);
	hmac_sha256(&k, data, n, d);
	hmac_sha256(&k, data, n, d);	/* a key serves more than once */
	hmac_hex(d, hex);
	is_mem(hex, strlen(want), want, strlen(want), "hmac-sha-256");
}

int
main(void)
{
	static const char two[] =
	    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	static const char ten[] =
	    "0123456701234567012345670123456701234567012345670123456701234567";
	unsigned char key[131], data[152];
	size_t cut;
	int i;

	sha("abc", 1, 3, "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	sha("", 1, 0, "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	for (cut = 0; cut <= 56; cut += 7)
		sha(two, 1, cut, "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1");
	sha(ten, 10, 64, "594847328451bdfa85056225462cc1d8"
	    "67d877fb388df0ce35f25ab5562bfbb5");
	sha("a", 1000000, 1, "cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0");

	/* RFC 4231 4.2 to 4.8 */
	memset(key, 0x0b, 20);
	mac(key, 20, "Hi There", 8, "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	mac("Jefe", 4, "what do ya want for nothing?", 28,
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof key);
	memset(data, 0xdd, 50);
	mac(key, 20, data, 50, "773ea91e36800e46854db8ebd09181a7"
	    "2959098b3ef8c122d9635514ced565fe");
	for (i = 0; i < 25; i++)
		data[64 + i] = (unsigned char)(i + 1);
	memset(data, 0xcd, 50);
	mac(data + 64, 25, data, 50, "82558a389a443c0ea4cc819899f2083a"
	    "85f0faa3e578f8077a2e3ff46729665b");
	memset(data, 0x0c, 20);
	mac(data, 20, "Test With Truncation", 20,
	    "a3b6167473100ee06e0c796c2955552b");
	mac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First",
	    54, "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
	mac(key, 131, "This is a test using a larger than block-size key and a "
	    "larger than block-size data. The key needs to be hashed before "
	    "being used by the HMAC algorithm.", 152,
	    "9b09ffa71b942fcb27635fbcd5b0e944"
	    "bfdc63644f0713938a7f51535c3a35e2");
	return tap_done();
}
