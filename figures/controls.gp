# controls: what the instrument shows from chance to ceiling, and where memories lie between.
rows = 14; if (exists('data')) load data
height = 170 + 22 * rows
load style
load data

of_kind(kind) = int(column(kind)) == 1 ? of_rgb(of_pretrained) : int(column(kind)) == 2 ? of_rgb(of_one) \
    : int(column(kind)) == 3 ? of_rgb(of_memory) : of_rgb(of_two)
of_rgb(colour) = int('0x'.colour[2:7])
bottom = 0.05 * floor(20 * min2(lowest, 0.5))

eval headline('From chance to ceiling: what would have shown', \
    sprintf('%d claims that are true or false, up to %d seeds; bars are 95 %% intervals', claims, seeds))
set label 31 '● no memory' at screen across(12), screen 1 - up(68) textcolor rgb of_pretrained
set label 32 '● told before the claim' at screen across(110), screen 1 - up(68) textcolor rgb of_one
set label 33 '● with a memory' at screen across(282), screen 1 - up(68) textcolor rgb of_memory
set label 34 '○ a cheat: the path works' at screen across(408), screen 1 - up(68) textcolor rgb of_two
set multiplot
set tmargin at screen 1 - up(112)
set bmargin at screen up(34)
set yrange [0.4 : rows + 0.6]
set xrange [bottom - 0.01 : 1.01]
set xtics 0.5, 0.25, 1 format '%.2g'
set grid xtics noytics back linestyle 9
eval names
set ytics scale 0

array left[3] = [204, 344, 484]
array what[3] = ['answer is right', 'AUC of the letters', 'AUC of the words']
do for [i = 1:3] {
    set lmargin at screen across(left[i])
    set rmargin at screen across(left[i] + 108)
    eval above(what[i])
    if (i > 1) { unset ytics; do for [j = 31:34] { unset label j }; unset label 91; unset label 92 }
    before = i == 1 ? pretrained_true_false : i == 2 ? pretrained_auc : pretrained_likelihood
    set arrow 1 from first before, graph 0 to first before, graph 1 nohead back linestyle 2
    set arrow 2 from first 0.5, graph 0 to first 0.5, graph 1 nohead back linestyle 3
    if (i == 1) {
        plot $true_false using 2:1:3:4:(of_kind(5)) with xerrorbars pointtype 7 pointsize 0.75 \
            linewidth 1.4 linecolor rgb variable, \
            $true_false using ($5 == 4 ? $2 : NaN):1 with points pointtype 7 pointsize 0.4 linecolor rgb 'white'
    }
    if (i == 2) {
        plot $auc using 2:1:3:4:(of_kind(5)) with xerrorbars pointtype 7 pointsize 0.75 \
            linewidth 1.4 linecolor rgb variable, \
            $auc using ($5 == 4 ? $2 : NaN):1 with points pointtype 7 pointsize 0.4 linecolor rgb 'white'
    }
    if (i == 3) {
        plot $likelihood using 2:1:3:4:(of_kind(5)) with xerrorbars pointtype 7 pointsize 0.75 \
            linewidth 1.4 linecolor rgb variable
    }
}
unset multiplot
