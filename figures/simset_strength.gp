# simset_strength: loss and accuracy as masks grow from soft to hard.
load style
load data

eval headline('What harder masks cost and bring', \
    sprintf('%d documents, %d claims; %s memory after block %d; bars, band: 95 %% intervals', \
    documents, claims, variant, layer))
array colour[4] = [green, purple, blue, sky]
array mark[4] = [4, 9, 7, 13]
array height[|$ends| + 1]
shift(i) = 0.012 * (i - 0.5 * (|$ends| + 1))
set xrange [-0.06 : 1.06]
set xtics 0.25
set xlabel 'strength of the masks; 0: no allocation'
set tmargin at screen 0.78
set multiplot

# Left: the loss.
set lmargin at screen 0.09
set rmargin at screen 0.42
room = 0.06 * (loss_high - loss_low)
set yrange [loss_low - room : loss_high + room]
digits = loss_high - loss_low > 0.5 ? '%.1f' : '%.2f'
set format y digits
set label 13 sprintf('loss (nats a token); pretrained %.2f', pretrained_loss) \
    at graph 0, graph 1.06 left textcolor rgb ink
plot for [i = 1:|$ends|] $loss index (i - 1) using ($1 + shift(i)):2 with lines \
         linewidth 1.4 linecolor rgb colour[i] dashtype i, \
     for [i = 1:|$ends|] $loss index (i - 1) using ($1 + shift(i)):2:3:4 with yerrorbars \
         linewidth 1 linecolor rgb colour[i] pointtype mark[i] pointsize 0.8

# Right: the accuracy; each line is named at its end, clear of the others.
unset label 91; unset label 92
set lmargin at screen 0.50
set rmargin at screen 0.83
bottom = min2(lowest, pretrained_low); top = max2(highest, pretrained_high)
room = 0.06 * (top - bottom)
set yrange [bottom - room : top + room]
set format y '%.2f'
set label 13 'accuracy of the chosen letter' at graph 0, graph 1.06 left
gap = 0.05 * (top - bottom + 2 * room)
do for [i = 1:|$ends|] { height[i] = real(word($ends[i], 3)) }
height[|$ends| + 1] = pretrained
do for [pass = 1:20] { do for [i = 1:|$ends|] { do for [j = 1:|$ends| + 1] {
    near = height[i] - height[j]
    if (i != j && abs(near) < gap) { height[i] = height[j] + (near >= 0 ? gap : -gap) }
} } }
do for [i = 1:|$ends|] {
    set label 20 + i word($ends[i], 1) at graph 1.03, first height[i] textcolor rgb colour[i]
}
eval note(pretrained, 'pretrained', orange)
plot '+' using 1:(pretrained_low):(pretrained_high) with filledcurves \
         fillcolor rgb orange fillstyle transparent solid 0.13 noborder, \
     pretrained with lines linestyle 2, \
     for [i = 1:|$ends|] $accuracy index (i - 1) using ($1 + shift(i)):2 with lines \
         linewidth 1.4 linecolor rgb colour[i] dashtype i, \
     for [i = 1:|$ends|] $accuracy index (i - 1) using ($1 + shift(i)):2:3:4 with yerrorbars \
         linewidth 1 linecolor rgb colour[i] pointtype mark[i] pointsize 0.8
unset multiplot
