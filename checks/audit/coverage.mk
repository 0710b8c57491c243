# Coverage, valgrind and the thread sanitizer, minutes each; checks/reports/coverage.org, valgrind.org and
# threads.org show the last runs.

# Programs of their own: no optimisation, so that every condition is a branch; no asserts, nor the
# conditions within others' macros.
COVERAGE_BUILD := CFLAGS='-O0 -g --coverage -DNDEBUG -include checks/audit/coverage/macros.h \
  -Wno-unused-value -Wno-unused-variable -Wno-unused-parameter -Wno-format-truncation' OBJ=build/obj-coverage \
  BIN=build/bin-coverage LIBS='$(LIBS) build/obj-coverage/coverage-limit.o'

build/obj-coverage/coverage-limit.o: checks/audit/coverage/limit.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -c $< -o $@

.PHONY: coverage coverage-programs
coverage-programs: build/obj-coverage/coverage-limit.o
	@$(MAKE) --no-print-directory $(COVERAGE_BUILD) programs tests tools

coverage: coverage-programs
	@CC=$(CC) BIN=build/bin-coverage OBJ=build/obj-coverage checks/audit/coverage/run checks/reports/coverage.org

# Memory used wrongly, never freed, files left open: checks/reports/valgrind.org.
.PHONY: valgrind
valgrind: programs tests
	@BIN=$(BIN) checks/audit/coverage/valgrind checks/reports/valgrind.org

# Races between threads: checks/reports/threads.org.
TSAN_BUILD := CFLAGS='-O1 -g -fsanitize=thread' OBJ=build/obj-tsan BIN=build/bin-tsan

.PHONY: tsan
tsan:
	@$(MAKE) --no-print-directory $(TSAN_BUILD) programs tests
	@$(CC) -std=c11 -D_GNU_SOURCE -O1 -g -fsanitize=thread -Ilib checks/audit/coverage/race.c build/obj-tsan/lib.a \
	  -lpthread -o build/bin-tsan/race
	@BIN=build/bin-tsan OBJ=build/obj-tsan checks/audit/coverage/tsan checks/reports/threads.org
