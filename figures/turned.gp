# turned: answers that memories turned right and wrong, and whether those are the claims best stored.
rows = 12; if (exists('data')) load data
height = 184 + 24 * rows
load style
load data
if (!asked) { load 'figures/unasked.plot'; exit }

eval headline('Claims turned right and wrong: are they those stored best?', \
    sprintf('%d claims, %d seeds a memory; bars are 95 %% intervals over pages and seeds', claims, seeds))
eval further('above 0.5: those right are the ones whose evidence’s loss fell most')
set multiplot
set tmargin at screen 1 - up(124)
set bmargin at screen up(56)
set yrange [0.4 : max2(rows, 1) + 0.6]
set grid xtics noytics back linestyle 9
eval names
set ytics scale 0
set style line 21 linecolor rgb of_memory linewidth 1.4 pointtype 7 pointsize 0.75
set style line 22 linecolor rgb of_pretrained linewidth 1.4 pointtype 5 pointsize 0.7
set style line 23 linecolor rgb of_gated linewidth 1.3 pointtype 6 pointsize 0.75

set lmargin at screen across(168)
set rmargin at screen across(368)
set xrange [-1.12 * most : 1.12 * most]
set xtics 0.1 format '%g'
set for [i = -5:5] xtics add (sprintf('%g', abs(i) * 0.1) i * 0.1)
set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead back linestyle 3
set label 41 'turned wrong' at graph 0, graph 1 offset 0, 0.8 left textcolor rgb of_pretrained
set label 42 'turned right' at graph 1, graph 1 offset 0, 0.8 right textcolor rgb of_memory
set xlabel 'share of all answers' offset 0, 0.5
plot $wrong using 2:1:3:4 with xerrorbars linestyle 22, $right using 2:1:3:4 with xerrorbars linestyle 21

unset label 41; unset label 42; do for [j = 91:93] { unset label j }
unset ytics; unset arrow 1
set lmargin at screen across(396)
set rmargin at screen across(586)
set xrange [0.5 - 1.08 * apart : 0.5 + 1.08 * apart]
set xtics autofreq 0.1 format '%g'
set arrow 2 from first 0.5, graph 0 to first 0.5, graph 1 nohead back linestyle 3
set label 43 '● turned right' at graph 0, graph 1 offset 0, 0.8 left textcolor rgb of_memory
set label 44 '○ kept right' at graph 1, graph 1 offset 0, 0.8 right textcolor rgb of_gated
set xlabel 'AUC, by what is stored' offset 0, 0.5
plot $turned_auc using 2:($1 + 0.14):3:4 with xerrorbars linestyle 21, \
    $kept_auc using 2:($1 - 0.14):3:4 with xerrorbars linestyle 23
unset multiplot
