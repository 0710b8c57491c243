# Faults of files and memory: make faults.

$(BIN)/fault-inject.so: checks/audit/faults/inject.c checks/audit/faults/fault.h $(OBJ)/flags
	@mkdir -p $(@D)
	$(call say,link)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wpedantic -Wshadow -shared -fPIC $< -o $@ -ldl

$(BIN)/faults: checks/audit/faults/drive.c checks/audit/faults/place.c checks/audit/faults/place.h checks/audit/faults/fault.h $(OBJ)/flags
	@mkdir -p $(@D)
	$(call say,link)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wpedantic -Wshadow $(filter %.c,$^) -o $@

tools: $(BIN)/fault-inject.so $(BIN)/faults

# Every call of every program fails once, and small disks fill: checks/reports/faults.org. Minutes on two cores;
# MOST=N calls of a kind in a program, PROGRAMS='NAME...' only some.
MOST     ?= 200
PROGRAMS ?=
.PHONY: faults
faults: programs tools
	@BIN=$(BIN) OUT=$(OUT) FAULTS_JOBS=$(CORES) checks/audit/faults/run $(if $(PROGRAMS),build/faults.org,checks/reports/faults.org) $(MOST) $(PROGRAMS)
	@cat $(if $(PROGRAMS),build/faults.org,checks/reports/faults.org)
