# Lock: one make at a time in a folder. A make that builds or removes starts itself over with the folder's
# lock; a second one says so and waits. One that only looks, or only tells (make -n), needs no lock.
DRY := $(findstring n,$(firstword -$(MAKEFLAGS)))
DOCMEM_LOCKED ?=# the folder whose lock is held
# (value: in an environment $ is a letter.)
HELD  := $(if $(subst [$(CURDIR)],,[$(value DOCMEM_LOCKED)]),,yes)
WAITS := $(if $(DRY)$(HELD),,$(filter-out help status results plan trace open lint,$(MAKECMDGOALS)))
ifneq ($(WAITS),)
.PHONY: locked $(MAKECMDGOALS)
$(MAKECMDGOALS): locked ; @:
locked: ; +@LC_ALL=C exec stages/show/lock $(MAKE) $(MAKECMDGOALS)
endif
