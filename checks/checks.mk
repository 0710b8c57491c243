# Checks: unit tests of lib/ (checks/*.c) and stage checks (checks/stages/*.sh), all printing TAP.

STAGE_CHECKS := $(sort $(wildcard checks/stages/*.sh))

.PHONY: check
check: tests programs
	@BIN=$(BIN) OUT=$(OUT) checks/run $(CHECKS:%=$(BIN)/check-%) $(STAGE_CHECKS)
