# drift: how far document vectors move, by k, by number of documents and by their ratio.
load style
load data

eval headline('How far document vectors move while they are trained', \
    sprintf('shift of the vectors in %d epochs of %d steps, %d seeds; bars: 95 %% intervals', \
    epochs, steps, seeds))
set logscale xy 2
set logscale y 10
set yrange [lowest / 1.15 : highest * 1.15]
set ytics (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 1)
set format y '%g'
set grid xtics
set style line 11 linecolor rgb blue linewidth 1.4 pointtype 7 pointsize 0.8
set style line 12 linecolor rgb blue linewidth 1.2 pointtype 6 pointsize 0.8 dashtype '-'
set style line 13 linecolor rgb orange linewidth 1.4 pointtype 9 pointsize 0.9
set style line 14 linecolor rgb orange linewidth 1.2 pointtype 8 pointsize 0.9 dashtype '-'

# A legend in one row, since the curves run together; each series a little beside its place.
legend(tag, name, x, style, colour) = sprintf('set label %d "%s" at screen %g, screen 0.815 ' \
    .'point linestyle %d offset 1, 0 textcolor rgb "%s"', tag, name, x, style, colour)
eval legend(21, 'tanh, linear', 0.125, 11, blue)
eval legend(22, 'tanh, mlp', 0.29, 12, blue)
eval legend(23, 'ReLU, linear', 0.43, 13, orange)
eval legend(24, 'ReLU, mlp', 0.60, 14, orange)
set label 25 'dotted: small, as declared' at screen 0.76, screen 0.815 textcolor rgb faint
beside(x, i) = x * 1.06**(i - 1.5)
names = 'tanh_linear tanh_mlp relu_linear relu_mlp'

bars = 'using (beside($1, i)):2:3:4 with yerrorbars linestyle 11 + i dashtype 1'

set multiplot
set tmargin at screen 0.77
set bmargin at screen 0.15
set lmargin at screen 0.095
set rmargin at screen 0.36
set ylabel 'shift ‖K_T − K_0‖ ∕ √k (1: a vector''s length)' offset 0.5, 0
set xrange [least_k / 1.6 : most_k * 1.6]
set xlabel 'k, numbers in a vector'
set label 31 sprintf('%d documents', fixed) at graph 0.96, 0.94 right textcolor rgb faint
plot small with lines linestyle 3, \
     for [i=0:3] '$k_'.word(names, i + 1) @bars, \
     for [i=0:3] '$k_'.word(names, i + 1) using (beside($1, i)):2 with lines linestyle 11 + i
do for [j=21:25] { unset label j }
unset ylabel
set format y ''
set lmargin at screen 0.39
set rmargin at screen 0.66
set xrange [least_n / 1.3 : most_n * 1.3]
set xlabel 'documents'
set xtics (10, 20, 40, 80, 160, 320)
set label 31 sprintf('k = %d', compact) at graph 0.96, 0.94 right textcolor rgb faint
if (|$other| > 0) set label 32 sprintf('×: batches of %d, so fewer steps', batch) \
    at graph 0.96, 0.06 right textcolor rgb faint
plot small with lines linestyle 3, \
     $other using (beside($1, 2 * $5) / 1.09):2:3:4:($5 == 1 ? 0xd55e00 : 0x0072b2) \
         with yerrorbars linewidth 1.2 pointtype 2 pointsize 0.9 linecolor rgb variable, \
     for [i=0:3] '$n_'.word(names, i + 1) @bars, \
     for [i=0:3] '$n_'.word(names, i + 1) using (beside($1, i)):2 with lines linestyle 11 + i
set lmargin at screen 0.69
set rmargin at screen 0.96
set xrange [least_s / 1.6 : most_s * 1.6]
set xtics (0.03, 0.1, 0.3, 1, 3, 10, 30, 100)
unset label 32
set xlabel 'k / documents'
set label 31 'all conditions' at graph 0.96, 0.94 right textcolor rgb faint
plot small with lines linestyle 3, \
     for [i=0:3] '$s_'.word(names, i + 1) @bars
unset multiplot
