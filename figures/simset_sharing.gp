# simset_sharing: entries that two documents share, against how alike their shingles are.
load style
load data

theory(j) = j + (1 - j) / slots
eval headline('Entries that two documents share, against how alike they are', \
    sprintf('%d pairs in bins of 0.025, %d bands; bars are 95 %% intervals ' \
    .'over %d draws of the hash functions', pairs, bands, draws))
set xrange [0 : 1.06 * right]
set yrange [0 : 1.06 * max2(highest, theory(right))]
set format x '%g'
step = right > 0.5 ? 0.1 : 0.05
set xtics step
set format y '%.1f'
set xlabel 'Jaccard similarity J of the documents'' shingles'
set ylabel 'share of bands with a common entry' offset 1, 0
set style line 4 linecolor rgb purple linewidth 1.6 pointtype 4 pointsize 0.9

end = 1.06 * right
set label 10 sprintf("expected:\nJ + (1 − J)/%d", slots) at graph 1.02, first theory(end) \
    textcolor rgb ink
set label 11 '1-token shingles' at graph 1.03, graph 0.45 left textcolor rgb blue \
    point linestyle 1 offset 1, 0
set label 12 '2-token shingles' at graph 1.03, graph 0.37 left textcolor rgb purple \
    point linestyle 4 offset 1, 0
plot [0:end] theory(x) with lines linewidth 1.4 linecolor rgb ink dashtype 2, \
     $one using 1:2:3:4 with yerrorbars linestyle 1, \
     $two using 1:2:3:4 with yerrorbars linestyle 4
