# tiny-ten: tiny's study with ten seeds of the rows that its verdicts are about, each trained for longer;
# an hour and a half on two cores.
#
# A test takes the seed as its unit, and with three seeds it can hardly be sure of anything: most of tiny's
# verdicts are "undecided". These are the same rules and pages, with seeds enough; its record is in
# checks/expected, and the paper sets its verdicts beside tiny's.
include data/profiles/tiny.mk
TABLED = $(OUT)/verdict.csv# what its record has of its tables

# Batches of four texts, as in the notes, and two to three times as many passes.
MEMORIZE    := --entries 128 --batch 4 --lr 6e-3 --warmup 10 --decay 0.05 --clip 10
EPOCHS_document := 16
EPOCHS_template := 5
EPOCHS_both     := 4
EPOCHS_wordings := 4
EPOCHS_cheat    := 32
MEMORIZE_cheat  :=
WORDINGS        := 3
SAVE        := 1,2,4,8,16
DOCREP      := --layer 3 --tokens 32 --entries 32 --tau 1.5 --delta 0.5 --epochs 20 --save 1,5,20 --lr 6e-3
DOCREP_SIGN := --layer $(DEPTH) --entries 32 --tau 1.7 --epochs 15 --save 15 --lr 3e-3
SIGN_BATCH  := b4
DIMENSIONS  := 2 16 128
HALFWAY     := 2 16 128
FEW         := 1 2

MORE  := 4 5 6 7 8 9 10
more   = $(call names,tanh relu - $(1) - $(MORE:%=s%))

LAYER_CELLS   += $(call names,none - plain - document - $(LAYERS:%=L%) - $(MORE:%=s%))
SIMSET_CELLS  += $(call names,$(ALLOCATIONS) - norm-gate - document - L$(DEPTH) - $(MORE:%=s%)) \
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
SIGN_CELLS    += $(call names,tanh relu - $(SIGN_TEXTS) - lm-b4 - s3 s4 s5 s6 s7 s8 s9 s10) \
                 $(call names,tanh relu - $(SIGN_TEXTS) - no-lm-b4 - s2 s3)

# Claim by claim and epoch by epoch: tiny shows it.
TURNED_CELLS   :=
LEARNING_CELLS :=
LEARNT_CELLS   :=
ENTRY_CELLS    :=
