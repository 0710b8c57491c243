# tiny-ten: tiny with ten seeds of the rows that its verdicts are about; an hour on two cores.
#
# A test takes the seed as its unit, and with three seeds it can hardly be sure of anything: most of tiny's
# verdicts are "undecided". This is the same study, rules and pages, with seeds enough; its record is in
# checks/expected, and the paper sets its verdicts beside tiny's.
include data/profiles/tiny.mk
TABLED = $(OUT)/verdict.csv# what its record has of its tables

MORE  := 4 5 6 7 8 9 10
more   = $(call names,tanh relu - $(1) - $(MORE:%=s%))

LAYER_CELLS   += $(call names,none - plain - document - $(LAYERS:%=L%) - $(MORE:%=s%))
SIMSET_CELLS  += $(call names,$(ALLOCATIONS) - norm-gate - document - L$(DEPTH) - s6 s7 s8 s9 s10) \
                 $(call names,none simset-1-dim simset-2-token - plain - template document-then-template - \
                   L$(DEPTH) - $(MORE:%=s%)) \
                 $(call names,simset-1-dim simset-2-token - plain - document - L$(DEPTH) - $(MORE:%=s%))
CONTROL_CELLS += $(call names,none - plain - other - L$(DEPTH) - $(MORE:%=s%))

# Vectors that start as the public code's, and free.
ARM_CELLS     += $(call more,$(foreach k,2 128,linear-orthogonal-k$(k)-n10-a0.1-other-squared-lm-b1 \
                     linear-orthogonal-k$(k)-n40-a0.1-other-squared-lm-b4 \
                     linear-orthogonal-k$(k)-n80-a0.1-other-squared-lm-b8) \
                   mlp-orthogonal-k2-n40-a0.1-other-squared-lm-b4 \
                   $(foreach a,0 0.5,linear-orthogonal-k2-n40-a$(a)-other-squared-lm-b4 \
                       mlp-orthogonal-k2-n40-a$(a)-other-squared-lm-b4) \
                   linear-orthogonal-k2-n40-a0.1-other-detached-squared-lm-b4)
CONTEXT_CELLS :=# tiny has them
SIGN_CELLS    += $(call names,tanh relu - linear-k8-n80-a0.1-random-squared - lm-b4 - s3 s4 s5 s6 s7 s8 s9 s10) \
                 $(call names,tanh relu - linear-k8-n80-a0.1-random-squared - no-lm-b4 - s2 s3)

# Claim by claim and epoch by epoch: tiny shows it.
TURNED_CELLS   :=
LEARNING_CELLS :=
LEARNT_CELLS   :=
ENTRY_CELLS    :=
