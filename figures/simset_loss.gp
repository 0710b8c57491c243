# simset_loss: how well the documents are memorised, by the allocation of entries and the variant.
load style
load data

room = 0.06 * (max2(highest, pretrained) - lowest)
eval headline('Loss on the documents, by how a memory''s entries are allocated', \
    sprintf('%d documents, after block %d; bars are 95 %% intervals, small marks single runs', \
    documents, layer))
set xrange [0.5 : count + 0.5]
set yrange [lowest - room : max2(highest, pretrained) + room]
digits = max2(highest, pretrained) - lowest > 0.4 ? '%.1f' : '%.2f'
set format y digits
set xlabel 'allocation' offset 0, -0.6
set ylabel 'loss (nats a token)' offset 1, 0
set bmargin at screen 0.19

eval note(pretrained, sprintf('pretrained %.2f', pretrained), orange)
set style line 4 linecolor rgb green linewidth 1.6 pointtype 4 pointsize 0.9
# The variants differ by colour and by mark; a key of both at the right.
set label 11 sprintf('plain, %d runs', plain_runs) at graph 1.03, graph 0.55 left \
    textcolor rgb blue point linestyle 1 offset 1, 0
set label 12 sprintf('norm+gate, %d runs', gated_runs) at graph 1.03, graph 0.47 left \
    textcolor rgb green point linestyle 4 offset 1, 0

plot pretrained with lines linestyle 2, \
     $plain_seeds using ($1 - 0.24):2 with points pointtype 7 pointsize 0.3 \
         linecolor rgb '#8cbcdb', \
     $gated_seeds using ($1 + 0.24):2 with points pointtype 4 pointsize 0.3 \
         linecolor rgb '#80ceb9', \
     $plain using ($1 - 0.13):2:3:4 with yerrorbars linestyle 1, \
     $gated using ($1 + 0.13):2:3:4 with yerrorbars linestyle 4
