# Hostile files: fuzzers of every reader (checks/audit/fuzz/NAME.c), and differential runs beside other readers.

FUZZED    := $(filter-out fuzz memory replay,$(patsubst checks/audit/fuzz/%.c,%,$(wildcard checks/audit/fuzz/*.c)))
FUZZ      := build/fuzz
SECONDS   ?= 60# of each fuzzer; 0: no bound
FUZZ_RUNS ?= -1# executions of each fuzzer; -1: no bound
FUZZ_TOTAL ?= 10000000# of each, for make fuzz-long
FUZZERS   ?= $(FUZZED)# which of them

# ---- Replaying seeds and found cases, with the ordinary compiler ---------------------------------
$(FUZZED:%=$(BIN)/fuzz-%): $(BIN)/fuzz-%: $(OBJ)/checks/audit/fuzz/%.o \
    $(addprefix $(OBJ)/checks/audit/fuzz/,fuzz.o memory.o replay.o) $(OBJ)/lib.a
	@mkdir -p $(@D)
	$(call say,link)$(CC) $(ALL_CFLAGS) $^ $(LIBS) -o $@

tools: $(FUZZED:%=$(BIN)/fuzz-%)

# ---- Fuzzing, with clang's libFuzzer and its address and undefined-behaviour sanitizers -----------
FUZZ_FLAGS   := -std=c11 -D_GNU_SOURCE -O2 -g -fno-omit-frame-pointer -ffp-contract=off -Wall -Wextra \
                -Ilib -I$(OBJ)/lib -Ichecks/audit/fuzz $(shell pkg-config --cflags $(PKGS)) \
                -fsanitize=address -fsanitize=undefined -fno-sanitize-recover=undefined
FUZZ_OBJECTS := $(patsubst lib/%.c,$(FUZZ)/obj/lib/%.o,$(wildcard lib/*/*.c))

$(FUZZ)/obj/%.o: %.c checks/audit/fuzz.mk | fuzz-compiler
	@mkdir -p $(@D)
	$(call say,compile)clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c $< -o $@

$(FUZZ)/obj/lib/world/world_tables.o: $(WORLD_LISTS)

-include $(shell find $(FUZZ)/obj -name '*.d' 2>/dev/null)

$(FUZZ)/obj/lib.a: $(FUZZ_OBJECTS)
	@rm -f $@
	@ar rcs $@ $^

$(FUZZED:%=$(FUZZ)/bin/%): $(FUZZ)/bin/%: $(FUZZ)/obj/checks/audit/fuzz/%.o \
    $(addprefix $(FUZZ)/obj/checks/audit/fuzz/,fuzz.o memory.o) $(FUZZ)/obj/lib.a
	@mkdir -p $(@D)
	$(call say,link)clang $(FUZZ_FLAGS) -fsanitize=fuzzer $^ -Wl,--as-needed \
	  $(shell pkg-config --libs $(PKGS)) -lcsv -lm -lpthread -o $@

.PHONY: fuzz fuzz-long fuzz-compiler fuzzers
fuzzers: $(FUZZED:%=$(FUZZ)/bin/%)
fuzz-long: $(FUZZERS:%=$(FUZZ)/bin/%)
	@checks/audit/fuzz/long $(FUZZ_TOTAL) $(FUZZERS)

fuzz: $(FUZZERS:%=$(FUZZ)/bin/%)
	@checks/audit/fuzz/run $(SECONDS) $(FUZZ_RUNS) $(FUZZERS)

fuzz-compiler:
	@echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	  clang -fsanitize=fuzzer,address -x c - -o /dev/null 2>/dev/null || \
	  { echo "docmem: fuzz: there is no clang with libFuzzer; run ./setup --audit" >&2; exit 1; }

# ---- Beside Python's safetensors and tokenizers ---------------------------------------------------
ORACLE    ?= build/oracle/bin/python# with checks/oracle/requirements.txt
MUTATIONS ?= 20000# of each format

.PHONY: fuzz-differential
fuzz-differential: $(BIN)/readers
	@mkdir -p $(FUZZ) && status=0 && READERS=$(BIN)/readers $(ORACLE) checks/oracle/fuzz_differential.py $(MUTATIONS) || \
	  status=$$?; checks/audit/fuzz/table; exit $$status
