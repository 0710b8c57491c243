# sign_pool: what the pools of four documents raise and lower, in words.
load style
load data

eval headline('Words that a document''s pool of entries raises and lowers most', \
    sprintf('Δ logit on the document''s own text, selection against none; of the 20 raised most ' \
    .'%.0f %% are its own, %.0f %% another''s', 100 * precision, 100 * baseline))
set label 93 'bold, filled bar: a word of the document' at screen 0.02, screen 0.04
set label 94 'mean change of the logit' at screen 0.98, screen 0.04 right
unset ytics
set grid noytics
set border 0
set yrange [19.9 : 0.2]
range = max2(-lowest, highest)
set xrange [-1.12 * range : 1.12 * range]
set xtics 10 ** floor(log10(range)) scale 0 textcolor rgb faint
set style fill solid noborder
set boxwidth 0.66
set multiplot
set tmargin at screen 0.76
set bmargin at screen 0.13
do for [i = 1:documents] {
    set lmargin at screen 0.02 + (i - 1) * 0.245
    set rmargin at screen 0.02 + (i - 1) * 0.245 + 0.23
    if (i > 1) { unset label }
    set label 1 title[i] at graph 0.5, graph 1.045 center noenhanced
    set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb faint linewidth 0.7
    data_name = sprintf('$pool%d', i - 1)
    plot data_name using (0):1:(0):2:($1-0.33):($1+0.33):($4 > 0 ? ($2 > 0 ? 0x0072B2 : 0xD55E00) \
             : ($2 > 0 ? 0xA8D0E8 : 0xF2BE9C)) with boxxyerror linecolor rgb variable, \
         data_name using (0):1:(sprintf($4 > 0 ? ($2 > 0 ? '{/:Bold %s} ' : ' {/:Bold %s}') \
             : ($2 > 0 ? '%s ' : ' %s'), strcol(3))):(0x222222) every ::0::8 \
             with labels right font font_name.',8.5' textcolor rgb variable, \
         data_name using (0):1:(sprintf($4 > 0 ? ' {/:Bold %s}' : ' %s', strcol(3))) every ::9::17 \
             with labels left font font_name.',8.5'
}
unset multiplot
