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

# Both panels show what both grids cover.
stats $land_tanh using 1 nooutput name 'TANH'
stats $land_relu using 1 nooutput name 'RELU'
covered = min2(reach, min2(TANH_max, RELU_max))

# Light below, so that lines, labels and vectors read on it.
set palette maxcolors 16 defined (0 '#ffffff', 0.5 '#b9c6cf', 1 '#7b929f')
set cbrange [least : most]
set xrange [-covered : covered]; set yrange [-covered : covered]
set size square
unset grid
set border 15 linewidth 0.5
set tics scale 0.3
set xlabel 'first number of the vector'
set style arrow 1 head filled size screen 0.008, 20 linecolor rgb ink linewidth 0.7
set style line 15 linecolor rgb '#56656e' linewidth 0.6
set label 21 'from ring to disc: the document''s own vector' at screen across(42), screen up(16)
set label 22 'arrows: the others''' at screen across(586), screen up(16) right

set multiplot
set tmargin at screen 1 - up(92); set bmargin at screen up(72)
names = 'tanh ReLU'
array colour[2] = [of_tanh, of_relu]
do for [i = 0 : 1] {
    set lmargin at screen across(42 + 288 * i); set rmargin at screen across(298 + 288 * i)
    phi = i == 0 ? 'tanh' : 'relu'
    set label 31 '{/:Bold '.word(names, i + 1).'}'.(i == 0 ? '; upwards: the second number' : '') \
        at graph 0, 1.045 textcolor rgb colour[i + 1]
    plot '$land_'.phi using 1:2:3 with image, \
         '$lines_'.phi using 1:2 with lines linestyle 15, \
         '$lines_'.phi every 60::20 using 1:2:(sprintf('%g', $3)) with labels \
             font sized(0.75) textcolor rgb '#3d4a52', \
         '$vectors_'.phi using 1:2:3:4 with vectors arrowstyle 1, \
         '$own_'.phi using 1:2 with lines linewidth 2 linecolor rgb colour[i + 1], \
         '$own_'.phi every ::0::0 using 1:2 with points pointtype 6 pointsize 1.1 \
             linewidth 2 linecolor rgb colour[i + 1], \
         '$own_'.phi every ::(|$own_tanh| - 1)::(|$own_tanh| - 1) using 1:2 with points \
             pointtype 7 pointsize 1 linecolor rgb colour[i + 1]
    unset label 21; unset label 22; unset label 91; unset label 92
}
unset multiplot
