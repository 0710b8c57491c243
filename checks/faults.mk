# Faults of files and memory: make faults.

$(BIN)/fault-inject.so: checks/faults/inject.c checks/faults/fault.h $(OBJ)/flags
	@mkdir -p $(@D)
	$(call say,link)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wpedantic -Wshadow -shared -fPIC $< -o $@ -ldl

$(BIN)/faults: checks/faults/drive.c checks/faults/place.c checks/faults/place.h checks/faults/fault.h $(OBJ)/flags
	@mkdir -p $(@D)
	$(call say,link)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wpedantic -Wshadow $(filter %.c,$^) -o $@

tools: $(BIN)/fault-inject.so $(BIN)/faults

# Every call of every program fails once, and small disks fill: checks/faults.org. Minutes on two cores;
# MOST=N calls of a kind in a program, PROGRAMS='NAME...' only some.
MOST     ?= 200
PROGRAMS ?=
.PHONY: faults
faults: programs tools
	@BIN=$(BIN) OUT=$(OUT) FAULTS_JOBS=$(CORES) checks/faults/run $(if $(PROGRAMS),build/faults.org,checks/faults.org) $(MOST) $(PROGRAMS)
	@cat $(if $(PROGRAMS),build/faults.org,checks/faults.org)
