# What newcomers do wrong, and what docmem says: checks/newcomers.org. A minute or two.
.PHONY: newcomers
newcomers: all
	@checks/newcomers checks/newcomers.org
