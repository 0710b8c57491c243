# Checks: unit tests of lib/ (checks/*.c) and stage checks (checks/stages/*.sh), all printing TAP.
# The stage checks look at the default run, which is built where it is missing. What they and the
# benchmarks need besides are programs too: checks/tools/a_tool.c becomes $(BIN)/a-tool.

STAGE_CHECKS := $(sort $(wildcard checks/stages/*.sh))
TOOLS        := $(subst _,-,$(patsubst checks/tools/%.c,%,$(wildcard checks/tools/*.c)))

$(TOOLS:%=$(BIN)/%): $(BIN)/%: $$(OBJ)/checks/tools/$$(subst -,_,$$*).o $(OBJ)/lib.a
	@mkdir -p $(@D)
	$(call say,link)$(CC) $(ALL_CFLAGS) $^ $(LIBS) -o $@

.PHONY: check tools
tools: $(TOOLS:%=$(BIN)/%)
check: programs tests tools all
	@BIN=$(BIN) OUT=$(OUT) checks/run $(CHECKS:%=$(BIN)/check-%) $(STAGE_CHECKS)

# How near models and training come to independent reference values, measured: checks/parity.org.
PARITY_CHECKS := $(BIN)/check-parity $(BIN)/check-train

.PHONY: parity
parity: $(PARITY_CHECKS)
	@mkdir -p build && rm -f build/parity.csv
	@for check in $(PARITY_CHECKS); do \
	  DOCMEM_PARITY=build/parity.csv "$$check" >build/parity.log 2>&1 || { cat build/parity.log; exit 1; }; \
	done
	@awk -f checks/parity.awk build/parity.csv >build/parity.org && mv build/parity.org checks/parity.org
	@cat checks/parity.org

# How fast it is beside PyTorch, by turns in one run: checks/bench.org, and the curves of
# figures/bench_scaling.png. About half an hour on two cores that nothing else uses.
.PHONY: bench
bench: $(BIN)/prefix $(BIN)/memorize $(BIN)/bench-ours $(BIN)/bench-data $(BIN)/random-model \
       $(OUT)/encoded.safetensors
	@BIN=$(BIN) OUT=$(OUT) checks/bench/run
