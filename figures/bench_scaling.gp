# bench_scaling: seconds that a first and a second memory take, by documents and by their tokens.
load style
load data

eval headline('What a memory costs, and what the next one at the same layer', \
    sprintf('Pythia-70M, after block 3 of 6, one epoch; first: prefix and training; medians and ranges of %d', rounds))
set tmargin at screen 0.78
set format y '%g'
set multiplot

# The last value of a column of a data block.
last(block, c) = real(word(block, c))

# Left: the number of documents.
set lmargin at screen 0.08
set rmargin at screen 0.40
set xrange [0 : 1.04 * documents_x]
set yrange [0 : 1.08 * documents_seconds]
set xlabel 'documents of 256 tokens'
set label 13 'seconds' at graph 0, graph 1.06 left textcolor rgb ink
set label 21 'first' at graph 1.02, first last($documents[|$documents|], 2) textcolor rgb blue
set label 22 'second' at graph 1.02, first last($documents[|$documents|], 5) textcolor rgb orange
plot $documents using 1:2 with lines linestyle 1, \
     $documents using 1:2:3:4 with yerrorbars linewidth 1 linecolor rgb blue pointtype 7 pointsize 0.7, \
     $documents using 1:5 with lines linestyle 2, \
     $documents using 1:5:6:7 with yerrorbars linewidth 1 linecolor rgb orange pointtype 9 pointsize 0.7

# Right: their length.
unset label 91; unset label 92
set lmargin at screen 0.54
set rmargin at screen 0.86
set xrange [0 : 1.04 * tokens_x]
set yrange [0 : 1.08 * tokens_seconds]
set xlabel 'tokens of each of 16 documents'
set label 21 'first' at graph 1.02, first last($tokens[|$tokens|], 2) textcolor rgb blue
set label 22 'second' at graph 1.02, first last($tokens[|$tokens|], 5) textcolor rgb orange
plot $tokens using 1:2 with lines linestyle 1, \
     $tokens using 1:2:3:4 with yerrorbars linewidth 1 linecolor rgb blue pointtype 7 pointsize 0.7, \
     $tokens using 1:5 with lines linestyle 2, \
     $tokens using 1:5:6:7 with yerrorbars linewidth 1 linecolor rgb orange pointtype 9 pointsize 0.7
unset multiplot
