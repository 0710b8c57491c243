# Planted faults: make mutants plants every fault of checks/audit/mutants/faults in a copy of the tree or of the
# default run's results, one by one; a named check must catch each. checks/reports/mutants.org is the last such run.
.PHONY: mutants
mutants: programs tests tools all
	@CC='$(CC)' CFLAGS='$(CFLAGS)' BIN=$(BIN) OUT=$(OUT) checks/audit/mutants/run --page checks/reports/mutants.org
