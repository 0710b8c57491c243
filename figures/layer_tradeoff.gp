# layer_tradeoff: what memorising costs or brings: final loss on the documents against accuracy.
load style
load data

eval headline('What is stored and what is answered: each layer''s loss and accuracy', \
    sprintf('%d documents, %d claims, %d seeds, after epoch %d; bars are 95 %% intervals', \
    documents, claims, seeds, epoch))
set rmargin at screen 0.94
set grid xtics
set xrange [left - 0.05 * (right - left) : right + 0.05 * (right - left)]
set yrange [lowest - 0.05 * (highest - lowest) : highest + 0.05 * (highest - lowest)]
set cbrange [first : last > first ? last : first + 1]
set format x '%g'
set format y '%.2f'
set xlabel 'final loss on the documents (nats a token; the more is stored, the further left)'
set ylabel 'accuracy of the chosen letter' offset 1, 0
set style line 11 linewidth 0.7 pointtype 7 pointsize 0.1

# White figures on the dark colours, dark ones on the light.
on(layer) = layer - first > 0.7 * (last - first) ? 0x222222 : 0xffffff
size = last > 9 ? 2.1 : 1.8
plot $layers using 1:4 with lines linewidth 0.8 linecolor rgb '#b5b5b5', \
     $layers using 1:4:2:3:5:6:7 with xyerrorbars linestyle 11 linecolor palette, \
     $pretrained using 1:4:2:3:5:6 with xyerrorbars linestyle 11 linecolor rgb orange, \
     $pretrained using 1:4 with points pointtype 7 pointsize 1.1 linecolor rgb orange, \
     $layers using 1:4:7 with points pointtype 7 pointsize size linecolor palette, \
     $layers using 1:4:(sprintf('%d', $7)):(on($7)) with labels offset 0, 0.06 \
         font font_name.',7.5' textcolor rgb variable, \
     $pretrained using 1:4:('pretrained') with labels right offset -0.8, 0.6 textcolor rgb orange
