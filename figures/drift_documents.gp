# drift_documents: how far document vectors move, by how many documents there are and how vectors start.
load style
load data

eval headline('How far document vectors move, by how many there are', \
    sprintf('k = %d, %d epochs of equal steps, %d seeds; bars: 95 %% intervals; frozen: %g', k, epochs, seeds, frozen))
set logscale xy 10
set logscale x 2
set yrange [lowest / 1.3 : highest * 1.3]
set ytics (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
set format y '%g'
set xrange [least / 1.4 : most * 1.4]
set xtics (10, 20, 40, 80, 160, 320)
set xlabel 'documents'

# As in drift_start; filled: rows of an orthogonal matrix, open: drawn from a normal distribution.
eval legend(21, 'tanh', 60, 70, 11, of_tanh)
eval legend(23, 'ReLU', 132, 70, 13, of_relu)
beside(x, i) = x * 1.05**(i - 1.5)
names = 'orthogonal_tanh normal_tanh orthogonal_relu normal_relu'
# A start's name, right of where its two lines end, a line's height from the other's.
name(tag, start, height) = sprintf('set label %d "%s" at graph 1.03, first %.9g textcolor rgb ink', tag, start, 10 ** height)
set multiplot
set tmargin at screen 1 - up(124)
do for [panel = 1:2] {
    measure = panel == 1 ? 'vector_drift' : 'vector_shift'
    set lmargin at screen across(panel == 1 ? 52 : 330)
    set rmargin at screen across(panel == 1 ? 238 : 516)
    set label 90 (panel == 1 ? 'drift ‖K_T − K_0‖ ∕ ‖K_0‖' : 'shift ‖K_T − K_0‖ ∕ √k') at graph 0, graph 1 offset 0, 1.1
    one = log10(value('end_'.measure.'_normal'))
    two = log10(value('end_'.measure.'_orthogonal'))
    gap = 0.07 * log10(1.69 * highest / lowest)
    move = abs(two - one) < gap ? (gap - abs(two - one)) / 2 * (two < one ? -1 : 1) : 0
    eval name(41, 'normal', one - move)
    eval name(42, 'orthogonal', two + move)
    if (panel == 2) {
        do for [j in '21 23 91 92'] { unset label j + 0 }
        set format y ''
    }
    plot for [i=0:3] '$'.measure.'_'.word(names, i + 1) using (beside($1, i)):2:3:4 with yerrorbars linestyle 11 + i dashtype 1, \
        for [i=0:3] '$'.measure.'_'.word(names, i + 1) using (beside($1, i)):2 with lines linestyle 11 + i
}
unset multiplot
