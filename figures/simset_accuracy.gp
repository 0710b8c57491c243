# simset_accuracy: claims answered correctly by allocation and layer, beside the pretrained model.
height = 628
load style
load data

bottom = min2(lowest, pretrained_low); top = max2(highest, pretrained_high)
room = 0.05 * (top - bottom)
set yrange [bottom - room : top + room]
set ytics top - bottom > 0.25 ? 0.1 : 0.05
set format y '%.2f'
set multiplot

# Above: by allocation, at the layer of most cells.
eval headline('Claims answered correctly, by allocation and by layer', \
    sprintf('%d claims; memories trained on the documents; bars and band are 95 %% intervals', \
    claims))
eval above(sprintf('accuracy of the chosen letter, after block %d', layer))
set rmargin at screen across(478)
set tmargin at screen 1 - up(120)
set bmargin at screen 1 - up(322)
set xrange [0.5 : count + 0.5]
eval ticks
smaller = sized(0.88); usual = sized(1)
set xtics font smaller # names stand side by side
# The variants differ by colour and by mark.
eval legend(11, sprintf('plain, %d runs', plain_runs), 62, 74, 1, of_memory)
eval legend(12, sprintf('norm+gate, %d runs', gated_runs), 192, 74, 4, of_gated)
set label 14 'pretrained' at graph 1.015, first pretrained textcolor rgb of_pretrained
plot '+' using 1:(pretrained_low):(pretrained_high) with filledcurves \
         fillcolor rgb of_band fillstyle solid noborder, \
     pretrained with lines linestyle 2, \
     $plain using ($1 - 0.12):2:3:4 with yerrorbars linestyle 1, \
     $gated using ($1 + 0.12):2:3:4 with yerrorbars linestyle 4

# Below: by layer; each line is named at its end, clear of the others and of the pretrained model's.
if (|$ends| == 0) { unset multiplot; exit } # no plain memories after several blocks
do for [j = 11:12] { unset label j }; unset label 91; unset label 92
eval above('plain memories, by layer')
set tmargin at screen 1 - up(400)
set bmargin at screen 1 - up(572)
set xtics first, 1 + int((last - first) / 12) font usual
set xlabel 'layer'
set xrange [first - 0.4 : last + 0.4]
gap = 0.09 * (top - bottom + 2 * room)
fixed = pretrained
array y[|$ends|]
do for [i = 1:|$ends|] { y[i] = real(word($ends[i], 3)) }
@keep_apart
do for [i = 1:|$ends|] {
    name = word($ends[i], 1)
    shown = strstrt('12', name[1:1]) ? 'SimSet-'.name : name
    set label 20 + i shown at graph 1.015, first y[i] textcolor rgb of_allocation(name)
}
shift(i) = 0.11 * (i - 0.5 * (|$ends| + 1))
named(i) = word($ends[i], 1)
plot '+' using 1:(pretrained_low):(pretrained_high) with filledcurves \
         fillcolor rgb of_band fillstyle solid noborder, \
     pretrained with lines linestyle 2, \
     for [i = 1:|$ends|] $layers index (i - 1) using ($1 + shift(i)):2 with lines \
         linewidth 1.2 linecolor rgb of_allocation(named(i)) dashtype i, \
     for [i = 1:|$ends|] $layers index (i - 1) using ($1 + shift(i)):2:3:4 with yerrorbars \
         linewidth 1.1 linecolor rgb of_allocation(named(i)) pointtype mark_of(named(i)) pointsize 0.75
unset multiplot
