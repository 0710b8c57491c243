#!/bin/bash
# terminal: what make says: a line a target, a bar, logs, failures, Ctrl-C, status, results, help, clean.
#
# Most of it on a toy of a project, made here, that includes stages/show/show.mk as the Makefile does.
source "$(dirname "$0")/lib.bash"
readonly root=$PWD toy=$folder/toy
unset MAKEFLAGS MAKELEVEL MFLAGS DOCMEM_RUN NO_COLOR V PROFILE SANITIZE QUESTION

# The toy: two questions; their cells copy an input, and some are slow, loud or broken.
mkdir -p "$toy/data" "$toy/build/bin" "$toy/stages" "$toy/figures" "$toy/paper"
ln -s "$root/stages/show" "$toy/stages/show"
echo 1 >"$toy/data/input"
touch -d '1 minute ago' "$toy/build/bin/cell" "$toy/build/bin/first" "$toy/build/bin/second" "$toy/data/input"
cat >"$toy/Makefile" <<'END'
PROFILE ?= toy
V ?=
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:
OUT := build/$(PROFILE)
BIN := build/bin
RESULTS := build/results.db
QUESTIONS := first second
STAGES := cell first second
include stages/show/show.mk
ANSWERS_first := $(OUT)/first.csv
ANSWERS_second := $(OUT)/second.csv
.PHONY: all
all: $(ANSWERS_first) $(ANSWERS_second)
$(OUT)/first.csv: $(OUT)/cells/a $(OUT)/cells/b $(BIN)/first
	$(call say,first)cat $(OUT)/cells/[ab] > $@.tmp && mv $@.tmp $@
$(OUT)/second.csv: $(OUT)/cells/b $(OUT)/cells/c $(BIN)/second
	$(call say,second)cat $(OUT)/cells/[bc] > $@.tmp && mv $@.tmp $@
$(OUT)/corpus: data/input
	@mkdir -p $(@D)
	$(call say,corpus)cp $< $@
$(OUT)/cells/%: $(OUT)/corpus $(BIN)/cell
	@mkdir -p $(@D)
	$(call say,cell)echo half > $@.$$$$.tmp; . data/act; cp $< $@.$$$$.tmp; mv $@.$$$$.tmp $@
END
act() { echo "${1-:}" >"$toy/data/act"; }
act

# in_toy COMMAND...; run WORD...: make there, its output in $folder/said, its status the answer.
in_toy() { (cd "$toy" && "$@"); }
run() { in_toy make "$@" >"$folder/said" 2>&1; }
# On a terminal of 80 columns.
run_there() {
    in_toy script -qefc "stty cols ${columns-80}; make $*" /dev/null </dev/null >"$folder/said" 2>&1
}
said() { grep -Eq -- "$1" "$folder/said" || { cat -v "$folder/said"; false; }; }
silent_of() { ! grep -Eq -- "$1" "$folder/said" || { cat -v "$folder/said"; false; }; }
fresh() { rm -rf "$toy/build/toy" "$toy/build/logs"; }
halves() { in_toy find build -name '*.tmp'; }
no_halves() { [ -z "$(halves)" ] || { halves; false; }; }

# ---- Lines and logs ----------------------------------------------------------------------
check 'a run' run -j2 all
check 'a line a target, with its number' test "$(grep -Ec '^\[[1-6]/6\] +[0-9.]+ s +(corpus|cell|first|second) +build/toy/' "$folder/said")" = 6
check 'and no other' test "$(wc -l <"$folder/said")" = 6
check 'a log a target' test "$(in_toy find build/toy/logs -name '*.log' | wc -l)" = 6
check 'that holds the command' grep -q '^echo half' "$toy/build/toy/logs/cells/a.log"
check 'and the end' grep -Eq '^status 0 after ' "$toy/build/toy/logs/cells/a.log"
check 'nothing to do is nothing said' run -s all
check '(nothing)' test ! -s "$folder/said"
fresh
act 'echo "cell: rows: 3 of 9, 5 s left"; echo "page 7 is left out" >&2'
check 'a run with words' run all
check 'what a good recipe says is shown' said '^ +page 7 is left out$'
check 'its progress is not' silent_of '3 of 9'
check 'both are in the log' grep -q '3 of 9' "$toy/build/toy/logs/cells/b.log"
fresh
act
check 'V=1' run V=1 all
check 'V=1 shows commands' said '^echo half'
check 'V=1 keeps no log' test ! -e "$toy/build/toy/logs"
sum=$(in_toy cat build/toy/first.csv build/toy/second.csv)

# ---- On a terminal -------------------------------------------------------------------------
on_a_terminal() {
    fresh
    act 'sleep 1.3'
    check 'a run on a terminal' run_there -j2 all
    check 'a bar' said '\[.*[#.]{20}.*\] [0-9] of 6 after [0-9.]+ s'
    check 'that names what is at work' said 'of 6 after [^;]*; cell [abc]'
    check 'in colour' said $'\e\\[32m'
    check 'and is taken away at the end' test "$(tail -c 4 "$folder/said" | od -An -c | tr -d ' \n')" = '\r033[K'
    check 'no line is wider than the terminal' awk -v RS='[\r\n]' '{ gsub(/\033\[[0-9;]*[mK]/, "") }
        length > 80 { print; bad = 1 } END { exit bad }' "$folder/said"
    check 'it leaves no word in a log' bash -c "! grep -rE 'Killed|Terminated|stages/show/say:' '$toy/build/toy/logs'"
    check 'the results are the same' test "$sum" = "$(in_toy cat build/toy/first.csv build/toy/second.csv)"
    fresh
    act
    check 'NO_COLOR' env NO_COLOR=1 bash -c "$(declare -f in_toy run_there); toy='$toy' folder='$folder'; run_there all"
    check 'NO_COLOR is without' silent_of $'\e\\[[0-9;]*m'
    fresh
    check 'a dumb terminal' env TERM=dumb bash -c "$(declare -f in_toy run_there); toy='$toy' folder='$folder'; run_there all"
    check 'a dumb terminal gets plain lines' silent_of $'\e'
}
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then on_a_terminal; else
    number=$((number + 1))
    echo "ok $number - on a terminal # SKIP no pseudo-terminal can be had here"
fi

# ---- Failures ---------------------------------------------------------------------------------
fresh
act '[[ $say_target == *a ]] && { sleep 0.3; for i in {1..30}; do echo "line $i"; done; echo "docmem: cell: x: is bad; mend it" >&2; exit 3; }; sleep 1'
run -j3 all
check 'a failure is one' test $? -eq 2
check 'and told at once' said '^FAILED: cell build/toy/cells/a$'
check 'its log is named' said '^build/toy/logs/cells/a.log ends:$'
check 'with its last lines' said '^ +line 30$'
check 'at the end' awk '/cell +build.toy.cells.[bc]$/ { other = 1 } /ends:$/ { after = other; told++ }
    END { exit !(after && told == 1) }' "$folder/said"
check 'others go on to their end' test -e "$toy/build/toy/cells/b"
check 'nothing half-made stays' no_halves
in_toy make status >"$folder/said" 2>&1
check 'status names it' said '^failed: build/toy/cells/a; its log: build/toy/logs/cells/a.log$'

# ---- Interruptions -------------------------------------------------------------------------------
# interrupt SIGNAL: a run of slow cells, its whole process group interrupted.
interrupt() {
    local pid status
    fresh
    act 'sleep 20'
    set -m
    (cd "$toy" && exec make -j3 all) >"$folder/said" 2>&1 &
    pid=$!
    set +m
    until [ "$(halves | wc -l)" -ge 3 ]; do sleep 0.05; done
    in_toy make status >"$folder/status" 2>&1
    if [ "$1" = INT ]; then kill -INT -- -$pid; else kill -"$1" $pid; fi
    wait $pid
    status=$?
    sleep 0.2
    [ $status -eq $((128 + $(kill -l "$1"))) ] && [ -z "$(halves)" ] &&
        [ -z "$(in_toy find build/toy/cells -type f)" ] && ! pgrep -g $pid -r R,S,D ||
        { echo "status $status"; in_toy find build/toy/cells; halves; cat "$folder/said"; false; }
}
check 'Ctrl-C leaves nothing half-made and nothing at work' interrupt INT
check 'it is told' said '^Stopped with 1 of 6 made'
check 'and no failure' silent_of FAILED
check 'status tells what runs' grep -Eq '^running: cell build/toy/cells/[abc], for [0-9]+ s$' "$folder/status"
check 'and counts it' grep -Eq '^all +6 +1 +- +3 +2 ' "$folder/status"
check 'a terminated run as well' interrupt TERM
act
check 'the same command goes on' run all
check 'to the same results' test "$sum" = "$(in_toy cat build/toy/first.csv build/toy/second.csv)"

# ---- Status -----------------------------------------------------------------------------------------
# counts NAME FILES DONE STALE RUNNING MISSING SHARE
counts() { grep -Eq "^$1 +$2 +$3 +$4 +$5 +$6 [#.]+ +$7 %$" "$folder/said" || { cat "$folder/said"; false; }; }
run status
check 'all is done' counts all 6 6 - - - 100
check 'of the first question' counts first 4 4 - - - 100
check 'and it says what follows' said '^Everything is made'
rm "$toy/build/toy/cells/c"
run status
check 'what lacks a cell is stale' counts second 4 2 1 - 1 50
check 'the other question is not' counts first 4 4 - - - 100
touch -d '1 minute' "$toy/data/input"
run status
check 'a new input makes all stale' counts all 6 0 5 - 1 0
check 'status makes nothing' test ! -e "$toy/build/toy/cells/c"
fresh
run status PROFILE=other
check 'a profile never run' counts all 6 0 - - 6 0
rm "$toy/data/input"
run status
check 'an input that is not there is named' said '^not here: data/input$'

# ---- The graph ------------------------------------------------------------------------------------------
echo 1 >"$toy/data/input"
graph() {
    in_toy make -npk all 2>/dev/null | awk -v out=build/toy -v bin=build/bin -f stages/show/graph.awk \
        -f figures/pipeline.awk | grep -e '->' | tr -d '" ;' | sort
}
cp figures/pipeline.awk "$toy/figures"
check 'the graph is the pipeline' same - <(graph) <<'END'
cells/*->programfirst
cells/*->programsecond
corpus->programcell
data/*->corpus
programcell->cells/*
programfirst->firsttables
programsecond->secondtables
END

# ---- The house itself --------------------------------------------------------------------------------------
make_here() { make BIN="$bin" "$@" 2>&1; }
make_here help >"$folder/said"
for stage in stages/*.c; do
    stage=${stage##*/}
    check "help lists ${stage%.c}" said "^  ${stage%.c} +[a-z]"
done
for profile in data/profiles/*.mk; do
    profile=${profile##*/}
    check "help lists profile ${profile%.mk}" said "^  ${profile%.mk} +[^ ]"
done
COLUMNS=80 make_here help >"$folder/said"
check 'help is narrow where the terminal is' awk 'length > 80 { print; bad = 1 } END { exit bad }' "$folder/said"

# verdicts FILE: as many claims as there are.
verdicts() { [ "$(grep -Ec '^C[0-9]+ ' "$1")" -eq $(($(wc -l <paper/claims.csv) - 1)) ] || { cat "$1"; false; }; }
# results WORD...: of the default run.
results() {
    local name=build/results.db
    [[ $out != *-sanitize ]] || name=build/results-sanitize.db
    stages/show/results "${database-$name}" "${out##*/}" layer_choice memory_sign representation_drift \
        simset_vs_unstructured
}
check 'results has every claim' verdicts <(results)
check 'a question has its table' grep -q '^layer 0 ' <(QUESTION=layer_choice results)
check 'and the rules of its verdicts' grep -Eq '^C12 +The loss falls with ' <(QUESTION=layer_choice COLUMNS=200 results)
lay_out() { awk -v width=32 -v color=0 -f stages/show/table.awk; }
check 'a table that goes on below numbers rows that begin alike' grep -Eqx ' +2  0.3 to 0.4' \
    <(printf 'a\tof a long name\t95 %% interval\nx\tsomething_that_is_one_word\t0.1 to 0.2\nx\tsomething_else_again\t0.3 to 0.4\n' | lay_out)
check 'and no interval is broken there' grep -Eqx 'y  0.3 to 0.4' \
    <(printf 'a\tof a long name\t95 %% interval\nx\tsomething_that_is_one_word\t0.1 to 0.2\ny\tsomething_else_again\t0.3 to 0.4\n' | lay_out)
check 'in 80 columns' awk 'length > 80 { print; bad = 1 } END { exit bad }' <(COLUMNS=80 results)
check 'no database is one line' grep -Eq '^docmem: results: none.db: is not there yet; run make all' <(database=none.db results 2>&1)
check 'an unknown question is one line' grep -Eq '^docmem: results: QUESTION=x: is no question; choose one of: layer' <(QUESTION=x results 2>&1)

# A copy of the house's rules, for what removes.
house=$folder/house
mkdir -p "$house/data/fetched" "$house/build/tiny" "$house/build/other" "$house/paper"
cp -r Makefile figures stages checks lib "$house"
cp -r data/profiles "$house/data"
cp paper/paper.mk "$house/paper"
touch "$house/build/tiny/x" "$house/build/other/x" "$house/figures/a.png" "$house/data/fetched/x"
left() { (cd "$house" && find build data/fetched figures/a.png -type f ! -name holder 2>/dev/null | sort | tr '\n' ' '); }
clean=$(make -C "$house" clean 2>&1)
check 'clean says what it removes' grep -Eq '^removing: build/tiny .*[0-9]+ pictures' <<<"$clean"
check 'clean leaves the rest' test "$(left)" = 'build/other/x data/fetched/x '
clean=$(make -C "$house" distclean 2>&1)
check 'distclean as well' grep -q '^removing: build' <<<"$clean"
check 'distclean leaves inputs' test "$(left)" = 'data/fetched/x '
finish
