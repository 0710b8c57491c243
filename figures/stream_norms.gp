# stream_norms: how long the residual stream is at the first rows of a text, and after them.
load style
load data

eval headline('How long the residual stream is at a text''s first rows and after them', \
    sprintf('mean norm over %d documents; row 0 has at most %.1f times that of rows 4 and on', documents, ratio))
set format y '10^{%L}'
set logscale y
set xrange [-1 : last]
set xtics -1, last > 12 ? 5 : 1
set xlabel 'block (-1: the embedding)'
eval above('norm of the stream')
set rmargin at screen across(480)
set label 1 'row 0, BOS' at graph 1.02, first real(word($norms[|$norms|], 2)) textcolor rgb ink
set label 2 'rows 4 and on' at graph 1.02, first real(word($norms[|$norms|], 6)) textcolor rgb faint
plot $norms using 1:7:8 with filledcurves fillcolor rgb faint fillstyle transparent solid 0.2 noborder, \
     $norms using 1:3 with lines linewidth 1 linecolor rgb faint, \
     $norms using 1:4 with lines linewidth 1 linecolor rgb faint, \
     $norms using 1:5 with lines linewidth 1 linecolor rgb faint, \
     $norms using 1:6 with lines linewidth 1.6 linecolor rgb faint dashtype 2, \
     $norms using 1:2 with linespoints linewidth 1.6 pointtype 7 pointsize 0.45 linecolor rgb ink
