# Checks: unit tests of lib/ (checks/*.c) and stage checks (checks/stages/*.sh), all printing TAP.
# The stage checks look at the default run, which is built where it is missing.

STAGE_CHECKS := $(sort $(wildcard checks/stages/*.sh))

# What the checks need beside the programs.
$(BIN)/http_server: $(OBJ)/checks/tools/http_server.o
	@mkdir -p $(@D)
	$(call say,link)$(CC) $(ALL_CFLAGS) $^ -o $@

.PHONY: check
check: programs tests $(BIN)/http_server all
	@BIN=$(BIN) OUT=$(OUT) checks/run $(CHECKS:%=$(BIN)/check-%) $(STAGE_CHECKS)
