# drift_start: how far document vectors move, by where they start and how they are trained.
load style
load data
# What counts as small is declared once, in claim C1.
small = real(system("awk '/^claim C1 /{ asked = 1 } asked && $1 == \"want\"{ print $3; exit }' paper/claims.rules"))

eval headline('How far document vectors move, by how they start', \
    sprintf('%d documents, %d epochs, %d seeds; bars: 95 %% intervals; dotted: declared small', documents, epochs, seeds))
set logscale xy 10
set logscale x 2
set yrange [lowest / 1.3 : highest * 1.3]
set ytics (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
set format y '%g'

# Filled: rows of an orthogonal matrix, as in the public code; open: drawn from a normal distribution.
eval legend(21, 'tanh, orthogonal', 60, 70, 11, of_tanh)
eval legend(22, 'tanh, normal', 200, 70, 12, of_tanh)
eval legend(23, 'ReLU, orthogonal', 312, 70, 13, of_relu)
eval legend(24, 'ReLU, normal', 456, 70, 14, of_relu)
beside(x, i) = x * 1.09**(i - 1.5)
names = 'orthogonal_tanh normal_tanh orthogonal_relu normal_relu'

set xrange [least_k / 1.8 : most_k * 1.8]
set xtics least_k, 4
set xlabel 'k, numbers in a vector'
set multiplot
set tmargin at screen 1 - up(124)
do for [panel = 1:2] {
    measure = panel == 1 ? 'vector_drift' : 'vector_shift'
    set lmargin at screen across(panel == 1 ? 52 : 336)
    set rmargin at screen across(panel == 1 ? 306 : 590)
    set label 90 (panel == 1 ? 'drift ‖K_T − K_0‖ ∕ ‖K_0‖' : 'shift ‖K_T − K_0‖ ∕ √k') at graph 0, graph 1 offset 0, 1.1
    if (panel == 2) {
        do for [j in '21 22 23 24 91 92'] { unset label j + 0 }
        set format y ''
    }
    sgd = '$'.measure.'_sgd'
    constant = '$'.measure.'_constant'
    context = '$'.measure.'_context'
    if (panel == 1 && others + contexts) {
        set label 31 (others ? "×: plain descent (SGD)\n+: constant rate" : '').(others && contexts ? "\n" : ''). \
            (contexts ? '◇: context vectors' : '') at graph 0.98, 0.3 right textcolor rgb faint
    }
    plot small with lines linestyle 3, \
        for [i=0:3] '$'.measure.'_'.word(names, i + 1) using (beside($1, i)):2:3:4 with yerrorbars linestyle 11 + i dashtype 1, \
        for [i=0:3] '$'.measure.'_'.word(names, i + 1) using (beside($1, i)):2 with lines linestyle 11 + i, \
        sgd using (beside($1, -1)):2 with points linewidth 1.4 pointtype 2 pointsize 0.9 linecolor rgb of_tanh, \
        constant using (beside($1, -1)):2 with points linewidth 1.4 pointtype 1 pointsize 0.9 linecolor rgb of_tanh, \
        context using (beside($1, 4)):2:3:4 with yerrorbars linewidth 1.4 pointtype 12 pointsize 1 linecolor rgb of_tanh
    unset label 31
}
unset multiplot
