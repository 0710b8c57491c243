# simset_strength: loss and accuracy as masks grow from soft to hard.
height = 628
load style
load data
if (|$ends| == 0) { load 'figures/unasked.plot'; exit }

eval headline('What harder masks cost and bring', \
    sprintf('%d documents, %d claims; %s memory after block %d; bars, band: 95 %% intervals', \
    documents, claims, variant, layer))
shift(i) = 0.014 * (i - 0.5 * (|$ends| + 1))
name(i) = word($ends[i], 1)
set xrange [-0.06 : 1.06]
set xtics 0.25
set rmargin at screen across(470)
array y[|$ends|]
lines = 'for [i = 1:|$ends|] $%s index (i - 1) using ($1 + shift(i)):2 with lines ' \
    .'linewidth 1.3 linecolor rgb of_allocation(name(i)) dashtype i, ' \
    .'for [i = 1:|$ends|] $%s index (i - 1) using ($1 + shift(i)):2:3:4 with yerrorbars ' \
    .'linewidth 1.1 linecolor rgb of_allocation(name(i)) pointtype mark_of(name(i)) pointsize 0.75'
set multiplot

# Above: the loss. Each line is named at its end, clear of the others.
set tmargin at screen 1 - up(94)
set bmargin at screen 1 - up(302)
room = 0.06 * (loss_high - loss_low)
set yrange [loss_low - room : loss_high + room]
digits = loss_high - loss_low > 0.5 ? '%.1f' : '%.2f'
set format y digits
step = loss_high - loss_low > 0.5 ? 0.2 : 0.05
set ytics step
eval above(sprintf('loss (nats a token); pretrained %.2f', pretrained_loss))
gap = 0.09 * (loss_high - loss_low + 2 * room)
fixed = 1e9
do for [i = 1:|$ends|] { y[i] = real(word($ends[i], 2)) }
@keep_apart
do for [i = 1:|$ends|] {
    set label 20 + i name(i) at graph 1.015, first y[i] textcolor rgb of_allocation(name(i))
}
eval 'plot '.sprintf(lines, 'loss', 'loss')

# Below: the accuracy.
unset label 91; unset label 92
set tmargin at screen 1 - up(366)
set bmargin at screen 1 - up(572)
bottom = min2(lowest, pretrained_low); top = max2(highest, pretrained_high)
room = 0.06 * (top - bottom)
set yrange [bottom - room : top + room]
set format y '%.2f'
set ytics top - bottom > 0.25 ? 0.1 : top - bottom > 0.1 ? 0.05 : 0.02
set xlabel 'strength of the masks; 0: no allocation'
eval above('accuracy of the chosen letter')
gap = 0.09 * (top - bottom + 2 * room)
fixed = pretrained
do for [i = 1:|$ends|] { y[i] = real(word($ends[i], 3)) }
@keep_apart
do for [i = 1:|$ends|] {
    set label 20 + i name(i) at graph 1.015, first y[i] textcolor rgb of_allocation(name(i))
}
eval note(pretrained, 'pretrained', of_pretrained)
eval "plot '+' using 1:(pretrained_low):(pretrained_high) with filledcurves " \
    .'fillcolor rgb of_band fillstyle solid noborder, pretrained with lines linestyle 2, ' \
    .sprintf(lines, 'accuracy', 'accuracy')
unset multiplot
