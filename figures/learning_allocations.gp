# learning_allocations: what is stored and what is answered while memories with and without structure are trained.
height = 400
load style
load data
if (!asked) { load 'figures/unasked.plot'; exit }

named(name) = name eq 'none' ? 'no structure' : name eq 'random' ? 'random entries' : 'SimSet-'.name[8:]
eval headline('Storing and answering while memories are trained, by allocation', \
    sprintf('%d documents, %d claims, %d seeds each; bars and band are 95 %% intervals', nll_n, choice_accuracy_n, seeds))
set multiplot
set tmargin at screen 1 - up(118)
set xrange [-0.6 : epochs + 0.8]
set xlabel 'epoch'
shift(i) = 0.16 * (i - 0.5 * (lines - 1))

set lmargin at screen across(48)
set rmargin at screen across(240)
eval above('loss (nats a token)')
room = 0.06 * (max2(highest, nll) - lowest)
set yrange [lowest - room : max2(highest, nll) + room]
set format y '%g'
gap = 0.075 * (max2(highest, nll) - lowest)
fixed = nll
array y[|$ends|]
do for [i = 1:|$ends|] { y[i] = real(word($ends[i], 2)) }
@keep_apart
set label 10 'pretrained' at graph 1.03, first nll textcolor rgb of_pretrained
do for [i = 1:|$ends|] {
    set label 10 + i named(word($ends[i], 1)) at graph 1.03, first y[i] textcolor rgb of_allocation(word($ends[i], 1))
}
plot nll with lines linestyle 2, \
    for [i = 0:lines - 1] $loss index i using ($1 + shift(i)):2:3:4 with yerrorlines linewidth 1.3 \
        linecolor rgb of_allocation(word($ends[i + 1], 1)) pointtype mark_of(word($ends[i + 1], 1)) pointsize 0.75

do for [j = 10:10 + |$ends|] { unset label j }; do for [j = 91:92] { unset label j }
set lmargin at screen across(396)
set rmargin at screen across(588)
eval above('claims answered correctly')
room = 0.06 * (most - least)
set yrange [min2(least, choice_accuracy_low) - room : max2(most, choice_accuracy_high) + room]
set format y '%.2f'; set ytics 0.02
plot '+' using 1:(choice_accuracy_low):(choice_accuracy_high) with filledcurves \
        fillcolor rgb of_band fillstyle solid noborder, \
    choice_accuracy with lines linestyle 2, \
    for [i = 0:lines - 1] $accuracy index i using ($1 + shift(i)):2:3:4 every ::1 with yerrorlines linewidth 1.3 \
        linecolor rgb of_allocation(word($ends[i + 1], 1)) pointtype mark_of(word($ends[i + 1], 1)) pointsize 0.75
unset multiplot
