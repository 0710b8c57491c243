# sign_effect: what setting an entry's selection to -1, 0 or +1 does to words it raises or lowers.
load style
load data

eval headline('What an entry does to words at selection −1, 0 and +1, by its stance at 0', \
    sprintf('%d entries, %d memories of each activation; bars are 95 %% intervals', entries, seeds))
set label 93 'selection {/:Italic s_j} of one entry, all others as documents select them' \
    at screen 0.02, screen 0.045
set label 94 'filled, solid: tanh' at screen 0.98, screen 0.045 right
set label 95 'open, dashed: ReLU' at screen 0.78, screen 0.045 right

set style line 11 linecolor rgb blue linewidth 1.5 pointtype 7 pointsize 0.8
set style line 12 linecolor rgb orange linewidth 1.5 pointtype 9 pointsize 0.9
set style line 13 linecolor rgb blue linewidth 1.3 pointtype 6 pointsize 0.8 dashtype '-'
set style line 14 linecolor rgb orange linewidth 1.3 pointtype 8 pointsize 0.9 dashtype '-'
set bars 0.4
set ytics 0.1
set xrange [-1.3 : 1.3]
set xtics ('−1' -1, '0' 0, '+1' 1)
set format y '%.1f'
set xzeroaxis linestyle 9 linewidth 1.2
unset xlabel

bottom = min2(low_1, low_2); top = max2(high_1, high_2)
wide_bottom = min2(low_3, low_4); wide_top = max2(high_3, high_4)
array left[4] = [0.085, 0.315, 0.555, 0.79]
plot_panel = 'plot $p%d_tanh_raising using ($1-0.05):2 with lines ls 11 notitle, ' \
    .'$p%d_tanh_raising using ($1-0.05):2:3:4 with yerrorbars ls 11, ' \
    .'$p%d_tanh_lowering using ($1-0.05):2 with lines ls 12, ' \
    .'$p%d_tanh_lowering using ($1-0.05):2:3:4 with yerrorbars ls 12, ' \
    .'$p%d_relu_raising using ($1+0.05):2 with lines ls 13, ' \
    .'$p%d_relu_raising using ($1+0.05):2:3:4 with yerrorbars ls 13 dashtype 1, ' \
    .'$p%d_relu_lowering using ($1+0.05):2 with lines ls 14, ' \
    .'$p%d_relu_lowering using ($1+0.05):2:3:4 with yerrorbars ls 14 dashtype 1'
set multiplot
do for [i = 1:4] {
    set lmargin at screen left[i]
    set rmargin at screen left[i] + 0.185
    set tmargin at screen 0.78
    set bmargin at screen 0.15
    low = i < 3 ? bottom : wide_bottom; high = i < 3 ? top : wide_top
    set yrange [low - 0.06 * (high - low) : high + 0.06 * (high - low)]
    if (i > 1) { unset label; unset arrow }
    set label 1 (i == 1 ? 'Δ logit, every word' : i == 2 ? 'Δ log p, every word' \
        : i == 3 ? 'Δ log p, ten strongest' : sprintf('Δ log p, “%s”', word)) \
        at graph 0, graph 1.06
    if (i == 1) {
        set label 2 'raising' at 1.28, high_1 + 0.05 * (high - low) right textcolor rgb blue
        set label 3 'lowering' at -1.25, high_1 + 0.05 * (high - low) left textcolor rgb orange
    }
    eval sprintf(plot_panel, i, i, i, i, i, i, i, i)
}
unset multiplot
