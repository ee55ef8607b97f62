.POSIX:
# CSP: see README.  GNU make and BSD make; no configure step.
# CC CFLAGS LDFLAGS PREFIX DESTDIR are the caller's.

CC	= cc
CFLAGS	= -O2
LDFLAGS	=
PREFIX	= /usr/local
DESTDIR	=

# the last two: files over 2 GiB and times past 2038 where long has 32 bits
STD	= -std=c99 -D_DEFAULT_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -I.
# nothing here unwinds its stack at run time: the tables for it, an eighth of
# each program, are left out (those of a debugger come with -g)
LEAN	= -fno-asynchronous-unwind-tables
WARN	= -Wall -Wextra -pedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes

# what is installed: programs, scripts, what only scripts call
BINS	= csp-gateway csp-poll csp-send csp-sidecar
SCRIPTS	= bin/csp-agent-launcher.sh bin/csp-autopilot bin/csp-bridge \
	bin/csp-chat bin/csp-consensus bin/csp-debate bin/csp-demo \
	bin/csp-demo-agent bin/start-llm-groupchat
LIBEXEC	= bin/csp-moderate bin/csp-tty

PROGS	= bin/csp-tty csp-gateway csp-poll csp-send csp-sidecar
UNITS	= t/unit-chat t/unit-client t/unit-deliver t/unit-door t/unit-edit \
	t/unit-events t/unit-hmac t/unit-http t/unit-json t/unit-letter \
	t/unit-first t/unit-limit t/unit-looks t/unit-mail t/unit-net t/unit-receipt \
	t/unit-reply t/unit-room t/unit-rules t/unit-screen t/unit-seen \
	t/unit-show t/unit-strange t/unit-turn t/unit-utf8 t/unit-util \
	t/unit-view t/unit-vtparse
TOOLS	= t/crash t/evdump t/faketui t/fuzz/run-deliver t/fuzz/run-events \
	t/fuzz/run-http t/fuzz/run-json t/fuzz/run-turn t/onpty \
	t/replay t/req t/stub t/vtdump

# the part door, with what it stands on but buf jbuf json rules util
DOOR	= lib/door.o lib/doorset.o lib/events.o lib/evmap.o lib/mend.o

# the part screen, with what it stands on
SCREEN	= lib/screen.o lib/screen_cluster.o lib/screen_grid.o \
	lib/screen_mode.o lib/screen_osc.o lib/screen_pack.o \
	lib/screen_seq.o lib/screen_sgr.o lib/screen_text.o \
	lib/screen_wrap.o lib/utf8.o lib/utf8_table.o lib/vtparse.o

# the part deliver; it stands on rules and turn.h
DELIVER	= lib/deliver.o lib/deliver_back.o lib/deliver_enter.o \
	lib/deliver_gate.o lib/deliver_rules.o lib/deliver_type.o

# what csp-sidecar is made of besides deliver, door, screen and turn
SEAT	= lib/agentdir.o lib/asked.o lib/buf.o lib/cast.o lib/client.o \
	lib/ending.o lib/flow.o lib/http.o lib/jbuf.o lib/json.o lib/keys.o \
	lib/link.o lib/mail.o lib/net.o lib/post.o lib/pty.o lib/record.o \
	lib/relay.o lib/replay.o lib/replayline.o lib/replysock.o \
	lib/room.o lib/seat.o lib/seat_answer.o lib/seat_deliver.o \
	lib/seat_door.o lib/seat_link.o lib/tty.o lib/util.o

# what csp-tty shows, with what it stands on
VIEW	= lib/buf.o lib/chat.o lib/edit.o lib/json.o lib/utf8.o \
	lib/utf8_table.o lib/util.o lib/view.o lib/wrap.o

# the part turn, with the reader of its rules; it stands on $(SCREEN) and buf
TURN	= lib/rules.o lib/turn.o lib/turn_answer.o lib/turn_ask.o \
	lib/turn_box.o lib/turn_choice.o lib/turn_code.o lib/turn_content.o \
	lib/turn_cursor.o lib/turn_drawn.o lib/turn_echo.o lib/turn_frame.o \
	lib/turn_hint.o lib/turn_join.o lib/turn_key.o lib/turn_land.o \
	lib/turn_learn.o lib/turn_line.o lib/turn_menu.o lib/turn_pane.o \
	lib/turn_plan.o lib/turn_prompt.o lib/turn_region.o lib/turn_repeat.o lib/turn_reply.o \
	lib/turn_rest.o lib/turn_row.o lib/turn_sign.o lib/turn_spin.o \
	lib/turn_state.o lib/turn_tail.o lib/turn_text.o lib/turn_tool.o \
	lib/turn_typed.o lib/turn_view.o lib/turn_wiped.o

# what csp-gateway stands on
GATE	= lib/agents.o lib/api.o lib/api_get.o lib/api_mcp.o lib/api_post.o \
	lib/broker.o lib/buf.o lib/compact.o lib/conn.o lib/conn_wake.o lib/hmac.o \
	lib/http.o lib/jbuf.o lib/journal.o lib/json.o lib/limit.o lib/load.o \
	lib/msgs.o lib/net.o lib/recent.o lib/room.o lib/util.o lib/views.o

# what a filter stands on
FILTER	= lib/buf.o lib/client.o lib/gate.o lib/http.o lib/jbuf.o lib/json.o \
	lib/net.o lib/room.o lib/util.o

all: $(PROGS)

.SUFFIXES:
.SUFFIXES: .c .o
.c.o:
	$(CC) $(STD) $(LEAN) $(WARN) $(CFLAGS) -c -o $@ $<

# programs: what each links, and nothing else

bin/csp-tty: bin/csp-tty.o lib/jbuf.o lib/tty.o $(VIEW)
	$(CC) $(LDFLAGS) -o $@ bin/csp-tty.o lib/jbuf.o lib/tty.o $(VIEW)

csp-gateway: csp-gateway.o $(GATE)
	$(CC) $(LDFLAGS) -o $@ csp-gateway.o $(GATE)

csp-poll: csp-poll.o lib/show.o $(FILTER)
	$(CC) $(LDFLAGS) -o $@ csp-poll.o lib/show.o $(FILTER)

csp-send: csp-send.o lib/handover.o lib/letter.o lib/receipt.o $(FILTER)
	$(CC) $(LDFLAGS) -o $@ csp-send.o lib/handover.o lib/letter.o \
	    lib/receipt.o $(FILTER)

csp-sidecar: csp-sidecar.o $(SEAT) $(DELIVER) $(DOOR) $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ csp-sidecar.o $(SEAT) $(DELIVER) $(DOOR) \
	    $(TURN) $(SCREEN)

# tests, tools

t/faketui: t/faketui.o
	$(CC) $(LDFLAGS) -o $@ t/faketui.o

t/onpty: t/onpty.o lib/pty.o
	$(CC) $(LDFLAGS) -o $@ t/onpty.o lib/pty.o

t/stub: t/stub.o
	$(CC) $(LDFLAGS) -o $@ t/stub.o

t/req: t/req.o
	$(CC) $(LDFLAGS) -o $@ t/req.o

t/fuzz/run-http: t/fuzz/run.o t/fuzz/fuzz-http.o lib/buf.o lib/http.o
	$(CC) $(LDFLAGS) -o $@ t/fuzz/run.o t/fuzz/fuzz-http.o lib/buf.o \
	    lib/http.o

t/fuzz/run-deliver: t/fuzz/run.o t/fuzz/fuzz-deliver.o $(DELIVER) lib/buf.o \
    $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/fuzz/run.o t/fuzz/fuzz-deliver.o $(DELIVER) \
	    lib/buf.o $(TURN) $(SCREEN)

t/fuzz/run-events: t/fuzz/run.o t/fuzz/fuzz-events.o lib/events.o lib/evmap.o \
    lib/mend.o lib/rules.o lib/buf.o lib/json.o lib/utf8.o \
    lib/utf8_table.o lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/fuzz/run.o t/fuzz/fuzz-events.o \
	    lib/events.o lib/evmap.o lib/mend.o lib/rules.o lib/buf.o \
	    lib/json.o lib/utf8.o lib/utf8_table.o lib/util.o

t/fuzz/run-turn: t/fuzz/run.o t/fuzz/fuzz-turn.o lib/buf.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/fuzz/run.o t/fuzz/fuzz-turn.o lib/buf.o \
	    $(TURN) $(SCREEN)

t/fuzz/run-json: t/fuzz/run.o t/fuzz/fuzz-json.o lib/json.o
	$(CC) $(LDFLAGS) -o $@ t/fuzz/run.o t/fuzz/fuzz-json.o lib/json.o

t/unit-chat: t/unit-chat.o $(VIEW)
	$(CC) $(LDFLAGS) -o $@ t/unit-chat.o $(VIEW)

t/unit-edit: t/unit-edit.o $(VIEW)
	$(CC) $(LDFLAGS) -o $@ t/unit-edit.o $(VIEW)

t/replay: t/replay.o lib/cast.o lib/replay.o lib/buf.o lib/json.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/replay.o lib/cast.o lib/replay.o lib/buf.o \
	    lib/json.o $(TURN) $(SCREEN)

t/crash: t/crash.o
	$(CC) $(LDFLAGS) -o $@ t/crash.o

t/evdump: t/evdump.o lib/rules.o $(DOOR) lib/buf.o lib/jbuf.o lib/json.o lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/evdump.o lib/rules.o $(DOOR) lib/buf.o \
	    lib/jbuf.o lib/json.o lib/util.o

t/unit-door: t/unit-door.o lib/rules.o $(DOOR) lib/buf.o lib/jbuf.o lib/json.o lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/unit-door.o lib/rules.o $(DOOR) lib/buf.o \
	    lib/jbuf.o lib/json.o lib/util.o

t/unit-client: t/unit-client.o lib/buf.o lib/client.o lib/http.o lib/net.o \
    lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/unit-client.o lib/buf.o lib/client.o \
	    lib/http.o lib/net.o lib/util.o

t/unit-deliver: t/unit-deliver.o $(DELIVER) lib/rules.o
	$(CC) $(LDFLAGS) -o $@ t/unit-deliver.o $(DELIVER) lib/rules.o

t/unit-mail: t/unit-mail.o lib/buf.o lib/keys.o lib/mail.o
	$(CC) $(LDFLAGS) -o $@ t/unit-mail.o lib/buf.o lib/keys.o lib/mail.o

t/unit-events: t/unit-events.o lib/events.o lib/evmap.o lib/mend.o lib/buf.o lib/json.o lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/unit-events.o lib/events.o lib/evmap.o \
	    lib/mend.o lib/buf.o lib/json.o lib/util.o

t/unit-hmac: t/unit-hmac.o lib/hmac.o
	$(CC) $(LDFLAGS) -o $@ t/unit-hmac.o lib/hmac.o

t/unit-http: t/unit-http.o lib/buf.o lib/http.o
	$(CC) $(LDFLAGS) -o $@ t/unit-http.o lib/buf.o lib/http.o

t/unit-json: t/unit-json.o lib/json.o
	$(CC) $(LDFLAGS) -o $@ t/unit-json.o lib/json.o

t/unit-letter: t/unit-letter.o lib/letter.o lib/buf.o lib/jbuf.o lib/json.o lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/unit-letter.o lib/letter.o lib/buf.o \
	    lib/jbuf.o lib/json.o lib/util.o

t/unit-limit: t/unit-limit.o lib/limit.o
	$(CC) $(LDFLAGS) -o $@ t/unit-limit.o lib/limit.o

ROOM	= lib/agents.o lib/broker.o lib/buf.o lib/hmac.o lib/journal.o \
	lib/json.o lib/limit.o lib/load.o lib/msgs.o lib/recent.o lib/util.o

t/unit-reply: t/unit-reply.o lib/buf.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/unit-reply.o lib/buf.o $(TURN) $(SCREEN)

t/unit-room: t/unit-room.o $(ROOM)
	$(CC) $(LDFLAGS) -o $@ t/unit-room.o $(ROOM)

t/unit-net: t/unit-net.o lib/buf.o lib/net.o lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/unit-net.o lib/buf.o lib/net.o lib/util.o

t/unit-receipt: t/unit-receipt.o lib/receipt.o lib/json.o
	$(CC) $(LDFLAGS) -o $@ t/unit-receipt.o lib/receipt.o lib/json.o

t/unit-rules: t/unit-rules.o lib/rules.o
	$(CC) $(LDFLAGS) -o $@ t/unit-rules.o lib/rules.o

t/unit-screen: t/unit-screen.o $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/unit-screen.o $(SCREEN)

t/unit-show: t/unit-show.o lib/show.o lib/buf.o lib/json.o lib/util.o
	$(CC) $(LDFLAGS) -o $@ t/unit-show.o lib/show.o lib/buf.o lib/json.o \
	    lib/util.o

t/unit-util: t/unit-util.o $(FILTER)
	$(CC) $(LDFLAGS) -o $@ t/unit-util.o $(FILTER)

t/unit-view: t/unit-view.o $(VIEW)
	$(CC) $(LDFLAGS) -o $@ t/unit-view.o $(VIEW)

t/unit-first: t/unit-first.o lib/buf.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/unit-first.o lib/buf.o $(TURN) $(SCREEN)
t/unit-looks: t/unit-looks.o lib/buf.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/unit-looks.o lib/buf.o $(TURN) $(SCREEN)
t/unit-seen: t/unit-seen.o lib/buf.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/unit-seen.o lib/buf.o $(TURN) $(SCREEN)
t/unit-strange: t/unit-strange.o lib/buf.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/unit-strange.o lib/buf.o $(TURN) $(SCREEN)

t/unit-turn: t/unit-turn.o lib/buf.o $(TURN) $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/unit-turn.o lib/buf.o $(TURN) $(SCREEN)

t/unit-utf8: t/unit-utf8.o lib/utf8.o lib/utf8_table.o
	$(CC) $(LDFLAGS) -o $@ t/unit-utf8.o lib/utf8.o lib/utf8_table.o

t/unit-vtparse: t/unit-vtparse.o lib/utf8.o lib/utf8_table.o lib/vtparse.o
	$(CC) $(LDFLAGS) -o $@ t/unit-vtparse.o lib/utf8.o lib/utf8_table.o \
	    lib/vtparse.o

t/vtdump: t/vtdump.o $(SCREEN)
	$(CC) $(LDFLAGS) -o $@ t/vtdump.o $(SCREEN)

check: all $(UNITS) $(TOOLS)
	sh t/run

demo: all
	@sh bin/csp-demo

INTO	= $(DESTDIR)$(PREFIX)

install: all
	mkdir -p $(INTO)/bin $(INTO)/libexec/csp $(INTO)/share/csp/agents \
	    $(INTO)/share/man/man1 $(INTO)/share/man/man5 \
	    $(INTO)/share/man/man7 $(INTO)/share/doc/csp \
	    $(INTO)/share/bash-completion/completions \
	    $(INTO)/share/zsh/site-functions \
	    $(INTO)/share/fish/vendor_completions.d
	for f in $(BINS) $(SCRIPTS); do \
		rm -f $(INTO)/bin/$${f##*/} && cp $$f $(INTO)/bin/ && \
		chmod 755 $(INTO)/bin/$${f##*/} || exit 1; done
	for f in $(LIBEXEC); do rm -f $(INTO)/libexec/csp/$${f##*/} && \
		cp $$f $(INTO)/libexec/csp/ && \
		chmod 755 $(INTO)/libexec/csp/$${f##*/} || exit 1; done
	for f in agents/*; do cp $$f $(INTO)/share/csp/agents/ && \
		chmod 644 $(INTO)/share/csp/agents/$${f##*/} || exit 1; done
	for f in man/*.[157]; do d=$(INTO)/share/man/man$${f##*.} && \
		cp $$f $$d/ && chmod 644 $$d/$${f##*/} || exit 1; done
	cp README NEWS LICENSE doc/*.md $(INTO)/share/doc/csp/
	cp bin/completion/csp.bash $(INTO)/share/bash-completion/completions/csp
	for f in $(BINS) $(SCRIPTS); do ln -sf csp \
		$(INTO)/share/bash-completion/completions/$${f##*/}; done
	cp bin/completion/_csp $(INTO)/share/zsh/site-functions/
	cp bin/completion/csp.fish $(INTO)/share/fish/vendor_completions.d/csp.fish
	for f in $(BINS) $(SCRIPTS); do ln -sf csp.fish \
		$(INTO)/share/fish/vendor_completions.d/$${f##*/}.fish; done

uninstall:
	for f in $(BINS) $(SCRIPTS); do rm -f $(INTO)/bin/$${f##*/} \
		$(INTO)/share/bash-completion/completions/$${f##*/} \
		$(INTO)/share/fish/vendor_completions.d/$${f##*/}.fish; done
	for f in man/*.[157]; do \
		rm -f $(INTO)/share/man/man$${f##*.}/$${f##*/}; done
	rm -f $(INTO)/share/bash-completion/completions/csp \
	    $(INTO)/share/zsh/site-functions/_csp \
	    $(INTO)/share/fish/vendor_completions.d/csp.fish
	rm -rf $(INTO)/libexec/csp $(INTO)/share/csp $(INTO)/share/doc/csp

# the tree as it is committed
dist:
	v=`sed -n 's/^.define VERSION[^"]*"\(.*\)".*/\1/p' lib/version.h` && \
	git archive --prefix=csp-$$v/ HEAD | gzip -9n >csp-$$v.tar.gz

# instructions a byte of the terminal emulator; needs valgrind
bench-term: t/vtdump
	sh t/bench/term

# needs clang with libFuzzer
FUZZ	= clang -g -O1 -fsanitize=fuzzer,address,undefined \
	-fno-sanitize-recover=all
FUZZ_SECONDS	= 60

fuzz-http:
	$(FUZZ) $(STD) -o t/fuzz/fuzz-http t/fuzz/fuzz-http.c lib/http.c \
	    lib/buf.c
	t/fuzz/fuzz-http -max_total_time=$(FUZZ_SECONDS) -max_len=2048 \
	    -dict=t/fuzz/http.dict

fuzz-json:
	$(FUZZ) $(STD) -o t/fuzz/fuzz-json t/fuzz/fuzz-json.c lib/json.c
	t/fuzz/fuzz-json -max_total_time=$(FUZZ_SECONDS) -max_len=1024

fuzz-screen:
	$(FUZZ) $(STD) -o t/fuzz/fuzz-screen t/fuzz/fuzz-screen.c \
	    $(SCREEN:.o=.c)
	t/fuzz/fuzz-screen -max_total_time=$(FUZZ_SECONDS) -max_len=4096

fuzz-deliver:
	$(FUZZ) $(STD) -o t/fuzz/fuzz-deliver t/fuzz/fuzz-deliver.c \
	    $(DELIVER:.o=.c) lib/buf.c $(TURN:.o=.c) $(SCREEN:.o=.c)
	mkdir -p t/tmp
	t/fuzz/fuzz-deliver -max_total_time=$(FUZZ_SECONDS) -max_len=600 \
	    t/tmp t/fuzz/corpus

fuzz-events:
	$(FUZZ) $(STD) -o t/fuzz/fuzz-events t/fuzz/fuzz-events.c \
	    lib/events.c lib/evmap.c lib/mend.c lib/rules.c lib/buf.c \
	    lib/json.c lib/utf8.c lib/utf8_table.c lib/util.c
	mkdir -p t/tmp
	t/fuzz/fuzz-events -max_total_time=$(FUZZ_SECONDS) -max_len=8000 \
	    t/tmp t/fuzz/corpus

fuzz-turn:
	$(FUZZ) $(STD) -o t/fuzz/fuzz-turn t/fuzz/fuzz-turn.c lib/buf.c \
	    $(TURN:.o=.c) $(SCREEN:.o=.c)
	mkdir -p t/tmp
	t/fuzz/fuzz-turn -max_total_time=$(FUZZ_SECONDS) -max_len=12000 \
	    t/tmp t/fuzz/corpus

# kills the gateway a thousand times; takes a minute
check-crash: csp-gateway t/crash
	CSP_CRASHES=1000 sh t/run t/2050-crash.t

# breaks one mechanism of the gateway after the other: each must be noticed by
# its test; takes a quarter of an hour
check-mutants:
	sh t/mutate

# real agent CLIs, those on the PATH and in $CSP_CHECK_AGENTS; not part of check
check-agents: all t/onpty
	t/agents/run -m both

check-bridge: all
	CSP_KILLS=60 sh t/9061-bridge-kills.t

check-mcp: all
	t/agents/mcp-client
	t/agents/mcp
	t/agents/mcp -i

clean:
	rm -rf t/fuzz/fuzz-deliver t/fuzz/fuzz-events t/fuzz/fuzz-screen \
	    t/fuzz/fuzz-turn t/tmp csp-*.tar.gz
	rm -f *.o lib/*.o t/*.o t/fuzz/*.o bin/*.o $(PROGS) $(UNITS) $(TOOLS)
	rm -rf t/tmp csp-*.tar.gz

# header dependencies (t/0001-tree.t compares them with cc -MM)
bin/csp-tty.o: bin/csp-tty.c lib/buf.h lib/chat.h lib/util.h lib/edit.h lib/exits.h lib/jbuf.h json.h lib/buf.h lib/tty.h lib/util.h lib/view.h lib/chat.h lib/edit.h
csp-gateway.o: csp-gateway.c lib/api.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h lib/http.h json.h lib/views.h lib/broker.h lib/buf.h lib/compact.h lib/conn.h lib/api.h lib/exits.h lib/http.h lib/journal.h lib/load.h lib/net.h lib/room.h lib/util.h lib/views.h
csp-poll.o: csp-poll.c json.h lib/buf.h lib/exits.h lib/gate.h lib/client.h lib/http.h lib/buf.h lib/net.h json.h lib/room.h lib/util.h lib/show.h lib/util.h lib/version.h
csp-send.o: csp-send.c json.h lib/buf.h lib/exits.h lib/gate.h lib/client.h lib/http.h lib/buf.h lib/net.h json.h lib/room.h lib/util.h lib/handover.h lib/letter.h lib/net.h lib/receipt.h lib/room.h lib/util.h lib/version.h
csp-sidecar.o: csp-sidecar.c json.h lib/agentdir.h lib/buf.h lib/cast.h lib/door.h lib/ending.h lib/events.h lib/exits.h lib/flow.h lib/keys.h lib/link.h lib/mail.h lib/mend.h lib/pty.h lib/record.h lib/relay.h lib/replay.h lib/replayline.h lib/replysock.h lib/room.h lib/rules.h lib/screen.h lib/seat.h lib/tty.h lib/turn.h lib/util.h lib/version.h
lib/agentdir.o: lib/agentdir.c lib/agentdir.h lib/rules.h lib/util.h
lib/agents.o: lib/agents.c lib/agents.h lib/hmac.h lib/limit.h lib/util.h
lib/api.o: lib/api.c lib/api_in.h lib/api.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h lib/http.h json.h lib/views.h lib/jbuf.h lib/net.h
lib/api_get.o: lib/api_get.c lib/api_in.h lib/api.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h lib/http.h json.h lib/views.h
lib/api_mcp.o: lib/api_mcp.c lib/api_in.h lib/api.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h lib/http.h json.h lib/views.h lib/jbuf.h
lib/api_post.o: lib/api_post.c lib/api_in.h lib/api.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h lib/http.h json.h lib/views.h lib/jbuf.h
lib/asked.o: lib/asked.c lib/asked.h lib/buf.h lib/mail.h lib/util.h
lib/broker.o: lib/broker.c lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h json.h
lib/buf.o: lib/buf.c lib/buf.h
lib/cast.o: lib/cast.c lib/cast.h json.h
lib/chat.o: lib/chat.c lib/chat.h lib/util.h json.h
lib/client.o: lib/client.c lib/client.h lib/http.h lib/buf.h lib/net.h lib/util.h
lib/compact.o: lib/compact.c lib/compact.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h json.h
lib/conn.o: lib/conn.c lib/conn.h lib/api.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h lib/http.h json.h lib/views.h lib/net.h
lib/conn_wake.o: lib/conn_wake.c lib/conn.h lib/api.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/buf.h lib/http.h json.h lib/views.h
lib/deliver.o: lib/deliver.c lib/deliver.h lib/deliver_in.h lib/rules.h lib/screen.h lib/turn.h
lib/deliver_back.o: lib/deliver_back.c lib/deliver.h lib/deliver_in.h lib/rules.h lib/screen.h lib/turn.h
lib/deliver_enter.o: lib/deliver_enter.c lib/deliver.h lib/deliver_in.h lib/rules.h lib/screen.h lib/turn.h
lib/deliver_gate.o: lib/deliver_gate.c lib/deliver.h lib/deliver_in.h lib/rules.h lib/screen.h lib/turn.h
lib/deliver_rules.o: lib/deliver_rules.c lib/deliver.h lib/rules.h lib/screen.h lib/turn.h
lib/deliver_type.o: lib/deliver_type.c lib/deliver.h lib/deliver_in.h lib/rules.h lib/screen.h lib/turn.h
lib/door.o: lib/door.c lib/door.h lib/doorset.h lib/events.h lib/rules.h lib/buf.h lib/util.h
lib/doorset.o: lib/doorset.c lib/door.h lib/doorset.h lib/events.h lib/jbuf.h lib/rules.h json.h lib/buf.h lib/util.h
lib/edit.o: lib/edit.c lib/edit.h lib/utf8.h
lib/ending.o: lib/ending.c lib/ending.h lib/pty.h
lib/events.o: lib/events.c lib/events.h lib/evmap.h json.h lib/mend.h lib/buf.h lib/util.h
lib/evmap.o: lib/evmap.c lib/events.h lib/evmap.h json.h lib/buf.h
lib/flow.o: lib/flow.c lib/flow.h
lib/gate.o: lib/gate.c lib/exits.h lib/gate.h lib/client.h lib/http.h lib/buf.h lib/net.h json.h lib/room.h lib/util.h lib/jbuf.h
lib/handover.o: lib/handover.c lib/handover.h lib/buf.h lib/net.h lib/util.h
lib/hmac.o: lib/hmac.c lib/hmac.h
lib/http.o: lib/http.c lib/http.h lib/buf.h
lib/jbuf.o: lib/jbuf.c lib/jbuf.h json.h lib/buf.h
lib/journal.o: lib/journal.c lib/journal.h
lib/json.o: lib/json.c json.h
lib/keys.o: lib/keys.c lib/keys.h
lib/letter.o: lib/letter.c lib/jbuf.h json.h lib/buf.h lib/letter.h lib/util.h
lib/limit.o: lib/limit.c lib/limit.h
lib/link.o: lib/link.c lib/buf.h lib/client.h lib/http.h lib/net.h lib/jbuf.h json.h lib/link.h lib/util.h
lib/load.o: lib/load.c json.h lib/load.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h
lib/mail.o: lib/mail.c lib/buf.h lib/mail.h lib/util.h
lib/mend.o: lib/mend.c lib/mend.h lib/util.h
lib/msgs.o: lib/msgs.c lib/msgs.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h
lib/net.o: lib/net.c lib/net.h lib/buf.h lib/util.h
lib/post.o: lib/post.c json.h lib/buf.h lib/jbuf.h lib/link.h lib/post.h lib/rules.h lib/screen.h lib/turn.h lib/util.h
lib/pty.o: lib/pty.c lib/pty.h
lib/receipt.o: lib/receipt.c lib/receipt.h json.h lib/util.h
lib/recent.o: lib/recent.c lib/recent.h
lib/record.o: lib/record.c json.h lib/buf.h lib/jbuf.h lib/record.h lib/util.h
lib/relay.o: lib/relay.c lib/buf.h lib/ending.h lib/flow.h lib/keys.h lib/pty.h lib/record.h lib/relay.h lib/tty.h
lib/replay.o: lib/replay.c lib/replay.h lib/cast.h lib/rules.h lib/screen.h lib/turn.h
lib/replayline.o: lib/replayline.c json.h lib/buf.h lib/cast.h lib/jbuf.h lib/replay.h lib/replayline.h lib/rules.h lib/screen.h lib/turn.h lib/util.h
lib/replysock.o: lib/replysock.c lib/buf.h lib/replysock.h lib/util.h
lib/room.o: lib/room.c lib/exits.h lib/room.h lib/buf.h lib/util.h
lib/rules.o: lib/rules.c lib/rules.h
lib/screen.o: lib/screen.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_cluster.o: lib/screen_cluster.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_grid.o: lib/screen_grid.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_mode.o: lib/screen_mode.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_osc.o: lib/screen_osc.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_pack.o: lib/screen_pack.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_seq.o: lib/screen_seq.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_sgr.o: lib/screen_sgr.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_text.o: lib/screen_text.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/screen_wrap.o: lib/screen_wrap.c lib/screen_in.h lib/screen.h lib/vtparse.h lib/utf8.h
lib/seat.o: lib/seat.c lib/asked.h lib/buf.h lib/deliver.h lib/door.h lib/events.h lib/intro.h lib/link.h lib/mail.h lib/post.h lib/rules.h lib/screen.h lib/seat.h lib/seat_in.h lib/turn.h lib/util.h
lib/seat_answer.o: lib/seat_answer.c json.h lib/asked.h lib/buf.h lib/deliver.h lib/door.h lib/events.h lib/link.h lib/mail.h lib/post.h lib/rules.h lib/screen.h lib/seat.h lib/seat_in.h lib/turn.h lib/util.h
lib/seat_deliver.o: lib/seat_deliver.c lib/asked.h lib/buf.h lib/deliver.h lib/door.h lib/events.h lib/link.h lib/mail.h lib/rules.h lib/screen.h lib/seat.h lib/seat_in.h lib/turn.h lib/util.h
lib/seat_door.o: lib/seat_door.c lib/asked.h lib/buf.h lib/deliver.h lib/door.h lib/events.h lib/link.h lib/mail.h lib/rules.h lib/screen.h lib/seat.h lib/seat_in.h lib/turn.h lib/util.h
lib/seat_link.o: lib/seat_link.c json.h lib/asked.h lib/buf.h lib/deliver.h lib/door.h lib/events.h lib/keys.h lib/link.h lib/mail.h lib/post.h lib/rules.h lib/screen.h lib/seat.h lib/seat_in.h lib/turn.h lib/util.h
lib/show.o: lib/show.c lib/show.h lib/buf.h json.h lib/util.h
lib/tty.o: lib/tty.c lib/tty.h
lib/turn.o: lib/turn.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_answer.o: lib/turn_answer.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_ask.o: lib/turn_ask.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_box.o: lib/turn_box.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_choice.o: lib/turn_choice.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_code.o: lib/turn_code.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_content.o: lib/turn_content.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_cursor.o: lib/turn_cursor.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_drawn.o: lib/turn_drawn.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_echo.o: lib/turn_echo.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_frame.o: lib/turn_frame.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_hint.o: lib/turn_hint.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_join.o: lib/turn_join.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_key.o: lib/turn_key.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_land.o: lib/turn_land.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_learn.o: lib/turn_learn.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_line.o: lib/turn_line.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_menu.o: lib/turn_menu.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_pane.o: lib/turn_pane.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_plan.o: lib/turn_plan.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_prompt.o: lib/turn_prompt.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_region.o: lib/turn_region.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_repeat.o: lib/turn_repeat.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_reply.o: lib/turn_reply.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_rest.o: lib/turn_rest.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_row.o: lib/turn_row.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_sign.o: lib/turn_sign.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_spin.o: lib/turn_spin.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_state.o: lib/turn_state.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_tail.o: lib/turn_tail.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_text.o: lib/turn_text.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_tool.o: lib/turn_tool.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h lib/utf8.h
lib/turn_typed.o: lib/turn_typed.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_view.o: lib/turn_view.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/turn_wiped.o: lib/turn_wiped.c lib/buf.h lib/rules.h lib/screen.h lib/turn.h lib/turn_int.h
lib/utf8.o: lib/utf8.c lib/utf8.h lib/utf8_table.h
lib/utf8_table.o: lib/utf8_table.c lib/utf8_table.h
lib/util.o: lib/util.c lib/util.h
lib/view.o: lib/view.c lib/utf8.h lib/view.h lib/buf.h lib/chat.h lib/util.h lib/edit.h lib/wrap.h
lib/views.o: lib/views.c lib/jbuf.h json.h lib/buf.h lib/views.h lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h
lib/vtparse.o: lib/vtparse.c lib/vtparse.h lib/utf8.h
lib/wrap.o: lib/wrap.c lib/utf8.h lib/wrap.h
t/crash.o: t/crash.c
t/evdump.o: t/evdump.c lib/events.h lib/rules.h
t/faketui.o: t/faketui.c 
t/fault.o: t/fault.c
t/fuzz/fuzz-deliver.o: t/fuzz/fuzz-deliver.c lib/deliver.h lib/turn.h lib/rules.h lib/screen.h t/fuzz/fuzz.h
t/fuzz/fuzz-events.o: t/fuzz/fuzz-events.c lib/events.h lib/rules.h t/fuzz/fuzz.h
t/fuzz/fuzz-http.o: t/fuzz/fuzz-http.c lib/http.h lib/buf.h t/fuzz/fuzz.h
t/fuzz/fuzz-json.o: t/fuzz/fuzz-json.c json.h t/fuzz/fuzz.h
t/fuzz/fuzz-screen.o: t/fuzz/fuzz-screen.c lib/screen.h
t/fuzz/fuzz-turn.o: t/fuzz/fuzz-turn.c lib/screen.h lib/turn.h lib/rules.h lib/utf8.h t/fuzz/fuzz.h
t/fuzz/run.o: t/fuzz/run.c t/fuzz/fuzz.h
t/onpty.o: t/onpty.c lib/pty.h
t/replay.o: t/replay.c json.h lib/cast.h lib/replay.h lib/rules.h lib/screen.h lib/turn.h
t/req.o: t/req.c
t/stub.o: t/stub.c
t/unit-chat.o: t/unit-chat.c lib/chat.h lib/util.h t/tap.h
t/unit-client.o: t/unit-client.c lib/client.h lib/http.h lib/buf.h lib/net.h t/tap.h
t/unit-deliver.o: t/unit-deliver.c lib/deliver.h lib/rules.h lib/screen.h lib/turn.h t/tap.h
t/unit-door.o: t/unit-door.c lib/buf.h lib/door.h lib/doorset.h lib/events.h lib/rules.h t/tap.h
t/unit-edit.o: t/unit-edit.c lib/edit.h t/tap.h
t/unit-events.o: t/unit-events.c lib/events.h lib/mend.h t/tap.h
t/unit-hmac.o: t/unit-hmac.c lib/hmac.h t/tap.h
t/unit-http.o: t/unit-http.c lib/buf.h lib/http.h t/tap.h
t/unit-json.o: t/unit-json.c json.h t/tap.h
t/unit-letter.o: t/unit-letter.c lib/letter.h lib/buf.h t/tap.h
t/unit-limit.o: t/unit-limit.c lib/limit.h t/tap.h
t/unit-mail.o: t/unit-mail.c lib/buf.h lib/keys.h lib/mail.h lib/util.h t/tap.h
t/unit-net.o: t/unit-net.c lib/net.h lib/buf.h t/tap.h
t/unit-receipt.o: t/unit-receipt.c lib/receipt.h json.h lib/util.h t/tap.h
t/unit-room.o: t/unit-room.c lib/broker.h lib/agents.h lib/hmac.h lib/limit.h lib/util.h lib/journal.h lib/msgs.h lib/recent.h lib/load.h lib/broker.h t/tap.h
t/unit-rules.o: t/unit-rules.c lib/rules.h t/tap.h
t/unit-screen.o: t/unit-screen.c lib/screen.h lib/utf8.h t/tap.h
t/unit-first.o: t/unit-first.c lib/screen.h lib/turn.h lib/rules.h t/drawn.h t/tap.h
t/unit-looks.o: t/unit-looks.c lib/screen.h lib/turn.h lib/rules.h t/drawn.h t/tap.h
t/unit-seen.o: t/unit-seen.c lib/screen.h lib/turn.h lib/rules.h t/drawn.h t/tap.h
t/unit-show.o: t/unit-show.c lib/show.h lib/buf.h json.h t/tap.h
t/unit-reply.o: t/unit-reply.c lib/screen.h lib/turn.h lib/rules.h t/drawn.h t/tap.h
t/unit-strange.o: t/unit-strange.c lib/screen.h lib/turn.h lib/rules.h t/drawn.h t/tap.h
t/unit-turn.o: t/unit-turn.c lib/screen.h lib/turn.h lib/rules.h t/drawn.h t/tap.h
t/unit-utf8.o: t/unit-utf8.c lib/utf8.h t/tap.h
t/unit-util.o: t/unit-util.c lib/jbuf.h json.h lib/buf.h lib/net.h lib/room.h lib/util.h t/tap.h
t/unit-view.o: t/unit-view.c lib/utf8.h lib/view.h lib/buf.h lib/chat.h lib/util.h lib/edit.h lib/wrap.h t/tap.h
t/unit-vtparse.o: t/unit-vtparse.c lib/vtparse.h lib/utf8.h t/tap.h
t/vtdump.o: t/vtdump.c lib/screen.h
