#!/bin/bash
# install: the library for another program: built outside the tree by pkg-config, it answers as probe does.
source "$(dirname "$0")/lib.bash"
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES DOCMEM_RUN PROFILE SANITIZE V
[ "$bin" = build/bin ] || { echo "ok 1 - install # SKIP it is of the programs without sanitizers"; echo 1..1; exit; }
away=$(mktemp -d "${TMPDIR:-/tmp}/docmem-install.XXXXXX") || exit 1
trap 'rm -rf "$away"' EXIT
readonly away prefix=$away/usr root=$PWD

# The program that README shows, a model's answer.
sed -n '/^#+begin_src c :tangle build\/ask.c$/,/^#+end_src$/p' README.org | sed '1d; $d' >"$away/ask.c"
build_ask() {
    # shellcheck disable=SC2046
    cd "$away" && ${CC:-cc} -std=c11 -Wall -Wextra -Wpedantic -Werror ask.c $(pkg-config --cflags --libs docmem) -o ask
}
# answer WORD...: what it says where the model is.
answer() { cd "$root" && "$away/ask" "$@"; }
by_probe() {
    sed -n 's/.*prompt\[\] = \("[^"]*"\);/{"text": \1}/p' "$away/ask.c" |
        "$bin/probe" generate data/base --tokens 6 "$@" | sed 's/.*"text":"\(.*\)"}$/\1/'
}
each_header() {
    local header failed=0
    for header in "$prefix"/include/docmem/*/*.h; do
        echo "#include <docmem/${header#"$prefix"/include/docmem/}>" | ${CC:-cc} -std=c11 -D_GNU_SOURCE -fsyntax-only -x c \
            "-I$prefix/include" - || failed=1
    done
    return $failed
}
no_file() { [ -z "$(find "$1" -type f)" ]; }

check 'make install' make -s install PREFIX="$prefix"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
check 'pkg-config knows it' pkg-config --exists docmem
check 'its version is the one to cite' grep -qx "version: \"$(pkg-config --modversion docmem)\"" CITATION.cff
check 'a program outside the tree is built' build_ask
by_probe >"$folder/wanted"
answer >"$folder/found"
check 'it answers as probe' same "$folder/wanted" "$folder/found"
readonly cell=$out/cells/none-plain-document-L2-s1.safetensors
if [ -s "$cell" ]; then
    by_probe --memory "$cell" >"$folder/wanted"
    answer "$cell" >"$folder/found"
    check 'with a memory too' same "$folder/wanted" "$folder/found"
    catches 'an answer without the memory' same "$folder/wanted" <(answer)
fi
check 'what is wrong is one line' grep -q 'none.safetensors: .*; ' <(answer none.safetensors 2>&1)
check 'every header stands by itself' each_header
check 'make uninstall' make -s uninstall PREFIX="$prefix"
check 'leaves nothing' no_file "$prefix"
check 'and may be run again' make -s uninstall PREFIX="$prefix"
check 'DESTDIR stands before PREFIX' make -s install PREFIX=/usr DESTDIR="$away/staged"
check 'in its files alone' grep -qx 'prefix=/usr' "$away/staged/usr/lib/pkgconfig/docmem.pc"
check 'make -n installs nothing' bash -c "make -n install PREFIX='$prefix' >/dev/null && ! [ -e '$prefix/lib/libdocmem.a' ]"
finish
