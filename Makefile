# docmem: from raw FEVER files and a checkpoint to every number, figure and table.
#
# Make
#   make all                   everything: programs, every cell, results, figures, tables, the paper
#   make figures/NAME.png      one figure and exactly what it needs, as figures/layer_accuracy.png
#   make paper                 paper/paper.html and paper/paper.pdf
#   make check                 the tests; builds what they look at
#   make lint                  the sources: format, cppcheck, shellcheck, the map of lib/ (lib/README.org)
#   make compile_commands.json  for clangd
#   make fetch                 downloads what the profile needs: make fetch PROFILE=pythia-70m
#   make base-model            the shipped base model again, from nothing, and its gates (half an hour)
#   make install               the library for other C programs, in PREFIX: headers, libdocmem.a, docmem.pc
# Believe (checks/README.org: what to look at in 5, 30 and 120 minutes)
#   make trace RESULT='WORDS'  from a printed number back to raw files, with the hash of each
#   make verify                whether the results are those expected, and which first differs
#   make record                takes a run as the one expected; make results RECORDED=1 shows it without its files
#   make same-bits             the same bits in other ways: threads, compilers, locales, processors
#   make mutants               planted faults, each caught by a check
#   make faults                each open, read, write and allocation fails in turn
#   make crash                 the run is killed 200 times and goes on
#   make fuzz                  hostile files for every reader (wants clang: ./setup --audit)
#   make coverage              the branches that the checks reach
#   make verdict-worlds        verdicts of 1,000 worlds whose truth is known
#   make cluster-check         the default run as steps of a Slurm of its own, a node lost midway
#   make newcomers             typical mistakes, and what is said to them
# Look
#   make status                what is done, stale, running and missing of each question
#   make plan                  what a profile would cost here: operations, disk, memory, hours
#   make results               the verdict on each claim; QUESTION=layer_choice adds its tables
#   make open                  the paper, in your browser
#   make figures/pipeline.svg  the pipeline as Make sees it (wants Graphviz)
# Remove
#   make clean                 the profile's results, the figures and the paper; never an input
#   make distclean             all that was built, of every profile; never an input
# Settings
#   PROFILE=NAME               what is run: one of the profiles below; tiny if not told
#   DATA=FOLDER MODELS=FOLDER  your own copies of FEVER and of the models; local takes MODEL=FOLDER
#   ENGINE=bf16 STREAM=bf16    products, or the stream below memories, in BF16: tiers of their own (data/README.org)
#   RUN='srun -N1 -n1 -c2'     starts the steps on a cluster, 60 at once with -j60 (README.org)
#   V=1                        shows commands instead of a line a target and a log
#   NO_COLOR=1                 no colours
#
# ---- Settings ---------------------------------------------------------------
PROFILE ?= tiny
DATA    ?= data/fetched/fever
MODELS  ?= data/fetched/models
SANITIZE ?=
ENGINE  ?= float32# or bf16: a model's weights as BF16, a numeric tier of its own: bf16-amx or bf16-avx512
STREAM  ?= float32# or bf16: the stream below the memories in half the disk space, a tier of its own too
V       ?=
PLAN    ?=# more arguments of make plan, such as --format csv
# On a cluster (README.org). Said on the command line alone: others may use such a name in the environment.
RUN     :=# what starts the pipeline's programs, such as srun -N1 -n1 -c2
RUN_SMALL :=# what starts record and results, which take no time: nothing, so that they run here
WAIT    ?= 60# seconds in which a file made elsewhere is seen here
include stages/show/guard.mk
include stages/show/lock.mk
ifeq ($(WAITS),)# else this make starts itself over with the folder's lock

# ---- What is made -------------------------------------------------------------
# The stages in the order in which data flows: each is a program, stages/NAME.c, with a rule in stages/stages.mk.
PIPELINE := world ingest encode prefix allocate memorize answer layer_choice simset_vs_unstructured \
            document_vectors representation_drift drift_landscape intervene memory_sign results
STAGES   := $(PIPELINE) $(filter-out $(PIPELINE),$(patsubst stages/%.c,%,$(wildcard stages/*.c)))

.DEFAULT_GOAL := help
.SECONDEXPANSION:
.PHONY: all
all: $$(if $$(SANITIZE)$$(ASKED),,figures paper) tables $$(RESULTS) $$(METADATA)
	@echo "All is made: $(if $(SANITIZE)$(ASKED),,paper/paper.html and .pdf$(comma) figures/*.png$(comma) )$(OUT)/tables/*.txt, $(RESULTS)."

# ---- The machine ------------------------------------------------------------
CORES         := $(shell env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc)
AVX512        := $(shell grep -osm 1 avx512f /proc/cpuinfo)
AVX2          := $(shell grep -osm 1 avx2 /proc/cpuinfo)
AMX           := $(shell grep -osm 1 amx_bf16 /proc/cpuinfo)
INTEL         := $(shell grep -osm 1 GenuineIntel /proc/cpuinfo)
# The tier that ENGINE=bf16 is here, which steps on other machines keep to. (On Intel without AMX the programs refuse it.)
TIER          := $(if $(filter bf16,$(ENGINE)),$(if $(AMX),bf16-amx,$(if $(INTEL),bf16,bf16-avx512)),$(ENGINE))
SHELL         := /bin/bash
.SHELLFLAGS   := -eu -o pipefail -c
MAKEFLAGS     += --no-builtin-rules --warn-undefined-variables
.DELETE_ON_ERROR:
.SUFFIXES:

# $(call force_unless,FILE,TEXT): FORCE where the file does not hold that text yet. So what holds a
# setting is made again only when the setting changed, and `make -n` knows it. (Stripped: make 4.3
# keeps a file's last newline in some reads, one of fifty where files of 100 bytes to 2 MB were read by turns.)
force_unless = $(if $(subst [$(strip $(2))],,[$(strip $(file < $(1)))]),FORCE)

CC      ?= cc
RUN_NAME := $(PROFILE)$(addprefix -,$(filter-out float32,$(TIER)))$(addprefix -stream-,$(filter-out float32,$(STREAM)))# tiers never mix
OUT     := build/$(RUN_NAME)$(if $(SANITIZE),-sanitize)
OBJ     := build/obj$(if $(SANITIZE),-sanitize)
BIN     := build/bin$(if $(SANITIZE),-sanitize)
PKGS    := jansson libarchive libpcre2-8 libutf8proc sqlite3 openblas
ARCH    := $(shell grep -qs avx2 /proc/cpuinfo && echo -march=x86-64-v3)
CFLAGS  ?= -O3 -g
# Contraction would change bits; errno and trapping only forbid vector code: no bit depends on them. Nor on jumps
# threaded by gcc, which multiply every number by what a clamped one would be multiplied by: one over 1 + e^88 is
# denormal, and a SwiGLU takes twelve times as long on Intel.
UNTHREADED := $(if $(findstring clang,$(shell $(CC) --version 2>&1 | head -n 1)),,-fno-thread-jumps)
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE $(CFLAGS) $(ARCH) -ffp-contract=off -fno-math-errno \
              -fno-trapping-math $(UNTHREADED) -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Ilib -Ichecks/unit \
              $(shell pkg-config --cflags $(PKGS)) \
              $(if $(SANITIZE),-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=undefined)
LIBS    := $(shell pkg-config --libs $(PKGS)) -lcsv -lm -lpthread

RESULTS := build/results$(if $(SANITIZE),-sanitize).db# of all profiles
METADATA := build/metadata.json# that describes it

ifeq ($(wildcard data/profiles/$(PROFILE).mk),)
profiles := $(patsubst data/profiles/%.mk,%,$(wildcard data/profiles/*.mk))
$(error PROFILE=$(PROFILE): there is no data/profiles/$(PROFILE).mk; choose one of $(profiles)$(addprefix ; did you mean ,\
$(addsuffix ?,$(shell printf '%s\n' $(profiles) | awk -v word='$(PROFILE)' -f stages/show/near.awk))))
endif

include data/profiles/shared/names.mk
include data/profiles/$(PROFILE).mk

# How the profile uses the machine, where it does not say so itself.
JOBS         ?= $(CORES)# targets made at once
THREADS      ?= 1# of each program
CORE         ?= $(if $(AVX512),SkylakeX,$(if $(AVX2),Haswell,Nehalem))# the BLAS kernels; hashes are of a family of them
FLOAT_BUDGET ?= 1024# MiB of weights that a program may hold as float32; others stay mapped
# Unless -j was given, here or to the make above; make 4.3 tells in MAKEFLAGS only when this file is read.
ifeq ($(filter -j%,$(MAKEFLAGS))$(shell { cat /proc/$$PPID/cmdline; echo " $${MAKEFLAGS-}"; } 2>/dev/null | \
  tr '\0 ' '\n\n' | grep -m 1 -E '^(-[a-zA-Z]*j[0-9]*|--jobs.*)$$'),)
MAKEFLAGS    += -j$(JOBS)
endif

# One BLAS thread and one kernel: the same input gives the same bits, with any number of our own threads.
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export OPENBLAS_CORETYPE := $(CORE)
export DOCMEM_THREADS := $(THREADS)
export DOCMEM_ENGINE := $(TIER)
export LC_ALL := C

include stages/show/show.mk

# ---- Programs ---------------------------------------------------------------
LIB_OBJECTS   := $(patsubst lib/%.c,$(OBJ)/lib/%.o,$(wildcard lib/*/*.c))
# The four, and those that bring rules of their own, stages/NAME.mk.
ADDED         := $(filter-out stages,$(patsubst stages/%.mk,%,$(wildcard stages/*.mk)))
# A profile that asks a few of them alone names these: ASKED.
ASKED         ?=
QUESTIONS     := $(or $(ASKED),representation_drift memory_sign layer_choice simset_vs_unstructured $(ADDED))
CHECKS        := $(notdir $(patsubst %.c,%,$(wildcard checks/unit/*/*.c)))

.PHONY: programs tests
programs: $(STAGES:%=$(BIN)/%)
tests: $(CHECKS:%=$(BIN)/check-%)

# Changes when the compiler or its flags do, and only then.
FLAGS := $(CC) $(ALL_CFLAGS) $(LIBS)
$(OBJ)/flags: $(call force_unless,$(OBJ)/flags,$(FLAGS))
	@mkdir -p $(@D)
	@printf '%s\n' '$(FLAGS)' > $@.tmp && mv $@.tmp $@

# Compilers and linkers write in place; so they write beside the target, and what one that was killed
# leaves is nobody's target. An object never lies there without its headers (.d). Coverage's notes are
# named after the object, which is then written in place.
beside = -o $@.$$$$.tmp && mv $@.$$$$.tmp $@
object = -MF $@.$$$$.tmp-d -o $@.$$$$.tmp && mv $@.$$$$.tmp-d $(@:.o=.d) && mv $@.$$$$.tmp $@

$(OBJ)/%.o: %.c $(OBJ)/flags
	@mkdir -p $(@D)
	$(call say,compile)$(CC) $(ALL_CFLAGS) -MMD -MP -MT $@ -c $< $(if $(findstring --coverage,$(CFLAGS)),-o $@,$(object))

# The embedded world's words, as C.
WORLD_LISTS := $(OBJ)/lib/world/world_lists.inc
$(WORLD_LISTS): data/world/lists.awk $(wildcard data/world/*.txt)
	@mkdir -p $(@D)
	@awk -f $^ > $@.$$$$.tmp && mv $@.$$$$.tmp $@
$(OBJ)/lib/world/world_tables.o: ALL_CFLAGS += -I$(OBJ)/lib
$(OBJ)/lib/world/world_tables.o: $(WORLD_LISTS)

$(OBJ)/lib.a: $(LIB_OBJECTS)
	@ar rcs $@.$$$$.tmp $^ && mv $@.$$$$.tmp $@

$(BIN)/%: $(OBJ)/stages/%.o $(OBJ)/lib.a
	@mkdir -p $(@D)
	$(call say,link)$(CC) $(ALL_CFLAGS) $^ $(LIBS) $(beside)

$(BIN)/check-%: $$(patsubst %.c,$$(OBJ)/%.o,$$(wildcard checks/unit/*/$$*.c)) $(OBJ)/lib.a
	@mkdir -p $(@D)
	$(call say,link)$(CC) $(ALL_CFLAGS) $^ $(LIBS) -lcmocka $(beside)

# ---- Removing ----------------------------------------------------------------
# Done while this file is read, so that `make clean all` starts from nothing whatever -j says.
CLEAN := $(filter clean distclean,$(MAKECMDGOALS))
GONE  := $(if $(filter distclean,$(CLEAN)),build compile_commands.json,$(if $(CLEAN),$(OUT) $(wildcard $(RESULTS)*))) \
         $(if $(CLEAN),$(wildcard figures/*.png figures/*.svg figures/*.pdf figures/*.gif paper/paper.html paper/paper.pdf))
ifneq ($(CLEAN),)
$(info $(if $(DRY),would remove,removing): $(or $(strip $(foreach path,$(filter-out figures/%,$(GONE)),$(wildcard $(path)))),nothing built) \
$(if $(filter figures/%,$(GONE)),and $(words $(filter figures/%,$(GONE))) pictures in figures/))
ifeq ($(DRY),)
$(shell rm -rf $(GONE))
endif
endif
.PHONY: clean distclean
clean distclean: ; @:

# ---- The rules, room by room --------------------------------------------------
include lib/install.mk
include data/fetch.mk
include stages/stages.mk
include figures/figures.mk
include paper/paper.mk
include checks/checks.mk

# A goal that nothing makes. `make -n` says it as ever, for make status to count what is not here.
ifeq ($(DRY),)
.DEFAULT: ; @stages/show/unknown $@
endif

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
.SECONDARY:
endif
