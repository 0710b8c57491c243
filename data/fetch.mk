# Downloads: `make fetch PROFILE=…` brings what the profile names in FETCH, patterns of the paths in
# data/sources, to data/fetched; of folders of copies, DATA= and MODELS= or MODEL=, it brings nothing.

FETCHED := data/fetched
FETCH   ?=
VERIFY  ?=# 1: hash again what is there

WANTED  := $(filter-out $(if $(filter $(FETCHED)/fever,$(DATA)),,fever/%) \
             $(if $(filter $(FETCHED)/models/%,$(MODEL)),,models/%),$(FETCH))

.PHONY: fetch
fetch:
	@$(if $(WANTED),data/fetch --sources data/sources --out $(FETCHED) $(if $(VERIFY),--verify) \
	  $(WANTED:%='%'),echo "PROFILE=$(PROFILE): nothing is to be fetched")
