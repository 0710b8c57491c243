# Names of cells: they are written and read here, and nowhere else in the rules.
#
# A name is a cell's fields in order, with - between them. A word stands for itself, a number follows its
# key, and a field that has its default is left out; so a new field renames no cell that had not got it.
#
#   simset-1-dim-x0.5-plain-document-L4-s2             a memory: half of the entries, after block 4, seed 2
#   tanh-linear-k2-n20-a0.5-other-squared-lm-b4-s1     a DocRep memory: K of 2 numbers, 20 documents, alpha 0.5
#
# In a profile, $(call names,none random - plain - document - L4 - s1 s2) is every name of one word from
# each group; where a group is empty there is none.

FIELDS_cell         := allocation strength variant rows target layer seed
FIELDS_allocation   := allocation seed
FIELDS_vector       := phi selection start schedule optimizer order dimension documents alpha negative form lm batch seed
FIELDS_layer_vector := $(patsubst seed,layer seed,$(FIELDS_vector))

# Of each field its words, one that begins as another does before that one; or its key and %, a number.
FIELD_allocation := none disjoint random simset-1-dim simset-1-token simset-2-dim simset-2-token
FIELD_strength   := x%
FIELD_variant    := plain norm-gate lora-mlp lora-attention lm zero mlp
FIELD_rows       := without-first all
FIELD_target     := document-then-template document template both half-1 half-2 letter cheat other wordings
FIELD_layer      := L%
FIELD_seed       := s%
FIELD_phi        := tanh relu
FIELD_selection  := linear mlp
FIELD_start      := orthogonal frozen context normal
FIELD_schedule   := constant cosine
FIELD_optimizer  := sgd adamw
FIELD_order      := fixed shuffled
FIELD_dimension  := k%
FIELD_documents  := n%
FIELD_alpha      := a%
FIELD_negative   := other-detached other random zero perturbed
FIELD_form       := squared absolute
FIELD_lm         := no-lm lm
FIELD_batch      := b%
DEFAULTS         := strength=1 rows=all start=normal schedule=cosine optimizer=adamw order=shuffled

comma := ,
empty :=
space := $(empty) $(empty)

# ---- Writing ------------------------------------------------------------------
# $(call across,A:B,C:D): A-C:A-D:B-C:B-D. $(call fold,LISTS): the first two made one, until one is left.
across = $(subst $(space),:,$(foreach a,$(subst :, ,$(1)),$(foreach b,$(subst :, ,$(2)),$(a)-$(b))))
fold   = $(if $(word 2,$(1)),$(call fold,$(call across,$(word 1,$(1)),$(word 2,$(1))) \
  $(wordlist 3,$(words $(1)),$(1))),$(1))
names  = $(if $(findstring - -,- $(strip $(1)) -),,$(subst :, ,$(call fold,$(subst |, ,$(subst $(space),:,$(subst \
  $(space)-$(space),|,$(strip $(1))))))))

# ---- Reading ------------------------------------------------------------------
# $(call of,FIELD,NAME): its value there; empty where the name has none and there is no default.
of      = $(or $(call $(if $(call keyed,$(1)),number,found),$(FIELD_$(1)),$(2)),$(call default,$(1)))
keyed   = $(findstring %,$(FIELD_$(1)))
default = $(patsubst $(1)=%,%,$(filter $(1)=%,$(DEFAULTS)))
number  = $(patsubst $(1),%,$(firstword $(filter $(foreach digit,0 1 2 3 4 5 6 7 8 9,$(subst %,$(digit)%,$(1))),\
  $(subst -, ,$(2)))))
found   = $(firstword $(foreach word,$(1),$(if $(findstring -$(word)-,-$(2)-),$(word))))

# $(call options,FIELDS,NAME): as the programs take them.
options = $(subst --lm lm,--lm yes,$(subst --lm no-lm,--lm no,\
  $(foreach field,$(1),--$(field) $(call of,$(field),$(2)))))

# ---- Refusing -----------------------------------------------------------------
# $(call spelled,KIND,NAME): the name as it is to be written, a field that it lacks in brackets.
spelled = $(subst $(space),-,$(strip $(foreach field,$(FIELDS_$(1)),$(call word_of,$(field),$(call of,$(field),$(2))))))
word_of = $(if $(2),$(if $(filter-out $(call default,$(1)),$(2)),$(if $(call keyed,$(1)),$(subst %,$(2),$(FIELD_$(1))),$(2))),[$(1)])

# $(call refuse_names,KIND,NAMES): ends the run where one of them is no name.
refuse_names = $(foreach name,$(2),$(if $(filter-out $(call spelled,$(1),$(name)),$(name)),$(error \
  PROFILE=$(PROFILE): $(name) is no name of a cell; write it as $(call spelled,$(1),$(name)) \
  (data/profiles/shared/names.mk))))
