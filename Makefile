# order-replay: `make help` lists the targets.
#
#   make SAN=address,undefined check   the same under sanitizers
#   make WERROR=1 …                    warnings are errors, as in CI
#   make V=1 …                         show the commands
#   make SCRIPTS='order-replay ' …     what the programs' messages call the scripts, where that is not scripts/NAME

# Others export such names too: of these, what stands on make's command line counts. The scripts know them by names of their own.
OPTIONS  := SAN WERROR V BUILD VAR LIFECYCLE DATA BROKERS NODES PARTITIONS TESTS FAULTS SEED BUG CHAOS FULL SECONDS
$(foreach name,$(OPTIONS),$(if $(filter environment%,$(origin $(name))),$(eval override undefine $(name))))

VERSION  := 0.1.0
SAN      ?=
BUILD    ?= $(if $(SAN),build/san,build)
COVERED  := build/coverage
PREFIX   ?= /usr/local
SCRIPTS  ?= scripts/
STACK     = ORDER_BUILD='$(BUILD)' ORDER_VAR='$(or $(VAR),$(ORDER_VAR),var)' $(if $(LIFECYCLE),ORDER_STACK_LIFECYCLE='$(LIFECYCLE)') \
            $(foreach name,BROKERS NODES PARTITIONS,$(if $($(name)),ORDER_$(name)='$($(name))'))

FOLDERS  := shared shared/order shared/kafka shared/postgres producer consumer monitor

CFLAGS   ?= -O2 -g
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wwrite-strings -Wvla
SANITIZE := -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
HARDEN   := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
LDHARDEN := -pie -Wl,-z,relro,-z,now
CC_FLAGS  = -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) -MMD -MP $(if $(SAN),$(SANITIZE),$(HARDEN)) \
            -DVERSION='"$(VERSION)"' -DSCRIPTS='"$(SCRIPTS)"' $(FOLDERS:%=-I%) $(shell pkg-config --cflags libpq check 2>/dev/null)
LD_FLAGS  = $(if $(SAN),$(SANITIZE),$(LDHARDEN))
PRODUCER_LIBS := -lrdkafka -lcsv -lcjson -lxxhash -lpthread
CONSUMER_LIBS := -lrdkafka -lpq -lcjson -lxxhash -lpthread
MONITOR_LIBS  := -lrdkafka -lpq -lmicrohttpd -lcjson -lxxhash -lpthread
TEST_LIBS      = $(shell pkg-config --libs check 2>/dev/null) -lpq -lmicrohttpd $(PRODUCER_LIBS)
CHART_JS      ?= /usr/share/javascript/chart.js/chart.min.js

objects   = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
SHARED   := $(call objects,shared/*.c shared/*/*.c)
POSTGRES := $(call objects,shared/postgres/*.c)
PRODUCER := $(call objects,producer/*.c) $(BUILD)/producer/embedded.o
CONSUMER := $(call objects,consumer/*.c)
MONITOR  := $(call objects,monitor/*.c) $(BUILD)/monitor/embedded.o
MODULES  := $(filter-out %/main.o,$(SHARED) $(PRODUCER) $(CONSUMER) $(MONITOR))
SUITES   := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/fuzz_*.c))
TODAY     = $(shell date -u -d "@$${SOURCE_DATE_EPOCH:-$$(date +%s)}" +%F)
PROGRAMS := order-producer order-consumer order-monitor
# The scripts that work without a checkout. The others are for the native stack, whose help has no line of usage.
COMMANDS := $(notdir $(shell grep -sd skip -l '^usage: scripts/' scripts/*))
MANUALS  := $(patsubst %,$(BUILD)/man/%.1,$(PROGRAMS) order-replay $(COMMANDS:%=order-replay-%))
SHARE    := $(BUILD)/share
ZSH_DIR  ?= share/zsh/site-functions
FUZZ_MAIN := $(BUILD)/tests/fuzz/replay.o
say       = $(if $(V),,@printf '  %-5s %s\n' $(1) $@;)

all: setup ## build build/order-producer, order-consumer and order-monitor
	@$(MAKE) --no-print-directory programs
programs: $(BUILD)/order-producer $(BUILD)/order-consumer $(BUILD)/order-monitor $(BUILD)/generate-orders
$(BUILD)/order-producer: $(PRODUCER) $(filter-out $(POSTGRES),$(SHARED))
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ $(PRODUCER_LIBS)
$(BUILD)/order-consumer: $(CONSUMER) $(SHARED)
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ $(CONSUMER_LIBS)
$(BUILD)/order-monitor: $(MONITOR) $(SHARED)
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ $(MONITOR_LIBS)
$(BUILD)/generate-orders: $(filter-out %/read_times.o,$(call objects,tests/data/*.c))
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^
$(BUILD)/read-times: $(BUILD)/tests/data/read_times.o $(SHARED)
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ $(CONSUMER_LIBS)
$(BUILD)/tests/test_%: $(BUILD)/tests/unit/test_%.o $(MODULES)
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS)
$(BUILD)/tests/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/property.o $(FUZZ_MAIN) $(MODULES)
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ -lpq -lmicrohttpd $(PRODUCER_LIBS)
$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CC_FLAGS) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
$(BUILD)/monitor/embedded.o: monitor/embedded.S $(wildcard monitor/page/*) sql/monitor.sql $(wildcard sql/check/* sql/lookup/*) $(CHART_JS) Makefile
	@mkdir -p $(@D)
	$(call say,AS)$(CC) -DCHART_JS='"$(CHART_JS)"' -c -o $@ $<
$(BUILD)/producer/embedded.o: producer/embedded.S lifecycles/olist.csv Makefile
	@mkdir -p $(@D)
	$(call say,AS)$(CC) -c -o $@ $<
-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
.SECONDARY:
.SUFFIXES: # make would take scripts/certificate for what becomes of certificate.sh

setup: ## install missing packages of the distribution
	@scripts/setup
up down clean-data status: setup ## start, stop, stop and remove the data of, or show Kafka and Postgres under var/ (LIFECYCLE=file for up)
	@$(STACK) scripts/$@
demo: all ## replay, kill, replay again, prove (DATA=folder LIFECYCLE=file for your own files)
	@$(STACK) scripts/demo $(if $(DATA),"$(DATA)")

check: all ## run all tests (unit, SQL, integration, lint); more than half an hour on two cores
	@scripts/setup check
	@echo 'all tests: more than half an hour on two cores'
	@$(MAKE) --no-print-directory unit corpus chaos-schedule integration lint
unit: $(SUITES)
	@tests/unit/run $(SUITES)
suites: $(SUITES)
corpus: $(FUZZERS) # of the fuzzers, in a plain build
	@BUILD=$(BUILD) prove tests/fuzz/corpus.t
chaos-schedule: # the same seed gives the same faults
	@python3 -m unittest discover --quiet tests/chaos
integration: programs $(BUILD)/read-times
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/failpoints CPPFLAGS=-DFAILPOINTS \
	    $(BUILD)/failpoints/order-producer $(BUILD)/failpoints/order-consumer
	@BUILD=$(BUILD) tests/integration/run $(TESTS)
mutations: ## write the table of changes that verify finds into docs/GUARANTEES.md
	@WRITE=1 $(MAKE) --no-print-directory TESTS=tests/integration/mutations.t integration
lint: ## check the form of the sources, and run the analyzers
	@scripts/setup lint
	@tests/lint
coverage: setup ## list the lines that no test runs; fails if they are more than one in ten (TESTS=… for fewer tests)
	@scripts/setup check
	@scripts/setup coverage
	@find $(COVERED) -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) --no-print-directory BUILD=$(COVERED) CFLAGS='-O0 -g --coverage -fprofile-update=atomic' LDFLAGS=--coverage \
	    HARDEN= LDHARDEN= unit corpus integration; status=$$?; \
	    gcovr --root . --filter '(producer|consumer|monitor|shared)/' --fail-under-line 90 --print-summary $(COVERED) && exit $$status
fuzz: ## fuzz the programs' input, SECONDS=60 a target (TESTS=record for one)
	@scripts/setup fuzz
	@$(MAKE) --no-print-directory BUILD=build/fuzz CC=clang SAN=address,undefined CFLAGS='-O1 -g' \
	    CPPFLAGS=-fsanitize=fuzzer-no-link LDFLAGS=-fsanitize=fuzzer FUZZ_MAIN= fuzzers
	@tests/fuzz/run $(or $(SECONDS),60) $(TESTS)
fuzzers: $(FUZZERS)
check-compose: all ## test docker-compose.yml, with faults; skipped without Docker
	@$(MAKE) --no-print-directory TESTS=tests/compose.t integration
deb: ## build the Debian package, into build/deb
	@scripts/setup deb
	@scripts/deb $(BUILD)/deb
check-deb: all ## test the package in fresh Debian 12 and 13 roots, with systemd; needs root, takes 10 minutes
	@scripts/setup check-deb
	@$(MAKE) --no-print-directory TESTS=tests/deb.t integration
check-versions: all ## run the demo on other versions of Kafka, PostgreSQL and librdkafka; writes the table in docs/OPERATIONS.md
	@scripts/setup versions
	@BUILD=$(BUILD) tests/versions $(TESTS)

chaos: all ## inject faults, and verify after each round (FAULTS=20 SEED=1 BROKERS=1,3 NODES=3 BUG=name)
	@scripts/setup chaos
	@python3 tests/chaos --build $(BUILD) --toxiproxy .deps/toxiproxy \
	    $(if $(FAULTS),--faults $(FAULTS)) $(if $(SEED),--seed $(SEED)) $(if $(BROKERS),--brokers $(BROKERS)) $(if $(NODES),--nodes $(NODES)) \
	    $(if $(BUG),--bug $(BUG)) $(CHAOS)

bench: all $(BUILD)/bench-apply $(BUILD)/bench-decode ## measure all parts, and the limits of the machine (FULL=1 adds many millions)
	@scripts/setup bench
	@BUILD=$(BUILD) FULL=$(FULL) tests/bench/run
$(BUILD)/bench-apply: $(BUILD)/tests/bench/bench_apply.o $(BUILD)/tests/bench/records.o $(filter-out %/main.o,$(CONSUMER)) $(SHARED)
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ $(CONSUMER_LIBS)
$(BUILD)/bench-decode: $(BUILD)/tests/bench/bench_decode.o $(BUILD)/tests/bench/records.o $(MODULES)
	$(call say,LD)$(CC) $(LD_FLAGS) $(LDFLAGS) -o $@ $^ -lpq -lmicrohttpd $(PRODUCER_LIBS)

man: setup ## build the manual pages, from the --help texts
	@$(MAKE) --no-print-directory manuals
manuals: $(MANUALS)
HELP2MAN  = help2man --no-info --source='order-replay $(VERSION)'
page      = sed -e '/^\.TH/s/"[A-Z][a-z]* [0-9]*"/"$(TODAY)"/' -e '/^\.PP$$/{N;s/.*\nexit status: /.SH "EXIT STATUS"\n/}'
$(BUILD)/man/order-replay.1: $(SHARE) docs/man/order-replay.h2m
	@mkdir -p $(@D)
	$(call say,MAN)$(HELP2MAN) --include=docs/man/order-replay.h2m --help-option='--help | sed -f docs/man/help.sed' \
	    $(SHARE)/scripts/order-replay | $(page) >$@
$(BUILD)/man/order-replay-%.1: $(SHARE) docs/man/command.h2m docs/man/help.sed
	@mkdir -p $(@D)
	$(call say,MAN)$(HELP2MAN) --include=docs/man/command.h2m --help-option='--help | sed -f docs/man/help.sed' \
	    --version-string='order-replay-$* $(VERSION)' --name="$$(sed -nE '2s/^# (.)([^:.]*).*/\l\1\2/p' $(SHARE)/scripts/$*)" \
	    $(SHARE)/scripts/$* | $(page) >$@
$(BUILD)/man/%.1: $(BUILD)/% docs/man/%.h2m
	@mkdir -p $(@D)
	$(call say,MAN)$(HELP2MAN) --include=docs/man/$*.h2m --help-option='--help | sed s/^usage/Usage/' $< | $(page) >$@

# What is installed beside the programs. A script calls the others by the name that they have there, except in what the database keeps.
$(SHARE): $(wildcard lifecycles/* scripts/* sql/* sql/*/* monitor/prometheus/* monitor/grafana/*) Makefile
	@rm -rf $@ && mkdir -p $@/scripts
	$(if $(V),,@)cp -R lifecycles sql monitor/prometheus monitor/grafana $@ && cp -R tests/data/sample $@ && rm $@/sample/README.md && \
	cp $(addprefix scripts/,order-replay $(COMMANDS)) $(filter-out scripts/lib.sh,$(wildcard scripts/*.sh scripts/*.jq)) $@/scripts && \
	find $@/scripts $@/sql -type f ! -path '*/migrations/*' ! -name apply_batch.sql ! -name views.sql -exec \
	    perl -pi -e 's{(?<![/"\$$\w])scripts/($(subst $() ,|,$(COMMANDS)))\b(?!\.)}{order-replay $$1}g' {} + && chmod -R a+rX,go-w $@
install: all ## install programs, scripts, SQL, lifecycle files, manual pages and completion (PREFIX, DESTDIR)
	@$(MAKE) --no-print-directory man
	@$(MAKE) --no-print-directory install-built
INTO      = "$(DESTDIR)$(PREFIX)/$(1)"
install-built: $(SHARE) $(MANUALS)
	install -d $(foreach dir,bin share share/man/man1 share/bash-completion/completions share/fish/vendor_completions.d $(ZSH_DIR),$(call INTO,$(dir)))
	install $(PROGRAMS:%=$(BUILD)/%) $(call INTO,bin)
	cp -R --no-target-directory $(SHARE) $(call INTO,share/order-replay)
	ln -sf ../share/order-replay/scripts/order-replay $(call INTO,bin)
	install -m 644 $(MANUALS) $(call INTO,share/man/man1)
	$(foreach name,$(PROGRAMS) order-replay,install -m 644 completion/order-replay.bash $(call INTO,share/bash-completion/completions/$(name)) &&) \
	$(foreach name,$(PROGRAMS) order-replay,install -m 644 completion/order-replay.fish $(call INTO,share/fish/vendor_completions.d/$(name).fish) &&) \
	install -m 644 completion/_order-replay $(call INTO,$(ZSH_DIR))
uninstall: ## remove the files of make install (PREFIX, DESTDIR)
	rm -rf $(call INTO,share/order-replay)
	rm -f $(foreach name,$(PROGRAMS) order-replay,$(call INTO,bin/$(name)) $(call INTO,share/bash-completion/completions/$(name)) \
	    $(call INTO,share/fish/vendor_completions.d/$(name).fish)) $(foreach page,$(notdir $(MANUALS)),$(call INTO,share/man/man1/$(page))) \
	    $(call INTO,$(ZSH_DIR)/_order-replay)
clean: ## remove all built files
	rm -rf build
help: ## print this list
	@sed -n 's/^\([a-z -]*\):.*## /\1: /p' Makefile | awk -F': ' '{ printf "  make %-26s %s\n", $$1, $$2 }'

.PHONY: all programs setup up down clean-data status demo check unit suites corpus chaos-schedule integration mutations lint coverage fuzz fuzzers \
        check-compose check-versions deb check-deb chaos bench man manuals install install-built uninstall clean help
