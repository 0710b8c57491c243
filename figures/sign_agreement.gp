# sign_agreement: how often a word moves the way its stance predicts, by lens and outcome.
height = 460
load style
load data

eval headline('How often words move the way an entry''s stance predicts', \
    sprintf('%d entries; %d memories with and %d without W_{lm} of each activation; ' \
    .'95 %% intervals', entries, seeds_yes, seeds_no))
# Discs are tanh and triangles ReLU, as in other figures; filled at plus one, open at minus one.
set style line 31 linecolor rgb of_raising linewidth 1.1 pointtype 7 pointsize 0.65
set style line 32 linecolor rgb of_raising linewidth 1.1 pointtype 9 pointsize 0.75
set style line 33 linecolor rgb of_lowering linewidth 1.1 pointtype 6 pointsize 0.65
set style line 34 linecolor rgb of_lowering linewidth 1.1 pointtype 8 pointsize 0.75
set bars 0.25
set yrange [8.5 : 0.4]
set xrange [min2(0.4, lowest) - 0.02 : 1.02]
set xtics 0.2
set format x '%.1f'
unset ytics
set border 1
set grid xtics noytics
set xlabel 'share of words'

plot_panel = 'plot $%s_tanh_plus using 2:1:3:4 with xerrorbars ls 31, ' \
    .'$%s_tanh_minus using 2:1:3:4 with xerrorbars ls 33, ' \
    .'$%s_relu_plus using 2:1:3:4 with xerrorbars ls 32, ' \
    .'$%s_relu_minus using 2:1:3:4 with xerrorbars ls 34'
set multiplot
set tmargin at screen 1 - up(122)
set bmargin at screen up(52)
do for [panel = 1:2] {
    lm = panel == 1 ? 'yes' : 'no'
    set lmargin at screen (panel == 1 ? across(186) : across(408))
    set rmargin at screen (panel == 1 ? across(370) : across(592))
    if (panel == 1) {
        do for [row = 1:|$labels|] {
            place = word($labels[row], 1)
            set label 100 + row substr($labels[row], strlen(place) + 2, 200) \
                at screen across(178), first real(place) right
        }
        set label 120 '{/:Bold every word}' at screen across(12), first 0.3
        set label 121 '{/:Bold ten of strongest stance}' at screen across(12), first 6.3
        eval legend(122, 'tanh, set to +1', 24, 70, 31, of_raising)
        eval legend(123, 'ReLU, set to +1', 162, 70, 32, of_raising)
        eval legend(124, 'tanh, set to −1', 304, 70, 33, of_lowering)
        eval legend(125, 'ReLU, set to −1', 442, 70, 34, of_lowering)
    } else {
        unset label
    }
    set label 1 (panel == 1 ? 'with W_{lm}' : 'without W_{lm}') at graph 0, graph 1 offset 0, 0.8 \
        textcolor rgb faint
    set label 2 (panel == 1 ? 'chance' : '') at 0.51, 5.9 textcolor rgb faint
    set arrow 1 from 0.5, graph 0 to 0.5, graph 1 nohead linecolor rgb faint linewidth 1.2 dashtype '.'
    eval sprintf(plot_panel, lm, lm, lm, lm)
}
unset multiplot
