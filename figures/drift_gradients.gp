# drift_gradients: where the gradient of the loss dies on its way to the document vectors.
load style
load data

eval headline('Where the gradient dies on its way to the document vectors', \
    sprintf('marks and 95 %% intervals: epoch %d, dashes: epoch 1; %d documents in batches of %d, ', \
    epoch, documents, batch))
eval further(sprintf('k = %d, mean of %d seeds', k, seeds))
set logscale y 10
set yrange [lowest / 1.5 : highest * 1.5]
set format y '10^{%T}'
set xrange [0.5 : 4.5]
eval vectors(90)
names = 'tanh_linear tanh_mlp relu_linear relu_mlp'
beside(x, i) = x + 0.15 * (i - 1.5)
dash = 0.06

bars = 'using (beside($1, i)):2:3:4 with yerrorbars linestyle 11 + i dashtype 1'
way = 'using (beside($1, i)):($1 == 2 ? NaN : $2) with lines linestyle 11 + i'
dashes = 'using (beside($1, i) - dash):5:(2 * dash):(0) with vectors nohead linestyle 11 + i '\
    .'dashtype 1'

set multiplot
set tmargin at screen 1 - up(164)
set bmargin at screen up(34)
set lmargin at screen across(52)
set rmargin at screen across(222)
set xtics ('∂L/∂s' 1, 'φ′' 2, '∂L/∂G' 3, '∂L/∂K' 4)
set label 90 'norm of the gradient (∂L: nats a token; φ′: a slope)' at screen across(12), \
    screen 1 - up(114)
set label 31 'a document''s vector' at graph 0, graph 1 offset 0, 0.8 textcolor rgb faint
plot for [i=0:3] '$own_'.word(names, i + 1) @bars, \
     for [i=0:3] '$own_'.word(names, i + 1) @way, \
     for [i=0:3] '$own_'.word(names, i + 1) @dashes
do for [j=21:24] { unset label j }
do for [j=90:93] { unset label j }
set format y ''
set lmargin at screen across(236)
set rmargin at screen across(406)
set label 31 sprintf('its negative (α = %g)', alpha)
plot for [i=0:3] '$negative_'.word(names, i + 1) @bars, \
     for [i=0:3] '$negative_'.word(names, i + 1) @way, \
     for [i=0:3] '$negative_'.word(names, i + 1) @dashes
set lmargin at screen across(420)
set rmargin at screen across(590)
set xtics ('W_{up}' 1, 'W_{down}' 2, 'W_{lm}' 3, 'G' 4)
set label 31 'shared weights, ∂L/∂W'
plot for [i=0:3] '$weight_'.word(names, i + 1) @bars, \
     for [i=0:3] '$weight_'.word(names, i + 1) @dashes
unset multiplot
