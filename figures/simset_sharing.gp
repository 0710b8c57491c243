# simset_sharing: entries that two documents share, against how alike their shingles are.
load style
load data

theory(j) = j + (1 - j) / slots
eval headline('Entries that two documents share, against how alike they are', \
    sprintf('%d pairs in bins of 0.025, %d bands; bars: 95 %% intervals over %d hash draws', \
    pairs, bands, draws))
eval above('share of bands with a common entry')
end = 1.04 * right
set xrange [0 : end]
set yrange [0 : 1.06 * max2(highest, theory(right))]
set format x '%g'
step = right > 0.2 ? 0.1 : 0.05
set xtics step
set format y '%.1f'
set xlabel 'Jaccard similarity J of the documents'' shingles'
set rmargin at screen across(470)
set style line 31 linecolor rgb of_one linewidth 1.4 pointtype 5 pointsize 0.7
set style line 32 linecolor rgb of_two linewidth 1.4 pointtype 8 pointsize 0.85

set label 10 sprintf("expected:\nJ + (1 − J)/%d", slots) at graph 1.02, first theory(end) \
    textcolor rgb ink
eval legend(11, '1-token', 486, 250, 31, of_one)
eval legend(12, '2-token', 486, 274, 32, of_two)
set label 13 'shingles' at screen across(478), screen 1 - up(228)
plot [0:end] theory(x) with lines linewidth 1.4 linecolor rgb ink dashtype '-', \
     $one using 1:2:3:4 with yerrorbars linestyle 31, \
     $two using 1:2:3:4 with yerrorbars linestyle 32
