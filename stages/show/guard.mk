# Guard: what is wrong with a call of make is told in one line, before anything is made.

# bmake stops at the next line, which to GNU Make is a rule that is never asked for.
.error : docmem wants GNU Make; install it and type gmake
ifneq ($(filter 3.% 4.0 4.0.% 4.1 4.1.%,$(MAKE_VERSION)),)
$(error docmem wants GNU Make 4.2 or later, and this is $(MAKE_VERSION); install a later one)
endif

# Others' habits, which would change what programs read and print.
unexport BASH_ENV CDPATH ENV GREP_OPTIONS POSIXLY_CORRECT GNUTERM TEXINPUTS

# Settings of the command line: names that nothing reads, values that cannot be.
GIVEN_HERE := $(filter-out -% MAKE%,$(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))
ifneq ($(GIVEN_HERE),)
SAID := $(shell env -u BASH_ENV stages/show/settings $(GIVEN_HERE))
ifneq ($(SAID),)
$(error docmem: $(SAID) make help lists settings)
endif
endif
EMPTY := $(foreach name,PROFILE DATA MODELS OUT BIN OBJ RESULTS CC JOBS THREADS CORE ENGINE STREAM LAYERS SEEDS DEPTH,\
  $(if $(filter-out undefined,$(origin $(name))),$(if $(strip $($(name))),,$(name)=)))
ifneq ($(strip $(EMPTY)),)
$(error docmem: $(strip $(EMPTY)) is empty; give it a value or leave it out)
endif
BLANK := $(strip $(foreach name,DATA MODELS MODEL OUT,$(if $(filter undefined,$(origin $(name))),,$(if $(word 2,$($(name))),$(name)=$($(name))))))
ifneq ($(BLANK),)
$(error docmem: $(BLANK): make cannot take a path with blanks; name a link to it (ln -s))
endif
# Signs that a rule or a shell takes for its own, in a path as it was given ($$ is not yet expanded).
PATHS  := DATA MODELS MODEL OUT
SIGNS  := : % \# $$ * ? [ ] { } ; & | < > ( ) \ ' " `
$(foreach name,$(PATHS),$(foreach sign,$(SIGNS),$(if $(filter undefined,$(origin $(name))),,\
  $(if $(filter command environment,$(firstword $(origin $(name)))),$(if $(findstring $(sign),$(value $(name))),\
  $(error docmem: $(name)=$(value $(name)): make cannot take a path with $(sign) in it; name a link to it (ln -s)))))))
# Options that let the compiler reckon otherwise change bits; LOOSE= lets them through, as make exactness does.
LOOSE := $(filter -Ofast -ffast-math -funsafe-math-optimizations -fassociative-math -freciprocal-math \
  -ffinite-math-only -fno-signed-zeros -fno-rounding-math -ffp-contract=fast -ffp-contract=on,$(if $(filter undefined,$(origin CFLAGS)),,$(CFLAGS)) $(CC))
ifneq ($(LOOSE),)
$(error docmem: CFLAGS has $(strip $(LOOSE)), which changes the bits of results; leave it out)
endif
