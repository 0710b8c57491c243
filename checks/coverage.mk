# Coverage, valgrind and the thread sanitizer, minutes each; checks/coverage.org, valgrind.org and
# threads.org show the last runs.

# Programs of their own: no optimisation, so that every condition is a branch; no asserts, nor the
# conditions within others' macros.
COVERAGE_BUILD := CFLAGS='-O0 -g --coverage -DNDEBUG -include checks/coverage/macros.h \
  -Wno-unused-value -Wno-unused-variable -Wno-unused-parameter -Wno-format-truncation' OBJ=build/obj-coverage \
  BIN=build/bin-coverage LIBS='$(LIBS) $(shell pkg-config --libs $(NET)) build/obj-coverage/coverage-limit.o'

build/obj-coverage/coverage-limit.o: checks/coverage/limit.c
	@mkdir -p $(@D)
	@$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -c $< -o $@

.PHONY: coverage coverage-programs
coverage-programs: build/obj-coverage/coverage-limit.o
	@$(MAKE) --no-print-directory $(COVERAGE_BUILD) programs tests tools

coverage: coverage-programs
	@CC=$(CC) BIN=build/bin-coverage OBJ=build/obj-coverage checks/coverage/run checks/coverage.org

# Memory used wrongly, never freed, files left open: checks/valgrind.org.
.PHONY: valgrind
valgrind: programs tests
	@BIN=$(BIN) checks/coverage/valgrind checks/valgrind.org

# Races between threads: checks/threads.org.
TSAN_BUILD := CFLAGS='-O1 -g -fsanitize=thread' OBJ=build/obj-tsan BIN=build/bin-tsan

.PHONY: tsan
tsan:
	@$(MAKE) --no-print-directory $(TSAN_BUILD) programs tests
	@$(CC) -std=c11 -D_GNU_SOURCE -O1 -g -fsanitize=thread -Ilib checks/coverage/race.c build/obj-tsan/lib.a \
	  -lpthread -o build/bin-tsan/race
	@BIN=build/bin-tsan OBJ=build/obj-tsan checks/coverage/tsan checks/threads.org
