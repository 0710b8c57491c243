# learning_elsewhere: what longer training does to the pages stored, to other pages, and to the answers.
height = 400
load style
load data
if (!asked) { load 'figures/unasked.plot'; exit }

eval headline('Longer training: pages stored, pages never seen, and answers', \
    sprintf('memories after block %d, %d seeds; %d claims; bars and band are 95 %% intervals', layer, seeds, claims))
eval further(sprintf('%d other pages, which the memories were not trained on: intervals over seeds', pages))
set multiplot
set tmargin at screen 1 - up(130)
set xrange [-0.6 : epochs + 0.8]
set xlabel 'epoch'

set lmargin at screen across(48)
set rmargin at screen across(240)
eval above('loss (nats a token)')
room = 0.06 * (highest - lowest)
set yrange [lowest - room : highest + room]
set format y '%g'
set label 11 'never seen' at graph 1.03, first other_end textcolor rgb of_two
set label 12 'stored' at graph 1.03, first study_end textcolor rgb of_memory
set label 13 'pretrained' at graph 1.03, first study_start textcolor rgb of_pretrained
set style line 24 linecolor rgb of_two linewidth 1.4 pointtype 9 pointsize 0.85
plot study_start with lines linestyle 2, other_start with lines linestyle 2, \
    $other using 1:2:3:4 with yerrorlines linestyle 24, \
    $study using 1:2:3:4 with yerrorlines linestyle 1

do for [j = 11:13] { unset label j }; do for [j = 91:93] { unset label j }
set lmargin at screen across(396)
set rmargin at screen across(588)
eval above('claims answered correctly')
room = 0.06 * (most - least)
set yrange [least - room : most + room]
set format y '%.2f'; set ytics 0.02
set label 10 'pretrained' at graph 0.98, first accuracy_start right offset 0, 0.6 front textcolor rgb of_pretrained
plot '+' using 1:(accuracy_low):(accuracy_high) with filledcurves \
        fillcolor rgb of_band fillstyle solid noborder, \
    accuracy_start with lines linestyle 2, \
    $accuracy using 1:2:3:4 every ::1 with yerrorlines linestyle 1
unset multiplot
