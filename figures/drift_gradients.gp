# drift_gradients: where the gradient of the loss dies on its way to the document vectors.
load style
load data

eval headline('Where the gradient dies on its way to the document vectors', \
    sprintf('norms, epoch %d (marks, 95 %% intervals) and 1 (dashes); %d documents in batches ' \
    .'of %d, k = %d, %d seeds', \
    epoch, documents, batch, k, seeds))
set logscale y 10
set yrange [lowest / 1.5 : highest * 1.5]
set format y '%g'
set xrange [0.5 : 4.5]
set style line 11 linecolor rgb blue linewidth 1.4 pointtype 7 pointsize 0.8
set style line 12 linecolor rgb blue linewidth 1.2 pointtype 6 pointsize 0.8 dashtype '-'
set style line 13 linecolor rgb orange linewidth 1.4 pointtype 9 pointsize 0.9
set style line 14 linecolor rgb orange linewidth 1.2 pointtype 8 pointsize 0.9 dashtype '-'
legend(tag, name, x, style, colour) = sprintf('set label %d "%s" at screen %g, screen 0.815 ' \
    .'point linestyle %d offset 1, 0 textcolor rgb "%s"', tag, name, x, style, colour)
eval legend(21, 'tanh, linear', 0.125, 11, blue)
eval legend(22, 'tanh, mlp', 0.29, 12, blue)
eval legend(23, 'ReLU, linear', 0.43, 13, orange)
eval legend(24, 'ReLU, mlp', 0.60, 14, orange)
names = 'tanh_linear tanh_mlp relu_linear relu_mlp'
beside(x, i) = x + 0.13 * (i - 1.5)
dash = 0.05

bars = 'using (beside($1, i)):2:3:4 with yerrorbars linestyle 11 + i dashtype 1'
way = 'using (beside($1, i)):($1 == 2 ? NaN : $2) with lines linestyle 11 + i'
dashes = 'using (beside($1, i) - dash):5:(2 * dash):(0) with vectors nohead linestyle 11 + i '\
    .'dashtype 1'

set multiplot
set tmargin at screen 0.71
set bmargin at screen 0.15
set lmargin at screen 0.095
set rmargin at screen 0.37
set ylabel 'norm (nats a token for ∂L; φ′ is a slope)' offset 0.5, 0
set xtics ('∂L/∂s' 1, 'φ′' 2, '∂L/∂G' 3, '∂L/∂K' 4)
set label 31 'a document''s own vector' at graph 0, 1.06 textcolor rgb ink
plot for [i=0:3] '$own_'.word(names, i + 1) @bars, \
     for [i=0:3] '$own_'.word(names, i + 1) @way, \
     for [i=0:3] '$own_'.word(names, i + 1) @dashes
do for [j=21:24] { unset label j }
unset ylabel
set format y ''
set lmargin at screen 0.40
set rmargin at screen 0.675
set label 31 sprintf('its negative vector (α = %g)', alpha)
plot for [i=0:3] '$negative_'.word(names, i + 1) @bars, \
     for [i=0:3] '$negative_'.word(names, i + 1) @way, \
     for [i=0:3] '$negative_'.word(names, i + 1) @dashes
set lmargin at screen 0.705
set rmargin at screen 0.98
set xtics ('W_{up}' 1, 'W_{down}' 2, 'W_{lm}' 3, 'G' 4)
set label 31 'weights that all share, ∂L/∂W'
plot for [i=0:3] '$weight_'.word(names, i + 1) @bars, \
     for [i=0:3] '$weight_'.word(names, i + 1) @dashes
unset multiplot
