# Checks: unit tests of lib/ (checks/*.c) and stage checks (checks/stages/*.sh), all printing TAP.
# The stage checks look at the default run, which is built where it is missing.

STAGE_CHECKS := $(sort $(wildcard checks/stages/*.sh))

.PHONY: check
check: programs tests all
	@BIN=$(BIN) OUT=$(OUT) checks/run $(CHECKS:%=$(BIN)/check-%) $(STAGE_CHECKS)
