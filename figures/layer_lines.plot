# layer_lines: loss by epoch, a line a layer, each named at its end; from the data of layer_lines.sql.
room = 0.05 * (highest - lowest)
set xrange [0 : epoch]
set yrange [lowest - room : highest + room]
set cbrange [first : last > first ? last : first + 1]
set format y '%g'
set xlabel 'epoch'
eval above('loss (nats a token)')
set rmargin at screen across(462)

# Lines are named at their ends, beyond the axes; a hair line leads to a name that had to move.
do for [row = 1:|$ends|] {
    layer = int(word($ends[row], 1)); y = real(word($ends[row], 2)); height = real(word($ends[row], 3))
    set arrow row from graph 1.003, first y to graph 1.027, first height nohead \
        linewidth 0.6 linecolor rgb (layer < 0 ? of_pretrained : faint)
    if (layer < 0) {
        set label sprintf('pretrained %.2f', y) at graph 1.035, first height textcolor rgb of_pretrained
    } else {
        set label sprintf('layer %d', layer) at graph 1.035, first height textcolor palette cb layer
    }
}
plot pretrained with lines linestyle 2, \
     $lines using 1:2:3 with linespoints linewidth 1.6 pointtype 7 pointsize 0.45 linecolor palette
