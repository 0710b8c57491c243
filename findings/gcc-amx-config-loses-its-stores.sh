#!/bin/bash
# gcc-amx-config-loses-its-stores: what is stored just before _tile_loadconfig may be gone when it reads.
#
# Good guess:   _tile_loadconfig(&layout) reads the 64 bytes of the layout, so the compiler keeps what was stored there.
# What happens: gcc 12 tells itself that the instruction reads one pointer, 8 bytes. A layout that is filled on the stack
#               loses its other stores at -O2 (rows and widths of the tiles): the tiles are then configured by what
#               lay there before. At -O0 it is whole, so a debug build works.
# Where:        _tile_loadconfig in amxtileintrin.h, libgcc-12-dev and cpp-12 12.2.0-14+deb12u1 (Debian 12).
# Source:       the header itself: its operand is *((const void **)__config).
# Cure:         a static const layout, or asm of one's own whose operand is the whole structure.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
readonly version=12.2.0-14+deb12u1
apt-get download -qq cpp-12=$version libgcc-12-dev=$version libmpc3=1.3.1-1 libmpfr6=4.2.0-1 libisl23=0.25-1.1 \
    libgmp10=2:6.2.1+dfsg1-1.1 2>/dev/null || { echo "apt-get finds no such packages: not Debian 12?" >&2; exit 2; }
for package in *.deb; do dpkg-deb -x "$package" root; done
readonly compiler=root/usr/lib/gcc/x86_64-linux-gnu/12

cat >layout.c <<'END'
#include <amxtileintrin.h>
typedef struct {
    unsigned char palette, start, reserved[14];
    unsigned short bytes[16];
    unsigned char rows[16];
} Layout;
void read_all(const Layout *layout);
void configure(void)
{
    Layout layout = {.palette = 1};
    for (int i = 0; i < 8; i++) {
        layout.bytes[i] = 64;
        layout.rows[i] = 16;
    }
    READER(&layout);
}
END
# Bytes that instructions store on the stack.
stored() {
    LD_LIBRARY_PATH=root/usr/lib/x86_64-linux-gnu "$compiler/cc1" -quiet -O2 -mamx-tile -DREADER="$1" \
        -D_IMMINTRIN_H_INCLUDED -nostdinc -isystem "$compiler/include" layout.c -o layout.s
    awk '/^\tmov.*,.*\(%rsp\)$/ { all += /^\tmovb/ ? 1 : /^\tmovw/ ? 2 : /^\tmovl/ ? 4 : /^\tmovq/ ? 8 : 16 }
        END { print all + 0 }' layout.s
}
echo "gcc $version, -O2"
kept=$(stored read_all) lost=$(stored _tile_loadconfig)
echo "before a function that may read the layout of 64 bytes: $kept bytes are stored"
echo "before _tile_loadconfig:                                $lost"
[ "$kept" -ge 64 ] && [ "$lost" -lt 24 ]
