/*
 * mail - an agent's unread messages, which of them wake it, and the prompt that
 * is made of them.  Pure.
 *
 * A message wakes the agent (starts a turn, which costs money) if it is direct,
 * or from a person, or mentions it.  What does not wake is kept and stands,
 * shortened, before the next message that does.  Messages stay unread at the
 * gateway until their prompt was submitted: mail_ack() says how far that is.
 */
#ifndef MAIL_H
#define MAIL_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "util.h"

#define MAIL_KEPT_MAX	200	/* messages that woke nobody, at most */
#define MAIL_DIGEST_MAX	6000	/* bytes of them before a prompt, */
#define MAIL_SHORT_MAX	400	/* and of each */
#define MAIL_PROMPT_MAX	(1024 * 1024)

enum mail_wake {
	MAIL_MENTION,		/* as above */
	MAIL_DIRECT,		/* only what is direct */
	MAIL_ALL
};

/* The word for it: "mention", "direct" or "all".  0, or -1: none of them. */
int	mail_wake_parse(const char *, enum mail_wake *);

/* A message as it came; pointers are copied. */
struct mail_message {
	int64_t		id;
	const char	*from;
	const char	*text;
	size_t		len;
	int		direct;		/* addressed to this agent alone */
	int		urgent;
	int		quiet;		/* over the hop budget: wakes nobody */
	int64_t		hops;
};

/* One member of a prompt. */
struct mail_ref {
	int64_t		id;
	int		direct;
	int		lead;		/* the message itself, not before it */
	char		from[ID_MAX + 1];
};

/* How a prompt is made, from the rules. */
struct mail_form {
	const char	*envelope;	/* %f sender, %t " to all" or "", %i id,
					   %%; NULL: bare text, nothing before
					   it */
	const char	*escape_at;	/* written for @, or NULL */
	const char	*intro;		/* before the first prompt, or NULL */
};

struct mail;				/* opaque */

/* self: this agent's id.  NULL with errno ENOMEM. */
struct mail *mail_new(const char *self, enum mail_wake);
void	mail_free(struct mail *);		/* NULL is allowed */

/* The gateway gave it another name. */
void	mail_self(struct mail *, const char *self);

/*
 * A message came.  1: taken; 0: it was there before; -1 with errno ENOMEM, and
 * it is as if it had not come.
 */
int	mail_add(struct mail *, const struct mail_message *);

/*
 * Whether somebody wrote to the room of whom it is not known if they are a
 * person; mail_know() tells, and mail_know_all() that nobody will tell: then
 * persons are those whose message has no hops.
 */
int	mail_unknown(const struct mail *);
void	mail_know(struct mail *, const char *id, int human);
void	mail_know_all(struct mail *);

/*
 * Whether a reply to `from` speaks to somebody else who is known: one to a
 * person is then for the room, where it wakes who is named.  A script that asks
 * has its reply to itself.
 */
int	mail_names_other(const struct mail *, const char *from,
	    const char *text, size_t len);

/* Whether a message waits that wakes; *urgent: one of those. */
int	mail_waiting(const struct mail *, int *urgent);

/* The id of the i-th message that waits and wakes, or 0. */
int64_t	mail_waiting_id(const struct mail *, size_t i);

/* The ids of messages kept asleep since the last call: *id, and 1; or 0. */
int	mail_asleep(struct mail *, int64_t *id);

/*
 * Make the prompt of the next message that wakes, urgent ones first, and what
 * was kept before it, at the end of out, safe to be typed.  0, or -1 with errno
 * (ENOMEM, EFBIG), and then nothing was taken.
 */
int	mail_compose(struct mail *, const struct mail_form *, struct buf *out);

/* The messages of the prompt composed last, in order: the i-th, or NULL. */
const struct mail_ref *mail_prompt(const struct mail *, size_t i);

/* That prompt is done with (submitted, or given up): its messages are read. */
void	mail_done(struct mail *);

/* The highest id that came; the highest up to which all are done. */
int64_t	mail_after(const struct mail *);
int64_t	mail_ack(const struct mail *);

/*
 * Append text made safe to type: controls other than newline and tab become one
 * visible character each, so that no key and no end of paste is in it; CR LF is
 * a newline; newlines at the end are left out.  0, or -1 as buf_append().
 */
int	mail_safe(struct buf *, const char *text, size_t len,
	    const char *escape_at);

/* Where text may be cut to at most max bytes: not within a character. */
size_t	mail_cut(const char *text, size_t len, size_t max);

/* Whether text speaks to id: @id or @all as a word of its own. */
int	mail_mentions(const char *text, size_t len, const char *id);

#endif
