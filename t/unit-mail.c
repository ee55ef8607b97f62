/*
 * unit-mail - what wakes an agent, its prompts, and how far its mail is read.
 */
#include <string.h>

#include "lib/keys.h"
#include "lib/mail.h"
#include "t/tap.h"

static int
add(struct mail *m, int64_t id, const char *from, const char *text, int direct,
    int urgent, int quiet)
{
	struct mail_message msg;

	memset(&msg, 0, sizeof msg);
	msg.id = id;
	msg.from = from;
	msg.text = text;
	msg.len = strlen(text);
	msg.direct = direct;
	msg.urgent = urgent;
	msg.quiet = quiet;
	return mail_add(m, &msg);
}

static void
safe(const char *text, const char *want, const char *name)
{
	struct buf b;

	buf_init(&b, 4096);
	(void)mail_safe(&b, text, strlen(text), NULL);
	is_mem(b.p != NULL ? b.p : "", b.len, want, strlen(want), name);
	buf_free(&b);
}

static void
prompt(struct mail *m, const char *want, const char *name)
{
	struct mail_form form = { "[%f%t] ", NULL, NULL };
	struct buf b;

	buf_init(&b, MAIL_PROMPT_MAX);
	ok(mail_compose(m, &form, &b) == 0, "a prompt is made");
	is_mem(b.p, b.len, want, strlen(want), name);
	buf_free(&b);
}

static enum keys_what
typed(const char *bytes)
{
	struct keys_scan scan;

	memset(&scan, 0, sizeof scan);
	return keys_typed(&scan, bytes, strlen(bytes));
}

int
main(void)
{
	struct mail *m = mail_new("bob", MAIL_MENTION);
	int64_t id;
	int urgent;
	size_t i;
	static const char *const answers[] = { "\033[?62;22c", "\033[3;7R",
	    "\033]11;rgb:0000/0000/0000\033\\", "\033[I", "\033[O",
	    "\033[<0;3;4M", "\033[?0u", "\033P>|xterm\033\\" };
	static const char *const keys[] = { "a", "\r", "\033", "\033[A",
	    "\033OP", "\033[1;5C", "\003" };

	safe("a\033[201~b", "a\342\220\233[201~b", "no end of paste");
	safe("\302\233x\177", "\357\277\275x\342\220\241", "no C1, no DEL");
	safe("a\r\nb\rc\n\n", "a\nb\342\220\215c", "ends of lines");
	ok(mail_mentions("hey @Bob, you", 13, "bob"), "@Bob, is bob");
	ok(mail_mentions("ask @bob.", 9, "bob"), "@bob. at the end, too");
	ok(!mail_mentions("x@bob", 5, "bob"), "an address is no mention");
	ok(!mail_mentions("@bob-2", 6, "bob"), "nor is another's name");
	ok(mail_mentions("@all", 4, "bob"), "@all is everybody");

	mail_know(m, "ann", 1);
	mail_know(m, "eve", 0);
	ok(mail_names_other(m, "ann", "@eve?", 5), "a reply names another");
	ok(mail_names_other(m, "ann", "@all go", 7), "or all");
	ok(!mail_names_other(m, "ann", "@ann @bob", 9), "not who asked, nor us");
	ok(!mail_names_other(m, "ann", "@param x", 8), "nor nobody");
	ok(!mail_names_other(m, "eve", "@ann!", 5), "and to a script not at all");
	ok(add(m, 5, "eve", "noise", 0, 0, 0) == 1, "taken");
	ok(add(m, 5, "eve", "noise", 0, 0, 0) == 0, "but once");
	ok(!mail_waiting(m, &urgent), "an agent's word to all wakes nobody");
	ok(mail_asleep(m, &id) && id == 5, "which is told");
	ok(!mail_asleep(m, &id), "once");
	ok(mail_ack(m) == 4 && mail_after(m) == 5, "it stays unread");
	(void)add(m, 6, "ann", "look @README", 0, 0, 0);
	(void)add(m, 7, "eve", "over", 1, 0, 1);
	ok(mail_waiting(m, &urgent) && !urgent, "a person's does");
	prompt(m, "[while you were away]\n[eve to all] noise\n[now]\n"
	    "[ann to all] look @README ", "with what was missed, closed");
	ok(mail_prompt(m, 0)->id == 5 && !mail_prompt(m, 0)->lead &&
	    mail_prompt(m, 1)->id == 6 && mail_prompt(m, 1)->lead &&
	    mail_prompt(m, 2) == NULL, "both are of the prompt");
	ok(mail_ack(m) == 4, "unread until it was submitted");
	mail_done(m);
	ok(mail_ack(m) == 6, "then not");
	ok(!mail_waiting(m, &urgent), "what is quiet wakes nobody");
	(void)add(m, 8, "ann", "down the path\\", 1, 0, 0);
	prompt(m, "[while you were away]\n[eve] over\n[now]\n[ann] down the path\\ ",
	    "a backslash is kept from making a line break of Enter");
	mail_done(m);
	(void)add(m, 8, "eve", "first", 1, 0, 0);
	(void)add(m, 9, "ann", "now!", 1, 1, 0);
	ok(mail_waiting(m, &urgent) && urgent, "urgent");
	prompt(m, "[ann] now!", "comes before the rest");
	mail_done(m);
	(void)add(m, 10, "new", "hm", 0, 0, 0);
	ok(mail_unknown(m), "a stranger may be a person");
	mail_know_all(m);
	ok(!mail_unknown(m), "until it is said");
	mail_free(m);

	for (i = 0; i < sizeof answers / sizeof *answers; i++)
		ok(!typed(answers[i]), "a terminal's answer is no typing");
	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		ok(typed(keys[i]), "a key is");
	ok(typed("a") == KEYS_TEXT && typed("\033[200~x\033[201~") == KEYS_TEXT &&
	    typed("\t") == KEYS_TEXT && typed("\033OA") == KEYS_TEXT,
	    "text, a paste, a completion and the history fill a line");
	ok(typed("ls\r") == KEYS_CLEAR && typed("\003") == KEYS_CLEAR,
	    "Enter and C-c empty it");
	ok(typed("\rls") == KEYS_TEXT, "the last of them counts");
	ok(typed("\033[1;5D") == KEYS_COMMAND && typed("\033") == KEYS_COMMAND &&
	    typed("\033[27u") == KEYS_COMMAND && typed("\177") == KEYS_COMMAND,
	    "other keys do neither");
	return tap_done();
}
