/*
 * deliver_rules - what a rule file says of typing.  Part of deliver.
 */
#include <string.h>

#include "deliver.h"
#include "rules.h"

static void
rule_key(const struct rules *r, const char *word, const char *fallback,
    struct deliver_key *key)
{
	key->len = rules_bytes(r, word, key->bytes, sizeof key->bytes);
	if (key->len == 0 && fallback != NULL) {
		key->len = strlen(fallback);
		memcpy(key->bytes, fallback, key->len);
	}
}

void
deliver_read_rules(struct deliver_rules *d, const struct rules *r)
{
	const char *busy = rules_value(r, "busy", "wait");
	const char *unstash = rules_value(r, "unstash", "auto");

	memset(d, 0, sizeof *d);
	rule_key(r, "submit", "\r", &d->enter);
	rule_key(r, "newline", "\n", &d->newline);
	rule_key(r, "stash", NULL, &d->stash);
	if (strcmp(unstash, "auto"))
		rule_key(r, "unstash", NULL, &d->unstash);
	rule_key(r, "backspace", "\177", &d->backspace);
	rule_key(r, "interrupt", "\033", &d->interrupt);
	d->busy = !strcmp(busy, "join") ? DELIVER_JOIN : DELIVER_WAIT;
	d->paste = strcmp(rules_value(r, "paste", "auto"), "never") != 0;
	d->try_break = d->newline.bytes[0] == '\n' &&
	    !strcmp(rules_value(r, "newline-test", "no"), "yes");
	d->settle_ms = rules_number(r, "settle", 250);
}
