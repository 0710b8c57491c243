# steps.mk: idle steps for checks/bench/steps: as many as STEPS says, started as the pipeline's programs are by RUN.
#
#   make -j60 -f checks/bench/steps.mk STEPS=240 SECONDS=1 MADE=build/bench/steps RUN='srun -N1 -n1 -c2'
.PHONY: all
all: $(patsubst %,$(MADE)/%,$(shell seq $(STEPS)))
$(MADE)/%: ; @stages/show/step 60 $@ $(RUN) sh -c 'sleep $(SECONDS) && : >$@'
