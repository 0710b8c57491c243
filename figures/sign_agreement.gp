# sign_agreement: how often a word moves the way its stance predicts, by lens and outcome.
load style
load data

eval headline('How often words move the way an entry''s stance predicts', \
    sprintf('%d entries of %d memories with and %d without W_{lm} of each activation; ' \
    .'bars are 95 %% intervals', entries, seeds_yes, seeds_no))
set style line 11 linecolor rgb blue linewidth 1.1 pointtype 9 pointsize 0.8
set style line 12 linecolor rgb blue linewidth 1.1 pointtype 8 pointsize 0.8
set style line 13 linecolor rgb orange linewidth 1.1 pointtype 11 pointsize 0.8
set style line 14 linecolor rgb orange linewidth 1.1 pointtype 10 pointsize 0.8
set bars 0.25
set yrange [8.5 : 0.4]
set xrange [min2(0.4, lowest) - 0.02 : 1.02]
set xtics 0.2
set format x '%.1f'
unset ytics
set border 1
set grid xtics noytics
set xlabel 'share of words' offset 0, 0.3
set arrow 1 from 0.5, graph 0 to 0.5, graph 1 nohead linecolor rgb faint linewidth 1.2 dashtype '.'
set arrow 2 from graph 0, first 5.7 to graph 1, first 5.7 nohead linecolor rgb rule linewidth 0.8

plot_panel = 'plot $%s_tanh_plus using 2:1:3:4 with xerrorbars ls 11, ' \
    .'$%s_tanh_minus using 2:1:3:4 with xerrorbars ls 13, ' \
    .'$%s_relu_plus using 2:1:3:4 with xerrorbars ls 12, ' \
    .'$%s_relu_minus using 2:1:3:4 with xerrorbars ls 14'
set multiplot
set tmargin at screen 0.76
set bmargin at screen 0.2
do for [panel = 1:2] {
    lm = panel == 1 ? 'yes' : 'no'
    set lmargin at screen (panel == 1 ? 0.3 : 0.655)
    set rmargin at screen (panel == 1 ? 0.63 : 0.985)
    set label 1 (panel == 1 ? 'with W_{lm}' : 'without W_{lm}') at graph 0, graph 1.06
    set label 2 'chance' at 0.505, graph 0.03 textcolor rgb faint
    if (panel == 1) {
        do for [row = 1:|$labels|] {
            place = word($labels[row], 1)
            set label 100 + row substr($labels[row], strlen(place) + 2, 200) \
                at screen 0.285, first real(place) right
        }
        set label 120 'every word' at screen 0.02, first 0.2 textcolor rgb faint
        set label 121 'the ten words of strongest stance' at screen 0.02, first 6.2 textcolor rgb faint
        set label 122 '▲ △  set to +1' at screen 0.3, screen 0.045 textcolor rgb blue
        set label 123 '▼ ▽  set to −1' at screen 0.48, screen 0.045 textcolor rgb orange
        set label 124 'filled: tanh, open: ReLU' at screen 0.66, screen 0.045
    } else {
        unset label; unset arrow
        set label 1 'without W_{lm}' at graph 0, graph 1.06
        set arrow 1 from 0.5, graph 0 to 0.5, graph 1 nohead linecolor rgb faint linewidth 1.2 dashtype '.'
        set arrow 2 from graph 0, first 5.7 to graph 1, first 5.7 nohead linecolor rgb rule linewidth 0.8
    }
    eval sprintf(plot_panel, lm, lm, lm, lm)
}
unset multiplot
