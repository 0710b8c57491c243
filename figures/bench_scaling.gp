# bench_scaling: seconds that a first and a second memory take, by documents and by their tokens.
load style
load data

eval headline('What a memory costs, and what the next one at the same layer', \
    'Pythia-70M, after block 3 of 6, one epoch; first: prefix and training')
eval further(sprintf('marks are medians, bars ranges, of %d', rounds))
set tmargin at screen 1 - up(118)
set format y '%g'
set style line 21 linecolor rgb ink linewidth 1.4 pointtype 6 pointsize 0.7
set style line 22 linecolor rgb of_memory linewidth 1.4 pointtype 7 pointsize 0.7
set multiplot

# The last value of a column of a data block.
last(block, c) = real(word(block, c))

# Left: the number of documents.
eval above('seconds')
set lmargin at screen across(40)
set rmargin at screen across(238)
set xrange [0 : 1.04 * documents_x]
set yrange [0 : 1.08 * documents_seconds]
set xtics 10
set xlabel 'documents of 256 tokens'
set label 21 'first' at graph 1.03, first last($documents[|$documents|], 2) textcolor rgb ink
set label 22 'second' at graph 1.03, first last($documents[|$documents|], 5) textcolor rgb of_memory
plot $documents using 1:2 with lines linestyle 21, \
     $documents using 1:2:3:4 with yerrorbars linestyle 21, \
     $documents using 1:5 with lines linestyle 22, \
     $documents using 1:5:6:7 with yerrorbars linestyle 22

# Right: their length.
unset label 91; unset label 92; unset label 93
set lmargin at screen across(332)
set rmargin at screen across(530)
set xrange [0 : 1.04 * tokens_x]
set yrange [0 : 1.08 * tokens_seconds]
set xtics 200
set xlabel 'tokens of each of 16 documents'
set label 21 'first' at graph 1.03, first last($tokens[|$tokens|], 2) textcolor rgb ink
set label 22 'second' at graph 1.03, first last($tokens[|$tokens|], 5) textcolor rgb of_memory
plot $tokens using 1:2 with lines linestyle 21, \
     $tokens using 1:2:3:4 with yerrorbars linestyle 21, \
     $tokens using 1:5 with lines linestyle 22, \
     $tokens using 1:5:6:7 with yerrorbars linestyle 22
unset multiplot
