# layer_accuracy: claims answered correctly with a memory after each layer, beside the pretrained model.
load style
load data

bottom = min2(lowest, pretrained_low); top = max2(highest, pretrained_high)
near = majority > bottom - 0.6 * (top - bottom) # else it is told in words, and the axis is for the rest
if (near) bottom = min2(majority, bottom)
gap = 0.036 * (top - bottom)
memory_label = at_last >= pretrained ? max2(at_last, pretrained + 3.6 * gap) \
                                     : min2(at_last, pretrained - 2 * gap)
step = 1 + int((last - first) / 16)

eval headline('Claims answered correctly, by the layer the memory follows', \
    sprintf('%d claims, %d seeds, after epoch %d; bars and band are 95 %% intervals', \
    claims, seeds, epoch))
if (!near) eval further(sprintf('always the commonest label: %.3f', majority)); \
    set tmargin at screen 1 - up(112)
eval above('accuracy of the chosen letter')
set xrange [first - 0.6 : last + 0.6]
set yrange [bottom - gap : top + gap]
set ytics top - bottom > 0.25 ? 0.1 : top - bottom > 0.08 ? 0.05 : 0.02
set xtics first, step
set format y '%.2f'
set xlabel 'layer'
set rmargin at screen across(456)

eval note(pretrained, sprintf('pretrained %.3f', pretrained), of_pretrained)
if (near) set label sprintf('always the commonest label: %.3f', majority) at graph 0.99, first majority \
    offset 0, 0.7 right textcolor rgb faint
eval note(memory_label, 'with a memory;', of_memory)
eval note(memory_label - 1.6 * gap, 'dots: seeds', of_memory)

plot '+' using 1:(pretrained_low):(pretrained_high) with filledcurves \
         fillcolor rgb of_band fillstyle solid noborder, \
     pretrained with lines linestyle 2, \
     near ? majority : NaN with lines linestyle 3, \
     $seeds using ($1 + 0.2 + 0.08 * $2):3 with points pointtype 7 pointsize 0.4 \
         linecolor rgb of_memory_pale, \
     $layers using 1:2:3:4 with yerrorbars linestyle 1
