# simset_accuracy: claims answered correctly by allocation and layer, beside the pretrained model.
load style
load data

bottom = min2(lowest, pretrained_low); top = max2(highest, pretrained_high)
room = 0.05 * (top - bottom)
set yrange [bottom - room : top + room]
set ytics top - bottom > 0.25 ? 0.1 : 0.05
set format y '%.2f'
set tmargin at screen 0.78
set bmargin at screen 0.19
set style line 4 linecolor rgb green linewidth 1.6 pointtype 4 pointsize 0.9
set multiplot

# Left: by allocation, at the layer of most cells.
eval headline('Claims answered correctly, by allocation and by layer', \
    sprintf('%d claims; memories trained on the documents; bars and band are 95 %% intervals', \
    claims))
set lmargin at screen 0.10
set rmargin at screen 0.58
set xrange [0.5 : count + 0.5]
eval ticks
set xtics rotate by -35 left offset -0.6, 0
set ylabel 'accuracy of the chosen letter' offset 1, 0
# The variants differ by colour and by mark.
set label 11 sprintf('plain, %d runs', plain_runs) at graph 0.02, graph 1.05 left \
    textcolor rgb blue point linestyle 1 offset 1, 0
set label 12 sprintf('norm+gate, %d runs', gated_runs) at graph 0.32, graph 1.05 left \
    textcolor rgb green point linestyle 4 offset 1, 0
set label 13 sprintf('after block %d', layer) at graph 1, graph 1.05 right textcolor rgb faint
plot '+' using 1:(pretrained_low):(pretrained_high) with filledcurves \
         fillcolor rgb orange fillstyle transparent solid 0.13 noborder, \
     pretrained with lines linestyle 2, \
     $plain using ($1 - 0.13):2:3:4 with yerrorbars linestyle 1, \
     $gated using ($1 + 0.13):2:3:4 with yerrorbars linestyle 4

# Right: by layer; each line is named at its end.
unset label 11; unset label 12; unset label 91; unset label 92; unset ylabel
set label 13 'plain, by layer' at graph 0.5, graph 1.05 center
set lmargin at screen 0.62
set rmargin at screen 0.85
set format y ''
set xtics norotate autojustify offset 0, 0
set xtics first, 1 + int((last - first) / 8)
set xlabel 'layer'
set xrange [first - 0.4 : last + 0.4]
array colour[7] = [blue, green, purple, sky, ink, faint, orange]
array mark[7] = [7, 4, 9, 13, 2, 3, 1]
eval note(pretrained, 'pretrained', orange)
# Names keep apart from each other and from the pretrained model's.
gap = 0.05 * (top - bottom + 2 * room)
array height[|$ends| + 1]
do for [i = 1:|$ends|] { height[i] = real(word($ends[i], 3)) }
height[|$ends| + 1] = pretrained
do for [pass = 1:20] { do for [i = 1:|$ends|] { do for [j = 1:|$ends| + 1] {
    near = height[i] - height[j]
    if (i != j && abs(near) < gap) { height[i] = height[j] + (near >= 0 ? gap : -gap) }
} } }
do for [i = 1:|$ends|] {
    set label 20 + i word($ends[i], 1) at graph 1.02, first height[i] textcolor rgb colour[i]
}
shift(i) = 0.09 * (i - 0.5 * (|$ends| + 1))
plot '+' using 1:(pretrained_low):(pretrained_high) with filledcurves \
         fillcolor rgb orange fillstyle transparent solid 0.13 noborder, \
     pretrained with lines linestyle 2, \
     for [i = 1:|$ends|] $layers index (i - 1) using ($1 + shift(i)):2 with lines \
         linewidth 1.4 linecolor rgb colour[i] dashtype i, \
     for [i = 1:|$ends|] $layers index (i - 1) using ($1 + shift(i)):2:3:4 with yerrorbars \
         linewidth 1 linecolor rgb colour[i] pointtype mark[i] pointsize 0.7
unset multiplot
