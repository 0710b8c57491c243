# layer_tradeoff: what memorising costs or brings: final loss on the documents against accuracy.
load style
load data

eval headline('What is stored and what is answered, layer by layer', \
    sprintf('%d documents, %d claims, %d seeds, after epoch %d; bars are 95 %% intervals', \
    documents, claims, seeds, epoch))
eval above('accuracy of the chosen letter')
set rmargin at screen across(588)
set xrange [left - 0.05 * (right - left) : right + 0.05 * (right - left)]
set yrange [lowest - 0.05 * (highest - lowest) : highest + 0.05 * (highest - lowest)]
set cbrange [first : last > first ? last : first + 1]
step = right - left > 0.25 ? 0.1 * ceil((right - left) / 0.8) : 0.05
set xtics step
set format x '%g'
set format y '%.2f'
set xlabel 'final loss on the documents (nats a token): the further left, the more is stored'
set style line 15 linewidth 0.8 pointtype 7 pointsize 0.1

size = last > 9 ? 2.3 : 2
plot $layers using 1:4 with lines linewidth 0.8 linecolor rgb '#b5b5b5', \
     $layers using 1:4:2:3:5:6:7 with xyerrorbars linestyle 15 linecolor palette, \
     $pretrained using 1:4:2:3:5:6 with xyerrorbars linestyle 15 linecolor rgb of_pretrained, \
     $pretrained using 1:4 with points pointtype 7 pointsize 1.1 linecolor rgb of_pretrained, \
     $layers using 1:4:7 with points pointtype 7 pointsize size linecolor palette, \
     $layers using 1:4:(sprintf('{/:Bold %d}', $7)) with labels offset 0, 0.04 \
         font sized(0.82) textcolor rgb 'white', \
     $pretrained using 1:4:('pretrained') with labels right offset -0.8, 0.7 \
         textcolor rgb of_pretrained
