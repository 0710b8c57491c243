# What a figure shows of a profile that did not ask for it.
set label 91 'This profile does not ask this.' at screen 0.5, screen 0.5 center textcolor rgb faint
unset border; unset xtics; unset ytics; unset grid
set xrange [0 : 1]; set yrange [0 : 1]
plot '+' using (0.5):(0.5) with points pointsize 0 linecolor rgb 'white'
