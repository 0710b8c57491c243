# Downloads: `make fetch PROFILE=…` brings what the profile names in FETCH, patterns of the paths in
# data/sources. DATA and MODELS point at copies that are elsewhere; of those nothing is fetched.

FETCHED := data/fetched
DATA    ?= $(FETCHED)/fever
MODELS  ?= $(FETCHED)/models
FETCH   ?=
VERIFY  ?=# 1: hash again what is there

WANTED  := $(filter-out $(if $(filter-out $(FETCHED)/fever,$(DATA)),fever/%) \
             $(if $(filter-out $(FETCHED)/models,$(MODELS)),models/%),$(FETCH))

.PHONY: fetch
fetch: $(if $(WANTED),$(BIN)/fetch)
	@$(if $(WANTED),$(BIN)/fetch --sources data/sources --out $(FETCHED) $(if $(VERIFY),--verify) $(WANTED:%='%'),\
	  echo "PROFILE=$(PROFILE): nothing is to be fetched")

# Raw files and models come from a fetch or a copy. One that is missing stops the run with one line.
.PHONY: present
present:
	@for file in $(RAW) $(addprefix $(MODEL)/,config.json tokenizer.json); do [ -e "$$file" ] || { \
	  echo "docmem: $$file: is not there; $(if $(FETCH),run make fetch PROFILE=$(PROFILE)$(comma) or )name" \
	    "folders with copies: DATA= (FEVER), MODELS= or MODEL= (checkpoints)" >&2; exit 1; }; done

$(DATA)/%: | present ;
$(MODELS)/%: | present ;
