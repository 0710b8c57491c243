#!/bin/bash
# mistakes: what newcomers do wrong ends in one line that names it and its cure, with nothing written; what others'
# machines are like changes nothing.
#
# In a copy of the house; what was built is linked. With NEWCOMERS=FILE each trial adds its row of the table
# checks/reports/newcomers.org, and the longer ones run too (make newcomers).
source "$(dirname "$0")/lib.bash"
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES DOCMEM_RUN NO_COLOR V PROFILE SANITIZE QUESTION CC CFLAGS
readonly tools=$PWD/$folder/tools home=$PWD/$folder/home system=$PATH
house=$PWD/$folder/house
if [ "$out" != build/tiny ]; then
    echo '1..1'
    echo 'ok 1 # SKIP it looks at the default run'
    exit
fi
need build/tiny/figures/sign_effect.png build/tiny/answers/memory_sign.db

# copy_house FOLDER: the sources, and links to what was built.
copy_house() {
    mkdir -p "$1/build" "$1/data" &&
        cp -a Makefile README.org setup checks figures lib paper stages "$1" &&
        find data -mindepth 1 -maxdepth 1 ! -name fetched -exec cp -a {} "$1/data" \; &&
        cp -al build/bin build/obj build/tiny build/results.db build/results.db.prov build/metadata.json \
            build/figures.profile "$1/build" &&
        rm -rf "$1"/figures/*.{png,svg,gif} "$1"/paper/paper.{html,pdf} "$1/build/tiny/logs" \
            "$1/build/tiny/paper" &&
        cp -a build/tiny/paper "$1/build/tiny" # which LaTeX writes in place
}

# here COMMAND...: in the house, with a terminal's environment but for what `with` holds, words NAME=VALUE.
with=()
here() { (cd "$house" && exec env -u LC_ALL -u DOCMEM_LOCKED PATH="$system" timeout 300 env "${with[@]}" "$@" </dev/null); }
tree() { (cd "$house" && find . ! -path './build/logs*' ! -path './build/tiny/logs*' ! -name hashes ! -name holder ! -name '*.draft.*' ! -path ./build -printf '%p %s %T@\n' | sort); }

# row 'what' 'line' STATUS: of the table, where one is wanted.
row() {
    local took=$((${EPOCHREALTIME/[.,]/} - began))
    [ -z "${NEWCOMERS-}" ] || printf '| %s | %s | %s | %d.%d |\n' "$1" "$(sed "s|$house|…|g; s|$PWD/$folder|…|g; s|/tmp/cc[A-Za-z0-9]*|/tmp/…|" <<<"$2")" \
        "$3" $((took / 1000000)) $((took / 100000 % 10)) >>"$NEWCOMERS"
}

# refused 'what' 'pattern' COMMAND...: it must fail, a line of what it says must be like the pattern and say all of
# it, and the house must be as it was.
refused() {
    local what=$1 pattern=$2 status line fault='' began=${EPOCHREALTIME/[.,]/}
    shift 2
    here "$@" >"$folder/said" 2>&1
    status=$?
    line=$(grep -Eam 1 -- "$pattern" "$folder/said")
    [ $status -ne 0 ] || fault='status 0'
    [ -n "$line" ] || fault+=" not '$pattern'"
    tree >"$folder/after"
    cmp -s "$folder/before" "$folder/after" || fault+=" left $(diff "$folder/before" "$folder/after" | head -n 2)"
    [ -z "$fault" ]
    tell $? "$what" "$fault: $(cat "$folder/said")"
    row "$what" "~${line#"${line%%[! ]*}"}~" "$status"
}

# drawn 'what' COMMAND...: a figure is asked for and drawn anew, from the results, to the same bits.
drawn() {
    local what=$1 status began=${EPOCHREALTIME/[.,]/}
    shift
    rm -f "$house"/build/tiny/figures/sign_effect.{data,png}* "$house/figures/sign_effect.png"
    here "$@" make figures/sign_effect.png >"$folder/said" 2>&1
    status=$?
    [ $status -eq 0 ] && cmp build/tiny/figures/sign_effect.data "$house/build/tiny/figures/sign_effect.data" &&
        cmp build/tiny/figures/sign_effect.png "$house/figures/sign_effect.png" &&
        ! grep -Ev '^\[[0-9]+/[0-9]+\] ' "$folder/said" >"$folder/more"
    tell $? "$what" "status $status: $(cat "$folder/said")"
    row "$what" 'the same picture' $status
}

# without PROGRAM...: a PATH with all programs but these.
hidden=()
without() {
    local name
    for name in "${hidden[@]}"; do
        rm -f "$tools/$name"
        ! PATH=$system type -P "$name" >/dev/null || ln -s "$(PATH=$system type -P "$name")" "$tools/$name"
    done
    hidden=("$@")
    for name; do rm -f "$tools/$name"; done
    with=("PATH=$tools")
}
# fake PROGRAM 'script': a PATH where it is this.
fake() {
    without "$1"
    printf '#!/bin/bash\n%s\n' "$2" >"$tools/$1"
    chmod +x "$tools/$1"
}

check 'the house is copied' copy_house "$house"
here make figures/sign_effect.png >/dev/null 2>&1
mkdir -p "$tools"
for name in ${system//:/ }; do cp -sn "$name"/* "$tools" 2>/dev/null; done
mkdir -p "$home" "$house/build/other"/{empty,model,fever}
echo '{}' >"$house/build/other/model/config.json"
echo 'no json' | tee "$house"/build/other/fever/{train.jsonl,paper_dev.jsonl,wiki-pages.zip} >/dev/null
tree >"$folder/before"

# ---- Profiles, models, data -----------------------------------------------------------------
readonly needs_own="name your own: DATA= FEVER's folder, MODELS?= the model"
refused '=make all PROFILE=tinny=' 'PROFILE=tinny: .*choose one of .*tiny; did you mean tiny\?' make all PROFILE=tinny
refused '=make all PROFILE=pythia70m=' 'did you mean pythia-70m\?' make all PROFILE=pythia70m
refused '=make all PROFILE=gpt=' 'PROFILE=gpt: .*choose one of [^;]*\.  Stop' make all PROFILE=gpt
refused '=make all PROFILE=pythia-70m=, nothing fetched' 'DATA=data/fetched/fever is no folder here; MODEL=.*; make fetch PROFILE=pythia-70m, or name' make all PROFILE=pythia-70m
refused '=PROFILE=local= without MODEL' 'no MODEL is named; say MODEL=folder' make all PROFILE=local
refused '=MODEL== a folder that is not there' "MODEL=nowhere is no folder here; $needs_own" make all PROFILE=local MODEL=nowhere DATA=build/other/fever
refused '=MODEL== an empty folder' "MODEL=build/other/empty has no tokenizer.json, config.json, model.safetensors; $needs_own" make all PROFILE=local MODEL=build/other/empty DATA=build/other/fever
refused '=MODEL== a folder without weights and tokenizer' 'MODEL=build/other/model has no tokenizer.json, model.safetensors; name' make figures PROFILE=local MODEL=build/other/model DATA=build/other/fever
refused '=MODEL== a file' 'MODEL=README.org is no folder here; name' make paper PROFILE=local MODEL=README.org DATA=build/other/fever
refused '=DATA== a folder that is not there' 'DATA=/nowhere is no folder here; ' make all PROFILE=pythia-70m DATA=/nowhere
refused '=DATA== a folder of other things' 'DATA=build/other/empty has no wiki-pages.zip, train.jsonl, paper_dev.jsonl;' make all PROFILE=local MODEL=data/base DATA=build/other/empty
refused '=MODEL== a path with a blank' 'MODEL=my model: make cannot take a path with blanks; name a link to it' make all PROFILE=local MODEL='my model'
refused '=DATA== a path with a colon' 'DATA=/tmp/a:b: make cannot take a path with : in it; name a link to it' make plan PROFILE=local DATA=/tmp/a:b
refused '=MODELS== a path with a dollar' 'MODELS=/tmp/a\$b: make cannot take a path with \$ in it; name a link to it' make plan PROFILE=local 'MODELS=/tmp/a$b'
refused '=MODEL== a path with braces' 'MODEL=/tmp/{a,b}: make cannot take a path with { in it; name a link to it' make plan PROFILE=local 'MODEL=/tmp/{a,b}'

# ---- Goals and settings -----------------------------------------------------------------------
refused '=make figure/layer_accuracy.png=' 'nothing makes it; did you mean figures/layer_accuracy.png\?' make figure/layer_accuracy.png
refused '=make figures/layer_acuracy.png=' 'nothing makes it; did you mean figures/layer_accuracy.png\?' make figures/layer_acuracy.png
refused '=make resutls=' 'resutls: .*did you mean results\?' make resutls
refused '=make everything=' 'everything: is not here, and nothing makes it; make help lists' make everything
refused '=make all PROFIL=pythia-70m=' 'PROFIL= is no setting; did you mean PROFILE=\?' make all PROFIL=pythia-70m
refused '=make all SEED=1=' 'SEED= is no setting; did you mean SEEDS=\?' make all SEED=1
refused 'a cell called as no cell is' 'none-plain-L4-s1 is no name of a cell; write it as none-plain-\[target\]-L4-s1' make all SIMSET_CELLS=none-plain-L4-s1
refused '=make all RESULTS==' 'RESULTS= is empty; give it a value or leave it out' make all RESULTS=
refused '=CFLAGS= with =-ffast-math=' 'CFLAGS has -ffast-math, which changes the bits of results; leave it out' make all CFLAGS='-O2 -ffast-math'
refused '=make results QUESTION=layers=' 'QUESTION=layers: is no question; choose one of' make results QUESTION=layers

# ---- What ./setup brings, one thing at a time gone ----------------------------------------------
gone='; ./setup brings it'
without cc
refused 'no compiler' "not here: gcc \(compiles the programs.*$gone" make all
without pkg-config
refused 'no pkg-config' "not here: pkg-config \(finds the libraries\).*$gone" make all
with=(PKG_CONFIG_LIBDIR=/nowhere)
refused 'no libraries' "not here: libopenblas-pthread-dev \(multiplies matrices\).*$gone" make all
without sqlite3
refused 'no sqlite3' "not here: sqlite3 \(asks the results.*$gone" make tables
without gnuplot
refused 'no gnuplot' "not here: gnuplot-nox \(draws the figures.*$gone" make figures/sign_effect.png
fake gnuplot 'echo "gnuplot 4.6 patchlevel 6"'
refused 'gnuplot 4.6' "not here: gnuplot-nox \(draws the figures \(5.4 or later\)\)$gone" make figures/sign_effect.png
without emacs
refused 'no Emacs' "not here: emacs-nox \(turns the paper's Org.*$gone" make paper/paper.html
without pdflatex
refused 'no LaTeX, =make paper/paper.pdf=' "not here: texlive-latex-recommended \(typesets the paper's PDF\)$gone" make paper/paper.pdf
with=()
refused 'make 3.81' 'wants GNU Make 4.2 or later, and this is 3.81; install' make all MAKE_VERSION=3.81
! command -v bmake >/dev/null || refused 'bmake' 'docmem wants GNU Make; install it and type gmake' bmake all
fake uname 'echo Darwin'
refused 'macOS' 'docmem runs on Linux alone, and this is Darwin; use a Linux machine' ./setup
refused 'macOS, =make all=' 'docmem runs on Linux alone, and this is Darwin' make all

# ---- ./setup by whom it may not serve ---------------------------------------------------------------
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    if "${nobody[@]}" test -x "$house/setup"; then
        without sudo gnuplot
        refused './setup, not root, no sudo' 'there is no sudo: as root, run ./setup, or apt-get install gnuplot-nox' "${nobody[@]}" ./setup
        fake sudo 'echo "$USER is not in the sudoers file" >&2; exit 1'
        rm "$tools/gnuplot"
        refused './setup, sudo refuses' 'sudo does not let you: as root, run ./setup, or apt-get install gnuplot-nox' "${nobody[@]}" ./setup
        with=()
        refused "=make all= in another's clone" 'build: cannot be written by nobody; make room, or make a copy of your own' "${nobody[@]}" make all
    fi
fi
without gnuplot apt-get
refused './setup, not Debian' '^  gnuplot-nox +draws the figures' ./setup
with=()

if unshare -m true 2>/dev/null; then
    with=()
    refused 'a clone that is read-only' 'build: cannot be written by .*; make room, or make a copy' \
        unshare -m bash -c 'mount -t tmpfs -o ro none build && exec make all'
    refused 'a disk that is full' 'No space left on device|make room' \
        unshare -m bash -c 'mount -t tmpfs -o size=64k none build && exec make programs'
fi

# ---- Others' machines ---------------------------------------------------------------------------------
for name in 'blanks and ä' "o'clock" 'a$HOME"b' 'a#b:c%d' '(a);b&c=*'; do
    mv "$house" "$PWD/$folder/$name"
    house=$PWD/$folder/$name
    drawn "a folder called =$name=" env
done
mv "$house" "$PWD/$folder/house"
house=$PWD/$folder/house
with=(OMP_NUM_THREADS=64 OPENBLAS_NUM_THREADS=8 MAKEFLAGS='-k -j8' POSIXLY_CORRECT=1 CDPATH=/:/usr GREP_OPTIONS=-v GNUTERM=dumb LANG=tr_TR.UTF-8)
drawn '=OMP_NUM_THREADS=64=, =OPENBLAS_NUM_THREADS=8=, =MAKEFLAGS=-k -j8=, =POSIXLY_CORRECT=, =CDPATH=, =GREP_OPTIONS=, =GNUTERM=, Turkish' env
echo 'echo loud' >"$home/loud"
printf 'set title "mine"\nset terminal dumb\nset key on\n' >"$home/.gnuplot"
printf '.headers on\n.mode box\n.separator @\n' >"$home/.sqliterc"
echo '(setq org-export-with-toc nil)' >"$home/.emacs"
with=(HOME="$home" BASH_ENV="$home/loud" ENV="$home/loud")
drawn '=~/.gnuplot=, =BASH_ENV=' env
owner=$(getent passwd "$(id -u)" | cut -d: -f6)
if unshare -m true 2>/dev/null && [[ $house/ != "$owner"/* ]]; then
    with=()
    drawn '=~/.sqliterc= with =.headers=, =.mode=; =~/.emacs=' unshare -m bash -c 'mount --bind "$0" "$1" && shift && exec "$@"' "$home" "$owner"
fi
with=()
drawn '=umask 077=' bash -c 'umask 077; exec "$@"' -
drawn '=MAKEFLAGS=-j64=' env MAKEFLAGS=-j64
if [ -n "${NEWCOMERS-}" ]; then
    without pdflatex
    rm -f "$house"/paper/paper.{html,pdf} "$house"/build/tiny/paper/paper.{html,pdf}
    began=${EPOCHREALTIME/[.,]/}
    here make paper >"$folder/said" 2>&1
    status=$?
    check 'no LaTeX: the page is made all the same' test $status -ne 0 -a -s "$house/paper/paper.html"
    row 'no LaTeX, =make paper=' "~$(head -n 1 "$folder/said")~; =paper/paper.html= is there" $status
    with=()
fi
for goal in help status results; do
    check "make $goal, its reader gone" bash -c "cd '$house' && ! { make $goal | head -n 1 >/dev/null; } 2>&1 | grep ."
done
finish
