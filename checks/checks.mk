# Checks: unit tests of lib/ (checks/unit/ROOM/*.c) and stage checks (checks/stages/*.sh), all printing TAP.
# The stage checks look at the default run, which is built where it is missing. What they and the
# benchmarks need besides are programs too: checks/tools/a_tool.c becomes $(BIN)/a-tool.

STAGE_CHECKS := $(sort $(wildcard checks/stages/*.sh))
TOOLS        := $(subst _,-,$(patsubst checks/tools/%.c,%,$(wildcard checks/tools/*.c)))

$(TOOLS:%=$(BIN)/%): $(BIN)/%: $$(OBJ)/checks/tools/$$(subst -,_,$$*).o $(OBJ)/lib.a
	@mkdir -p $(@D)
	$(call say,link)$(CC) $(ALL_CFLAGS) $^ $(LIBS) $(beside)

.PHONY: check tools
tools: $(TOOLS:%=$(BIN)/%)
check: programs tests tools all
	@BIN=$(BIN) OUT=$(OUT) checks/run $(CHECKS:%=$(BIN)/check-%) $(STAGE_CHECKS)

# What can be said of the sources without running them; checks/stages/lint.sh is its check.
.PHONY: lint
lint:
	@checks/audit/lint/run && echo 'lint: no fault'

# How each C file is compiled, for clangd and other tools.
.PHONY: compile_commands.json
compile_commands.json: $(WORLD_LISTS)
	@printf '%s\n' $(wildcard lib/*/*.c stages/*.c checks/unit/*/*.c checks/tools/*.c) | \
	  FOLDER='$(CURDIR)' COMMAND='$(CC) $(ALL_CFLAGS) -I$(OBJ)/lib' awk -f checks/audit/lint/compile_commands.awk >$@.tmp && mv $@.tmp $@

# How near models and training come to independent reference values, measured: checks/reports/parity.org.
PARITY_CHECKS := $(BIN)/check-parity $(BIN)/check-train $(BIN)/check-gguf

.PHONY: parity
parity: $(PARITY_CHECKS)
	@mkdir -p build && rm -f build/parity.csv
	@for check in $(PARITY_CHECKS); do \
	  OPENBLAS_CORETYPE=Haswell DOCMEM_PARITY=build/parity.csv "$$check" >build/parity.log 2>&1 || { cat build/parity.log; exit 1; }; \
	done
	@awk -f checks/audit/parity.awk build/parity.csv >build/parity.org && mv build/parity.org checks/reports/parity.org
	@cat checks/reports/parity.org

# How often verdicts are right in worlds whose truth is known: checks/reports/verdicts.org; ten minutes of a core.
.PHONY: verdict-worlds
verdict-worlds: $(BIN)/verdict-worlds
	@mkdir -p build/worlds && $< 1000 build/worlds >build/worlds/report.org && mv build/worlds/report.org checks/reports/verdicts.org
	@cat checks/reports/verdicts.org

# How fast it is beside PyTorch and beside itself, by turns in one run: checks/reports/bench-intel.org or -amd, of
# the processor's maker, and the curves of figures/bench_scaling.png. An hour and some minutes on two quiet cores.
.PHONY: bench
bench: $(addprefix $(BIN)/,prefix memorize answer ingest encode plan bench-ours bench-data random-model measure) \
       $(OUT)/encoded.safetensors
	@BIN=$(BIN) OUT=$(OUT) checks/bench/run

# ---- Full shapes ----------------------------------------------------------------------
# Random checkpoints of published models' shapes through every stage, with real claims and tokenizers,
# from the folder of shared inputs; checks/reports/full_shape.org shows the last such run. Minutes each, and
# the checkpoint's size of disk, in build/full-shape.
SHARED      ?= $(or $(shell echo "$${DOCMEM_SHARED-}"),../shared)
FULL_SHAPES := Llama-2-7b-hf pythia-1b

$(FULL_SHAPES:%=build/full-shape/%.org): build/full-shape/%.org: checks/audit/full_shape.sh checks/audit/full_shape.sql \
    data/shapes/%.json $(SHARED)/fever/paper_dev.jsonl \
    $(addprefix $(BIN)/,random-model measure probe plan ingest encode prefix memorize answer)
	$(call say,full-shape)DOCMEM_THREADS=$(CORES) OPENBLAS_CORETYPE=$(FULL_CORE) BIN=$(BIN) \
	  checks/audit/full_shape.sh data/shapes/$*.json $(FULL_$*) $@

# Type, block the memory follows, claims, tokenizer.
FULL_Llama-2-7b-hf := BF16 24 $(SHARED)/fever/paper_dev.jsonl $(SHARED)/tokenizers/llama-2/tokenizer.json
FULL_pythia-1b     := F16 10 $(SHARED)/fever/paper_dev.jsonl $(SHARED)/tokenizers/gpt-neox/tokenizer.json
FULL_CORE          := $(if $(shell grep -qs avx512f /proc/cpuinfo && echo yes),SkylakeX,Haswell)

# One after the other, so that neither disturbs the other's time.
.PHONY: full-shape
full-shape:
	@for shape in $(FULL_SHAPES); do $(MAKE) --no-print-directory build/full-shape/$$shape.org; done
	@cat $(FULL_SHAPES:%=build/full-shape/%.org) >$(OBJ)/full_shape.org && mv $(OBJ)/full_shape.org checks/reports/full_shape.org
	@echo "Measured: checks/reports/full_shape.org"

include checks/audit/trace.mk
include checks/audit/coverage.mk
include checks/audit/mutants.mk
include checks/audit/fuzz.mk
include checks/audit/faults.mk
include checks/audit/crash.mk
include checks/audit/cluster.mk
include checks/audit/newcomers.mk
