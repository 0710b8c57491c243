# simset_loss: how well the documents are memorised, by the allocation of entries and the variant.
load style
load data

room = 0.06 * (max2(highest, pretrained) - lowest)
eval headline('Loss on the documents, by how a memory''s entries are allocated', \
    sprintf('%d documents, after block %d; bars are 95 %% intervals, small marks single runs', \
    documents, layer))
eval above('loss (nats a token)')
set xrange [0.5 : count + 0.5]
set yrange [lowest - room : max2(highest, pretrained) + 1.8 * room]
digits = max2(highest, pretrained) - lowest > 0.4 ? '%.1f' : '%.2f'
set format y digits
set rmargin at screen across(590)

set label sprintf('pretrained %.2f', pretrained) at graph 0.995, first pretrained offset 0, 0.7 right \
    textcolor rgb of_pretrained
# The variants differ by colour and by mark.
eval legend(11, sprintf('plain, %d runs', plain_runs), 300, 76, 1, of_memory)
eval legend(12, sprintf('norm+gate, %d runs', gated_runs), 430, 76, 4, of_gated)

plot pretrained with lines linestyle 2, \
     $plain_seeds using ($1 - 0.25):2 with points pointtype 7 pointsize 0.35 \
         linecolor rgb of_memory_pale, \
     $gated_seeds using ($1 + 0.25):2 with points pointtype 4 pointsize 0.35 \
         linecolor rgb of_gated_pale, \
     $plain using ($1 - 0.12):2:3:4 with yerrorbars linestyle 1, \
     $gated using ($1 + 0.12):2:3:4 with yerrorbars linestyle 4
