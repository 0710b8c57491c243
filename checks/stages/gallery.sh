#!/bin/bash
# gallery: the small figures kept with the sources are those of the default run, as they are drawn now.
source "$(dirname "$0")/lib.bash"
readonly gallery=figures/gallery
need "$gallery/drawn"

# listed FOLDER: a picture for each figure of the default run, and for nothing else.
listed() {
    same <(for path in figures/*.gp; do basename "$path" .gp; done |
        grep -vxE 'style|layer_vectors|drift_curves|bench_scaling') <(cd "$1" && for path in *.png; do basename "$path" .png; done)
}
# small FOLDER: PNG of one byte a pixel, 600 wide; none over 40 kB, all together no more than 480.
small() {
    local path all=0 size
    for path in "$1"/*.png; do
        size=$(stat -c %s "$path")
        all=$((all + size))
        [ "$(od -An -t x1 -j 12 -N 14 "$path" | tr -d ' \n' | sed 's/^\(.\{16\}\).\{8\}/\1 /')" = \
            '4948445200000258 0803' ] || { echo "difference: $path is no PNG of a palette, 600 wide"; return 1; }
        [ "$size" -le 40000 ] || { echo "difference: $path has $size bytes"; return 1; }
    done
    [ $all -le 480000 ] || { echo "difference: $all bytes in all"; return 1; }
}
# whole FOLDER: the rows of each picture have the sum (Adler-32) that stands behind them.
whole() {
    local path at length sum
    for path in "$1"/*.png; do
        at=$(grep -abo -m 1 IDAT "$path" | head -n 1 | cut -d : -f 1)
        length=$((0x$(od -An -t x1 -j $((at - 4)) -N 4 "$path" | tr -d ' ')))
        sum=$({ printf '\x1f\x8b\x08\0\0\0\0\0\0\x03'; tail -c +$((at + 7)) "$path" | head -c $((length - 2)); } |
            gzip -dc 2>/dev/null | od -An -v -t u1 -w1 |
            awk 'BEGIN { low = 1 } { low = (low + $1) % 65521; high = (high + low) % 65521 }
                END { printf "%04x%04x", high, low }')
        [ "$sum" = "$(od -An -t x1 -j $((at + length)) -N 4 "$path" | tr -d ' ')" ] ||
            { echo "difference: $path: its rows have the sum $sum, not the one behind them"; return 1; }
    done
}
# current FILE: drawn by the queries, drawings and style that are there now.
current() {
    same <(while read -r name _; do
        echo "$name $(cat figures/style.gp "figures/$name.gp" "figures/$name.sql" | cksum)"
    done <"$gallery/drawn") "$1" || { echo 'make gallery draws it anew'; return 1; }
}

check 'the gallery shows the figures of the default run' listed "$gallery"
check 'its pictures are small' small "$gallery"
check 'they are whole' whole "$gallery"
check 'they are drawn as figures are now' current "$gallery/drawn"

rm -rf "$folder/other" && cp -r "$gallery" "$folder/other"
rm "$folder/other/drift.png"
catches 'a figure that is missing' listed "$folder/other"
cp "$gallery/drift.png" "$folder/other/drifts.png"
catches 'a picture of nothing' listed "$folder/other"
head -c 50000 /dev/zero >>"$folder/other/layer_loss.png"
catches 'a picture that is large' small "$folder/other"
printf '\0\0\0\0' | dd of="$folder/other/layer_loss.png" bs=1 conv=notrunc status=none \
    seek=$(($(grep -abo IEND "$gallery/layer_loss.png" | cut -d : -f 1) - 12))
catches 'a sum that is not that of the rows' whole "$folder/other"
catches 'a figure that is drawn otherwise now' current "$(planted "$gallery/drawn" 's/^\(drift\) ./\1 /')"
refused() { ! figures/palette <"$1" >"$folder/out" 2>"$folder/said" && grep -q '^docmem: palette: ' "$folder/said"; }
check 'what is no PNG is refused' refused figures/style.gp
check 'nor one of a palette is taken' refused "$gallery/drift.png"
finish
