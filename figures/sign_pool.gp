# sign_pool: what the pools of four documents raise and lower, in words.
height = 740
load style
load data

eval headline('Words that a document''s entries raise and lower most', \
    'mean change of the logit on the document''s own text, its selection against none; ')
eval further(sprintf('filled: a word of the document. Of the 20 raised most %.0f %% are its own, ' \
    .'%.0f %% another''s', 100 * precision, 100 * baseline))
unset ytics
set grid noytics
set border 0
set yrange [19.7 : 0.3]
range = max2(-lowest, highest)
set xrange [-1.06 * range : 1.06 * range]
ten = 10 ** floor(log10(range)) # steps of 1, 2 or 5, so that numbers stand apart
step = ten * (range < 2 * ten ? 1 : range < 5 * ten ? 2 : 5)
set xtics step scale 0 textcolor rgb faint offset 0, 0.4
set style fill solid noborder
set multiplot
do for [i = 1:documents] {
    column = (i - 1) % 2; row = (i - 1) / 2
    set lmargin at screen across(16 + 290 * column)
    set rmargin at screen across(294 + 290 * column)
    set tmargin at screen 1 - up(108 + 318 * row)
    set bmargin at screen 1 - up(388 + 318 * row)
    if (i > 1) { unset label }
    set label 1 '{/:Bold '.title[i].'}' at graph 0.5, graph 1.03 center
    set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb faint linewidth 0.7
    data_name = sprintf('$pool%d', i - 1)
    plot data_name using (0):1:(0):2:($1-0.36):($1+0.36):($4 > 0 ? ($2 > 0 ? 0x8f6a00 : 0x00224e) \
             : ($2 > 0 ? 0xe3d3a2 : 0xa9b4c8)) with boxxyerror linecolor rgb variable, \
         data_name using (0):1:(sprintf($4 > 0 ? '{/:Bold %s}' : '%s', strcol(3))) \
             every ::0::8 with labels right offset -0.4, 0 font sized(0.93) textcolor rgb ink, \
         data_name using (0):1:(sprintf($4 > 0 ? '{/:Bold %s}' : '%s', strcol(3))) \
             every ::9::17 with labels left offset 0.4, 0 font sized(0.93) textcolor rgb ink
}
unset multiplot
