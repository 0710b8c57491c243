# drift_curves: losses of DocRep memories by epoch beside those that the public code's author reported.
height = 560
load style
load data

eval headline('Losses while a DocRep memory is trained, beside those reported', \
    sprintf('colour: here, after layer %d, τ = %g; grey: reported, Pythia-1B on WikiText-103, τ = 4.5', layer, tau))
eval further(sprintf('a line''s end: documents; k = %d, vectors stay as they start, negatives are other documents', k))
set logscale xy
set xrange [1 : epochs * 2.6]
set xtics (1, 10, 100) add
set format y '%g'
phi(panel) = word($columns[panel + 1], 1)
name(panel) = sprintf('%s, α = %s', phi(panel) eq 'tanh' ? 'tanh' : 'ReLU', word($columns[panel + 1], 2))
paint(panel) = phi(panel) eq 'tanh' ? of_tanh : of_relu
of_line(panel, i) = word($lines[i], 1) eq 'here' ? paint(panel) : '#999999'

set multiplot
do for [row = 0:1] {
    set tmargin at screen 1 - up(130 + 224 * row)
    set bmargin at screen 1 - up(280 + 224 * row)
    low = row ? least : lowest; high = row ? most : highest
    set yrange [low / 1.3 : high * 1.3]
    if (row) { set xlabel 'epoch' offset 0, 0.75 }
    do for [panel = 0:columns - 1] {
        set lmargin at screen across(52 + 184 * panel)
        set rmargin at screen across(212 + 184 * panel)
        if (panel) { set format y '' } else { set format y '%g' }
        counted = row ? 'what the forgetting loss adds (nats a token)' : 'loss on the text (nats a token)'
        set label 90 (panel ? '' : counted) at graph 0, graph 1 offset 0, 1.9 left
        set label 80 name(panel) at graph 0, graph 1 offset 0, 0.7 textcolor rgb faint
        first = int(word($columns[panel + 1], 3)); last = int(word($columns[panel + 1], 4))
        array y[last - first + 1]
        do for [i = 1:|y|] { y[i] = log10(real(word($lines[first + i - 1], 4 + row))) }
        gap = 0.11 * log10(high / low * 1.69); fixed = -99
        @keep_apart
        do for [i = 1:|y|] {
            set label i word($lines[first + i - 1], 2) at first epochs * 1.15, first 10 ** y[i] \
                textcolor rgb of_line(panel, first + i - 1)
        }
        plot for [i = first:last] $curves index i - 1 using 1:(column(row + 2)) with lines linewidth 1.3 \
            linecolor rgb of_line(panel, i)
        do for [j = 91:93] { unset label j }
    }
}
unset multiplot
