# grid.mk: a sample of the default grid for checks/bench/run, by PROGRAMS into MADE; the commands are those that an
# old build and today's tiny-ten have in common, on today's model and corpus.
#
#   make -j2 -f checks/bench/grid.mk PROGRAMS=build/bin MADE=build/bench/sample CORPUS=build/tiny/encoded.safetensors \
#     EPOCHS=16 STATES=1,2,4,8,16
#
# As in the grid, plain memories are kept and asked in all of STATES, the others in the last.
CELLS  := plain-1 norm-gate-1 norm-gate-2
FROZEN := --model data/base --encoded $(CORPUS) --float-budget 1024
PREFIX := $(MADE)/prefix.safetensors

.SECONDARY:
.PHONY: all
all: $(CELLS:%=$(MADE)/%.csv)

$(PREFIX): ; $(PROGRAMS)/prefix $(FROZEN) --layers 0,1,2,3 --out $@

# VARIANT-SEED
$(MADE)/%.safetensors: $(PREFIX)
	$(PROGRAMS)/memorize $(FROZEN) --prefix $< --layer 2 --variant $(patsubst %-$(lastword $(subst -, ,$*)),%,$*) \
	  --seed $(lastword $(subst -, ,$*)) --entries 128 --batch 4 --lr 6e-3 --warmup 10 --decay 0.05 --clip 10 \
	  --target document --epochs $(EPOCHS) --save $(if $(filter plain-%,$*),$(STATES),$(EPOCHS)) --out $@

$(MADE)/%.csv: $(MADE)/%.safetensors
	$(PROGRAMS)/answer $(FROZEN) --prefix $(PREFIX) --cell $< $(if $(filter plain-%,$*),,--epochs last) --out $@
