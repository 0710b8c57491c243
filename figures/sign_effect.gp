# sign_effect: what setting an entry's selection to -1, 0 or +1 does to words it raises or lowers.
height = 574
load style
load data

eval headline('What an entry''s selection does to words, by its stance at 0', \
    sprintf('{/:Italic s_j} of one entry, all others as documents select them; %d entries, ', entries) \
    .sprintf('%d memories of each', seeds))
eval further('activation; bars are 95 % intervals')

# Discs are tanh and triangles ReLU; filled and solid: words that the entry raises.
set style line 31 linecolor rgb of_raising linewidth 1.5 pointtype 7 pointsize 0.75
set style line 32 linecolor rgb of_lowering linewidth 1.3 pointtype 6 pointsize 0.75 dashtype '-'
set style line 33 linecolor rgb of_raising linewidth 1.5 pointtype 9 pointsize 0.85
set style line 34 linecolor rgb of_lowering linewidth 1.3 pointtype 8 pointsize 0.85 dashtype '-'
set bars 0.4
set xrange [-1.3 : 1.3]
set xtics ('−1' -1, '0' 0, '+1' 1)
set format y '%.1f'
set xzeroaxis linestyle 9 linewidth 1.2

bottom = min2(low_1, low_2); top = max2(high_1, high_2)
wide_bottom = min2(low_3, low_4); wide_top = max2(high_3, high_4)
plot_panel = 'plot $p%d_tanh_raising using ($1-0.06):2 with lines ls 31 notitle, ' \
    .'$p%d_tanh_raising using ($1-0.06):2:3:4 with yerrorbars ls 31, ' \
    .'$p%d_tanh_lowering using ($1-0.06):2 with lines ls 32, ' \
    .'$p%d_tanh_lowering using ($1-0.06):2:3:4 with yerrorbars ls 32 dashtype 1, ' \
    .'$p%d_relu_raising using ($1+0.06):2 with lines ls 33, ' \
    .'$p%d_relu_raising using ($1+0.06):2:3:4 with yerrorbars ls 33, ' \
    .'$p%d_relu_lowering using ($1+0.06):2 with lines ls 34, ' \
    .'$p%d_relu_lowering using ($1+0.06):2:3:4 with yerrorbars ls 34 dashtype 1'
set multiplot
do for [i = 1:4] {
    column = (i - 1) % 2; row = (i - 1) / 2
    set lmargin at screen across(48 + 288 * column)
    set rmargin at screen across(300 + 288 * column)
    set tmargin at screen 1 - up(134 + 226 * row)
    set bmargin at screen 1 - up(304 + 226 * row)
    low = i < 3 ? bottom : wide_bottom; high = i < 3 ? top : wide_top
    set ytics high - low > 0.6 ? 0.2 : 0.1
    set yrange [low - 0.06 * (high - low) : high + 0.06 * (high - low)]
    if (i > 1) { unset label }
    if (i == 1) {
        eval legend(21, 'raised, tanh', 24, 90, 31, of_raising)
        eval legend(22, 'raised, ReLU', 152, 90, 33, of_raising)
        eval legend(23, 'lowered, tanh', 284, 90, 32, of_lowering)
        eval legend(24, 'lowered, ReLU', 424, 90, 34, of_lowering)
    }
    set label 1 (i == 1 ? 'Δ logit, every word' : i == 2 ? 'Δ log p, every word' \
        : i == 3 ? 'Δ log p, ten strongest' : sprintf('Δ log p, “%s”', word)) \
        at graph 0, graph 1 offset 0, 0.8
    eval sprintf(plot_panel, i, i, i, i, i, i, i, i)
}
unset multiplot
