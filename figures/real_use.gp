# real_use: is a stored page used by a real model? Changes of its claims' likelihood, own page and others.
load data
height = 182 + 58 * count
load style

eval headline('Is a stored page used? SmolLM2-135M on FEVER', \
    sprintf('%s claims, each asked with its own page stored (or told), and with another', claims))
eval further('page; the difference, and its AUC for true against false claims; 95 % intervals')
set multiplot
set yrange [0.4 : count + 0.75]
unset ytics
set grid noytics xtics back linestyle 9
set border 1
set tmargin at screen 1 - up(116)
set bmargin at screen up(34)

# What it is, and how much likelier its claims grow: from another page to their own.
set lmargin at screen across(164)
set rmargin at screen across(404)
gap = 0.1 * (most - least)
from = min2(0, least) - gap; to = max2(0, most) + gap
set xrange [from : to]
step = to - from > 12 ? 4 : to - from > 5 ? 2 : 1
set xtics -20 * step, step
set label 90 'nats by which a claim grows likelier' at graph 0, graph 1 offset 0, 0.8 left
do for [i = 1:count] {
    set label 2 * i name[i] at screen across(12), first i + 0.13 textcolor rgb ink
    set label 2 * i + 1 place[i] at screen across(12), first i - 0.2 font sized(0.9) textcolor rgb faint
}
set arrow 1 from 0, graph 0 to 0, graph 1 nohead back linecolor rgb faint linewidth 0.7
plot $rows using 3:1:($2 - $3):(0) with vectors nohead linecolor rgb of_memory linewidth 2.2, \
     $rows using 3:1 with points pointtype 6 pointsize 0.9 linewidth 1.4 linecolor rgb of_memory, \
     $rows using 2:1 with points pointtype 7 pointsize 0.9 linecolor rgb of_memory, \
     $rows using (($2 + $3) / 2):($1 + 0.3):(sprintf('%+.2f (%.2f to %.2f)', $4, $5, $6)) \
         with labels center font sized(0.9) textcolor rgb of_memory, \
     $rows using ($1 == 1 ? $2 : NaN):($1 - 0.3):('own page') \
         with labels center font sized(0.9) textcolor rgb faint, \
     $rows using ($1 == 1 ? $3 : NaN):($1 - 0.3):('others') \
         with labels center font sized(0.9) textcolor rgb faint
unset label
unset arrow

# Whether that tells true claims from false ones.
set lmargin at screen across(440)
set rmargin at screen across(584)
set xrange [0.42 : 0.72]
set xtics 0.1
set format x '%.1f'
set label 90 'AUC of the difference' at graph 0, graph 1 offset 0, 0.8 left
set arrow 1 from 0.5, graph 0 to 0.5, graph 1 nohead back linecolor rgb faint linewidth 0.7
plot $rows using 7:1:8:9 with xerrorbars linestyle 1, \
     $rows using 9:1:(sprintf('%.3f', $7)) with labels left offset 0.9, 0 font sized(0.9) textcolor rgb of_memory
unset multiplot
