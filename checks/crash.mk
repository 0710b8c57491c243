# Killed, run twice at once, given numbers that are none.

# The default run, killed at 200 moments (MOMENTS=N, SEED=N) and resumed each time: checks/crash. About
# half an hour on two cores; the last run is checks/crash.org.
.PHONY: crash numbers
crash:
	@checks/crash checks/crash.org

# Every kind of number that no model holds, in every place: checks/numbers; a minute or two, checks/numbers.org.
numbers: programs
	@BIN=$(BIN) OUT=$(OUT) checks/numbers checks/numbers.org

# What the small run makes: every stage up to the questions.
.PHONY: crash-corner
crash-corner: $(filter $(addprefix $(OUT)/,encoded% prefix% allocations/% simset_sharing/% document_token% cells/% \
              predictions/% vectors/% interventions/%),$(VERIFIED))
