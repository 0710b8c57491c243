# drift: how far document vectors move, by k, by number of documents and by their ratio.
load style
load data
# What counts as small is declared once, in claim C1.
small = real(system("awk '/^claim C1 /{ asked = 1 } asked && $1 == \"want\"{ print $3; exit }' paper/claims.rules"))

eval headline('How far document vectors move while they are trained', \
    sprintf('in %d epochs of %d steps, %d seeds; bars: 95 %% intervals; dotted: declared small', \
    epochs, steps, seeds))
set logscale xy 2
set logscale y 10
set yrange [lowest / 1.15 : highest * 1.15]
set ytics (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1)
set format y '%g'

# A legend in one row, since the curves run together; each series a little beside its place.
eval vectors(70)
beside(x, i) = x * 1.07**(i - 1.5)
names = 'tanh_linear tanh_mlp relu_linear relu_mlp'

bars = 'using (beside($1, i)):2:3:4 with yerrorbars linestyle 11 + i dashtype 1'

set multiplot
set tmargin at screen 1 - up(124)
set lmargin at screen across(52)
set rmargin at screen across(222)
set label 90 'shift ‖K_T − K_0‖ ∕ √k, 1 being a vector''s length' at graph 0, graph 1 offset 0, 1.1
set xrange [least_k / 1.6 : most_k * 1.6]
set xtics least_k, 4
set xlabel 'k, numbers in a vector'
set label 31 sprintf('%d documents', fixed) at graph 0.98, 0.95 right textcolor rgb faint
plot small with lines linestyle 3, \
     for [i=0:3] '$k_'.word(names, i + 1) @bars, \
     for [i=0:3] '$k_'.word(names, i + 1) using (beside($1, i)):2 with lines linestyle 11 + i
do for [j=21:24] { unset label j }
unset label 90; unset label 91; unset label 92
set format y ''
set lmargin at screen across(236)
set rmargin at screen across(406)
set xrange [least_n / 1.3 : most_n * 1.3]
set xlabel 'documents'
set xtics (10, 20, 40, 80, 160, 320)
set label 31 sprintf('k = %d', compact) at graph 0.98, 0.95 right textcolor rgb faint
if (|$other| > 0) set label 32 sprintf("×: batches of %d,\nso fewer steps", batch) \
    at graph 0.98, 0.16 right textcolor rgb faint
plot small with lines linestyle 3, \
     $other using (beside($1, 2 * $5) / 1.09):2:3:4:($5 == 1 ? 0xc2476f : 0x332288) \
         with yerrorbars linewidth 1.2 pointtype 2 pointsize 0.8 linecolor rgb variable, \
     for [i=0:3] '$n_'.word(names, i + 1) @bars, \
     for [i=0:3] '$n_'.word(names, i + 1) using (beside($1, i)):2 with lines linestyle 11 + i
set lmargin at screen across(420)
set rmargin at screen across(590)
set xrange [least_s / 1.6 : most_s * 1.6]
set xtics (0.03, 0.3, 3, 30)
unset label 32
set xlabel 'k / documents'
set label 31 'all conditions' at graph 0.98, 0.95 right textcolor rgb faint
plot small with lines linestyle 3, \
     for [i=0:3] '$s_'.word(names, i + 1) @bars
unset multiplot
