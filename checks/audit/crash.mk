# Killed, run twice at once, given numbers that are none.

# The default run, killed at 200 moments (MOMENTS=N, SEED=N) and resumed each time: checks/audit/crash. About
# half an hour on two cores; the last run is checks/reports/crash.org.
.PHONY: crash numbers
crash:
	@checks/audit/crash checks/reports/crash.org

# Every kind of number that no model holds, in every place: checks/audit/numbers; a minute or two, checks/reports/numbers.org.
numbers: programs
	@BIN=$(BIN) OUT=$(OUT) checks/audit/numbers checks/reports/numbers.org

# What the small run makes: every stage up to the questions.
.PHONY: crash-corner
crash-corner: $(filter $(addprefix $(OUT)/,encoded% prefix% allocations/% simset_sharing/% document_token% cells/% \
              predictions/% vectors/% interventions/%),$(VERIFIED))
