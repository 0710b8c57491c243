# drift_landscape: a document's loss under every vector of the plane, after training.
load style
load data

eval headline(sprintf('The loss of document %d under every vector of the plane', document), \
    sprintf('nats a token with the trained memory, lighter is lower; %d documents, k = 2, run %d', \
    documents, seed))
# Contours at round steps, about ten of them.
step = 10**floor(log10((most - least) / 8))
step = (most - least) / step > 40 ? 5 * step : (most - least) / step > 16 ? 2 * step : step
levels = sprintf('incremental %.9g, %.9g, %.9g', ceil(least / step) * step, step, most)
set contour base
unset surface
eval 'set cntrparam levels '.levels
set table $lines_tanh
splot $land_tanh using 1:2:3
unset table
set table $lines_relu
splot $land_relu using 1:2:3
unset table
unset contour
set datafile separator whitespace

# Light below, so that lines, labels and vectors read on it.
set palette maxcolors 256 defined (0 '#ffffff', 0.5 '#a9c6d6', 1 '#5b8ba5')
set cbrange [least : most]
set xrange [-reach : reach]; set yrange [-reach : reach]
set size square
unset grid
set border 15 linewidth 0.5
set tics scale 0.3
set xlabel 'first number of the vector' offset 0, 0.5
set style arrow 1 head filled size screen 0.006, 20 linecolor rgb ink linewidth 0.6
set style line 11 linecolor rgb '#3a5a6c' linewidth 0.6
set style line 12 linecolor rgb orange linewidth 2
set label 21 'arrows: the others'', from start to end' at screen 0.60, screen 0.03 textcolor rgb ink
set label 22 'the document''s own: ring at the start, disc at the end' at screen 0.08, screen 0.03 \
    textcolor rgb orange

set multiplot
set tmargin at screen 0.80; set bmargin at screen 0.20
names = 'tanh ReLU'
do for [i = 0 : 1] {
    set lmargin at screen 0.08 + 0.46 * i; set rmargin at screen 0.50 + 0.46 * i
    phi = i == 0 ? 'tanh' : 'relu'
    set label 31 word(names, i + 1) at graph 0, 1.04
    if (i == 0) { set ylabel 'second number' offset 1, 0 }
    plot '$land_'.phi using 1:2:3 with image, \
         '$lines_'.phi using 1:2 with lines linestyle 11, \
         '$lines_'.phi every 60::20 using 1:2:(sprintf('%g', $3)) with labels \
             font font_name.',6.5' textcolor rgb '#3a5a6c', \
         '$vectors_'.phi using 1:2:3:4 with vectors arrowstyle 1, \
         '$own_'.phi using 1:2 with lines linestyle 12, \
         '$own_'.phi every ::0::0 using 1:2 with points pointtype 6 pointsize 1.2 \
             linecolor rgb orange, \
         '$own_'.phi every ::(|$own_tanh| - 1)::(|$own_tanh| - 1) using 1:2 with points \
             pointtype 7 pointsize 1.1 linecolor rgb orange
    unset ylabel; unset label 21; unset label 22; unset label 91; unset label 92
}
unset multiplot
