# What newcomers do wrong, and what docmem says: checks/reports/newcomers.org. A minute or two.
.PHONY: newcomers
newcomers: all
	@checks/audit/newcomers checks/reports/newcomers.org
