/*
 * mail - an agent's unread messages, which of them wake it, and the prompt that
 * is made of them.
 * Linked into csp-sidecar.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mail.h"

struct item {
	struct mail_ref	ref;
	char		*text;
	size_t		len;
	int64_t		hops;
	int		urgent, quiet;
	int		told;		/* mail_asleep() has said so */
};

/* Somebody of whom it is known whether they are a person. */
struct peer {
	char		id[ID_MAX + 1];
	int		human;
};

struct mail {
	char		self[ID_MAX + 1];
	enum mail_wake	wake;
	struct item	*items;		/* by id */
	size_t		n, cap;
	struct peer	*peers;
	size_t		n_peers;
	struct mail_ref	*prompt;	/* of the last mail_compose() */
	size_t		n_prompt;
	int64_t		after;
	int		introduced;	/* 2: not before the prompt is done */
};

int
mail_wake_parse(const char *s, enum mail_wake *wake)
{
	static const char *const words[] = { "mention", "direct", "all" };
	int i;

	for (i = 0; i < 3; i++)
		if (!strcmp(s, words[i])) {
			*wake = (enum mail_wake)i;
			return 0;
		}
	return -1;
}

struct mail *
mail_new(const char *self, enum mail_wake wake)
{
	struct mail *m;

	if ((m = calloc(1, sizeof *m)) == NULL)
		return NULL;
	m->wake = wake;
	mail_self(m, self);
	return m;
}

void
mail_free(struct mail *m)
{
	size_t i;

	if (m == NULL)
		return;
	for (i = 0; i < m->n; i++)
		free(m->items[i].text);
	free(m->items);
	free(m->peers);
	free(m->prompt);
	free(m);
}

static void
copy_id(char out[ID_MAX + 1], const char *id)
{
	size_t n = strlen(id);

	if (n > ID_MAX)
		n = ID_MAX;
	memcpy(out, id, n);
	out[n] = '\0';
}

void
mail_self(struct mail *m, const char *self)
{
	copy_id(m->self, self);
}

/* who wakes */

static int
id_byte(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* n bytes of s are id, in whatever case. */
static int
same_id(const char *s, size_t n, const char *id)
{
	size_t i;
	int c;

	if (strlen(id) != n)
		return 0;
	for (i = 0; i < n; i++) {
		c = s[i] >= 'A' && s[i] <= 'Z' ? s[i] - 'A' + 'a' : s[i];
		if (c != id[i])
			return 0;
	}
	return 1;
}

int
mail_mentions(const char *s, size_t len, const char *id)
{
	size_t i, n;

	for (i = 0; i < len; i++) {
		if (s[i] != '@' || (i > 0 && id_byte(s[i - 1])))
			continue;
		for (n = 0; i + 1 + n < len && id_byte(s[i + 1 + n]); n++)
			;
		if (same_id(s + i + 1, n, id) || same_id(s + i + 1, n, "all"))
			return 1;
		/* a sentence may end there */
		while (n > 0 && strchr("._-", s[i + n]) != NULL)
			if (n--, same_id(s + i + 1, n, id) ||
			    same_id(s + i + 1, n, "all"))
				return 1;
	}
	return 0;
}

static const struct peer *
find_peer(const struct mail *m, const char *id)
{
	size_t i;

	for (i = 0; i < m->n_peers; i++)
		if (!strcmp(m->peers[i].id, id))
			return &m->peers[i];
	return NULL;
}

/* 1, 0, or -1 where it cannot be said yet. */
static int
wakes(const struct mail *m, const struct item *it)
{
	const struct peer *p;

	if (it->urgent)
		return 1;
	if (it->quiet)
		return 0;
	if (m->wake == MAIL_ALL || it->ref.direct)
		return 1;
	if (m->wake == MAIL_DIRECT)
		return 0;
	if (mail_mentions(it->text, it->len, m->self))
		return 1;
	p = find_peer(m, it->ref.from);
	return p == NULL ? -1 : p->human;
}

int
mail_names_other(const struct mail *m, const char *from, const char *text,
    size_t len)
{
	const struct peer *p = find_peer(m, from);
	size_t i;

	if (p == NULL || !p->human || memchr(text, '@', len) == NULL)
		return 0;
	for (i = 0; i < m->n_peers; i++) {
		p = &m->peers[i];
		if (strcmp(p->id, from) != 0 && strcmp(p->id, m->self) != 0 &&
		    mail_mentions(text, len, p->id))
			return 1;
	}
	return 0;
}

int
mail_unknown(const struct mail *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (wakes(m, &m->items[i]) == -1)
			return 1;
	return 0;
}

void
mail_know(struct mail *m, const char *id, int human)
{
	struct peer *p;
	size_t i;

	for (i = 0; i < m->n_peers; i++)
		if (!strcmp(m->peers[i].id, id)) {
			m->peers[i].human = human;
			return;
		}
	p = realloc(m->peers, (m->n_peers + 1) * sizeof *p);
	if (p == NULL)
		return;			/* asked again with the next message */
	m->peers = p;
	copy_id(p[m->n_peers].id, id);
	p[m->n_peers++].human = human;
}

void
mail_know_all(struct mail *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (wakes(m, &m->items[i]) == -1)
			mail_know(m, m->items[i].ref.from,
			    m->items[i].hops == 0);
}

/* coming in */

/* Forget item i. */
static void
drop(struct mail *m, size_t i)
{
	free(m->items[i].text);
	memmove(&m->items[i], &m->items[i + 1],
	    (m->n - i - 1) * sizeof *m->items);
	m->n--;
}

/* Of what woke nobody only the last are kept. */
static void
trim(struct mail *m)
{
	size_t i, n = 0;

	for (i = 0; i < m->n; i++)
		n += wakes(m, &m->items[i]) == 0;
	for (i = 0; n > MAIL_KEPT_MAX && i < m->n; i++)
		if (wakes(m, &m->items[i]) == 0) {
			drop(m, i--);
			n--;
		}
}

int
mail_add(struct mail *m, const struct mail_message *msg)
{
	struct item *it;
	size_t cap;
	char *text;

	if (msg->id <= m->after)
		return 0;
	if (m->n == m->cap) {
		cap = m->cap == 0 ? 16 : m->cap * 2;
		if ((it = realloc(m->items, cap * sizeof *it)) == NULL)
			return -1;
		m->items = it;
		m->cap = cap;
	}
	if ((text = malloc(msg->len + 1)) == NULL)
		return -1;
	memcpy(text, msg->text, msg->len);
	text[msg->len] = '\0';
	it = &m->items[m->n++];
	memset(it, 0, sizeof *it);
	it->ref.id = m->after = msg->id;
	it->ref.direct = msg->direct;
	copy_id(it->ref.from, msg->from);
	it->text = text;
	it->len = msg->len;
	it->hops = msg->hops;
	it->urgent = msg->urgent;
	it->quiet = msg->quiet;
	trim(m);
	return 1;
}

/* The item that makes the next prompt, or n. */
static size_t
next_item(const struct mail *m)
{
	size_t i, first = m->n;

	for (i = 0; i < m->n; i++) {
		if (wakes(m, &m->items[i]) != 1)
			continue;
		if (m->items[i].urgent)
			return i;
		if (first == m->n)
			first = i;
	}
	return first;
}

int
mail_waiting(const struct mail *m, int *urgent)
{
	size_t i = next_item(m);

	*urgent = i < m->n && m->items[i].urgent;
	return i < m->n;
}

int64_t
mail_waiting_id(const struct mail *m, size_t i)
{
	size_t k;

	for (k = 0; k < m->n; k++)
		if (wakes(m, &m->items[k]) == 1 && i-- == 0)
			return m->items[k].ref.id;
	return 0;
}

int
mail_asleep(struct mail *m, int64_t *id)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		if (!m->items[i].told && wakes(m, &m->items[i]) == 0) {
			m->items[i].told = 1;
			*id = m->items[i].ref.id;
			return 1;
		}
	return 0;
}

int64_t
mail_after(const struct mail *m)
{
	return m->after;
}

int64_t
mail_ack(const struct mail *m)
{
	return m->n > 0 ? m->items[0].ref.id - 1 : m->after;
}

/* the prompt */

int
mail_safe(struct buf *b, const char *text, size_t len, const char *escape_at)
{
	const unsigned char *s = (const unsigned char *)text;
	char picture[3];
	size_t i;
	int bad = 0;

	while (len > 0 && (s[len - 1] == '\n' || s[len - 1] == '\r'))
		len--;
	for (i = 0; i < len && !bad; i++) {
		if (s[i] == '\r' && i + 1 < len && s[i + 1] == '\n')
			continue;
		if (s[i] == '@' && escape_at != NULL)
			bad = buf_puts(b, escape_at) == -1;
		else if (s[i] < 0x20 && s[i] != '\n' && s[i] != '\t') {
			/* U+2400 and up: pictures of the controls */
			memcpy(picture, "\xe2\x90\x80", 3);
			picture[2] = (char)(0x80 + s[i]);
			bad = buf_append(b, picture, 3) == -1;
		} else if (s[i] == 0x7f)
			bad = buf_append(b, "\xe2\x90\xa1", 3) == -1;
		else if (s[i] == 0xc2 && i + 1 < len && s[i + 1] >= 0x80 &&
		    s[i + 1] < 0xa0) {
			i++;		/* a C1 control, as UTF-8 */
			bad = buf_append(b, "\xef\xbf\xbd", 3) == -1;
		} else
			bad = buf_putc(b, s[i]) == -1;
	}
	return bad ? -1 : 0;
}

/* The line that says whose message follows. */
static int
put_envelope(struct buf *b, const char *form, const struct mail_ref *ref)
{
	int bad = 0;

	for (; *form != '\0' && !bad; form++) {
		if (*form != '%' || form[1] == '\0') {
			bad = buf_putc(b, *form) == -1;
			continue;
		}
		switch (*++form) {
		case 'f':
			bad = buf_puts(b, ref->from) == -1;
			break;
		case 't':
			bad = !ref->direct && buf_puts(b, " to all") == -1;
			break;
		case 'i':
			bad = buf_putnum(b, ref->id) == -1;
			break;
		default:
			bad = buf_putc(b, *form) == -1;
			break;
		}
	}
	return bad ? -1 : 0;
}

size_t
mail_cut(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

/* What woke nobody, before item lead; the oldest give way to the limit. */
static int
put_digest(struct mail *m, const struct mail_form *form, struct buf *b,
    size_t lead)
{
	const struct item *it;
	size_t i, n, first = lead, total = 0;

	while (first > 0 && total < MAIL_DIGEST_MAX) {
		if (wakes(m, &m->items[first - 1]) != 0)
			break;		/* a prompt of its own, later */
		first--;
		total += mail_cut(m->items[first].text, m->items[first].len,
		    MAIL_SHORT_MAX) + 16;
	}
	if (first == lead)
		return 0;
	if (buf_puts(b, "[while you were away]\n") == -1)
		return -1;
	for (i = 0; i < first; i++)
		if (wakes(m, &m->items[i]) == 0)
			break;
	if (i < first && buf_puts(b, "(earlier messages left out: "
	    "csp-poll --history)\n") == -1)
		return -1;
	for (i = first; i < lead; i++) {
		it = &m->items[i];
		n = mail_cut(it->text, it->len, MAIL_SHORT_MAX);
		if (put_envelope(b, form->envelope, &it->ref) == -1 ||
		    mail_safe(b, it->text, n, form->escape_at) == -1 ||
		    buf_puts(b, n < it->len ? " [...]\n" : "\n") == -1)
			return -1;
	}
	return buf_puts(b, "[now]\n");
}

/*
 * A last word with an @ would leave a completion open, and Enter pick from it;
 * behind a backslash Enter is a line break to many.
 */
static int
close_word(struct buf *b)
{
	size_t i = b->len;

	if (i > 0 && b->p[i - 1] == '\\')
		return buf_putc(b, ' ');
	while (i > 0 && b->p[i - 1] != ' ' && b->p[i - 1] != '\n' &&
	    b->p[i - 1] != '\t')
		if (b->p[--i] == '@')
			return buf_putc(b, ' ');
	return 0;
}

/* The refs of the prompt: what was kept up to the lead, and the lead. */
static int
take_refs(struct mail *m, size_t lead)
{
	struct mail_ref *refs;
	size_t i, n = 0;

	if ((refs = malloc((lead + 1) * sizeof *refs)) == NULL)
		return -1;
	for (i = 0; i <= lead; i++) {
		if (i < lead && wakes(m, &m->items[i]) != 0)
			continue;
		refs[n] = m->items[i].ref;
		refs[n++].lead = i == lead;
	}
	free(m->prompt);
	m->prompt = refs;
	m->n_prompt = n;
	return 0;
}

int
mail_compose(struct mail *m, const struct mail_form *form, struct buf *b)
{
	size_t before = b->len, lead = next_item(m);
	const struct item *it = &m->items[lead];
	int bad = 0;

	if (lead == m->n) {
		errno = EINVAL;
		return -1;
	}
	if (form->envelope != NULL) {
		if (form->intro != NULL && m->introduced != 1)
			bad = mail_safe(b, form->intro, strlen(form->intro),
			    form->escape_at) == -1 || buf_puts(b, "\n\n") == -1;
		bad = bad || put_digest(m, form, b, lead) == -1 ||
		    put_envelope(b, form->envelope, &it->ref) == -1;
	}
	bad = bad || mail_safe(b, it->text, it->len, form->escape_at) == -1 ||
	    (form->envelope != NULL && close_word(b) == -1);
	if (bad || take_refs(m, lead) == -1) {
		buf_truncate(b, before);
		return -1;
	}
	if (m->introduced != 1)
		m->introduced = form->envelope != NULL ? 2 : 0;
	return 0;
}

const struct mail_ref *
mail_prompt(const struct mail *m, size_t i)
{
	return i < m->n_prompt ? &m->prompt[i] : NULL;
}

void
mail_done(struct mail *m)
{
	size_t i, k = 0;

	for (i = 0; i < m->n && k < m->n_prompt; ) {
		if (m->items[i].ref.id == m->prompt[k].id) {
			drop(m, i);
			k++;
		} else
			i++;
	}
	m->n_prompt = 0;
	m->introduced = m->introduced != 0;
}
