#!/bin/bash
# stream_norms: norms by block and row are those of the rows that the prefix holds.
source "$(dirname "$0")/lib.bash"
readonly norms=$out/stream_norm.csv prefix=$out/prefix.safetensors encoded=$out/encoded.safetensors
need "$norms" "$norms.prov" "$prefix" "$prefix.prov" "$encoded"
readonly layers=$(argument "$prefix" layers) asked=$(argument "$norms" documents)
readonly layer=${layers##*,}
readonly width=$(ask_header "$prefix" "\$.\"h.$layer\".shape[1]")

# recounted FILE: the last layer's rows of it, to a part in a million.
recounted() {
    grep "^$layer," "$1" | cut -d , -f 1-6 >"$folder/found"
    awk -F, 'NR == FNR { row[FNR] = $2; norm[FNR] = $3; least[FNR] = $4; most[FNR] = $5; n[FNR] = $6; rows = FNR; next }
        function off(a, b) { return (a - b) ^ 2 > (1e-6 * b) ^ 2 }
        $1 != row[FNR] || off($2, norm[FNR]) || off($3, least[FNR]) || off($4, most[FNR]) || $5 != n[FNR] {
            print "difference: row " $1 ": wanted " $0; bad = 1 }
        END { exit bad || FNR != rows }' "$folder/found" "$folder/wanted" ||
        { echo "difference: the rows of layer $layer"; return 1; }
}

readonly rows=$(tensor "$encoded" document.offset | sed -n "$((asked + 1))p;\$p" | head -n 1)
{
    tensor "$encoded" document.offset
    echo numbers
    tensor "$prefix" "h.$layer" | head -n $((rows * width))
} | awk -v width="$width" -v most_rows="$rows" -v OFS=, -v OFMT=%.12g -v CONVFMT=%.12g '
    BEGIN { at = 0; column = 0 }
    !numbers && $1 != "numbers" { start[$1] = 1; next }
    $1 == "numbers" { numbers = 1; next }
    { square += $1 * $1; if (++column < width) next
      if (at in start) place = 0
      norm = sqrt(square); group = place < 4 ? place : 4
      sum[group] += norm; n[group]++
      if (n[group] == 1 || norm < least[group]) least[group] = norm
      if (n[group] == 1 || norm > most[group]) most[group] = norm
      column = square = 0; place++; at++ }
    END { for (g = 0; g < 5; g++) if (n[g]) print g < 4 ? g : -1, sum[g] / n[g], least[g], most[g], n[g] }' \
    >"$folder/wanted"
check "norms after block $layer are those of the prefix" recounted "$norms"
check 'every block is there, and the embedding' \
    test "$(tail -n +2 "$norms" | cut -d , -f 1 | sort -n | sed -n '1p;$p' | paste -s -d ' ')" = "-1 $layer"
catches 'another norm' recounted "$(planted "$norms" "s/^\\($layer,0,\\)/\\19/")"
catches 'a missing row' recounted "$(planted "$norms" "/^$layer,2,/d")"
finish
