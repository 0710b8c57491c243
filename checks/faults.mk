# Faults of files and memory: make faults.

$(BIN)/fault-inject.so: checks/faults/inject.c checks/faults/fault.h $(OBJ)/flags
	@mkdir -p $(@D)
	$(call say,link)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wpedantic -Wshadow -shared -fPIC $< -o $@ -ldl

$(BIN)/faults: checks/faults/drive.c checks/faults/fault.h $(OBJ)/flags
	@mkdir -p $(@D)
	$(call say,link)$(CC) -std=c11 -D_GNU_SOURCE -O2 -g -Wall -Wextra -Wpedantic -Wshadow $< -o $@

tools: $(BIN)/fault-inject.so $(BIN)/faults
