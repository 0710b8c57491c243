# base_model: the loss of the answer letters while the shipped base model was trained.
load style
load data

eval headline('How the base model learned to answer', \
    sprintf('mean loss of the answer letters while training, %d steps; guessing among three: 1.10', last))
set xrange [0 : last]
set yrange [0.4 : 1.15]
set format y '%.1f'
set format x '%.0f'
set xlabel 'step'
set ylabel 'loss of the letter (nats)' offset 1, 0

# Names stand at the lines' ends, moved apart where they would touch.
array name[4] = ['known entities', 'new, nothing told', 'new, facts in context', 'held out: pages under study']
array colour[4] = [blue, orange, green, purple]
array height[4]
do for [i = 1:4] { height[i] = real(word($curves[|$curves|], i + 1)) }
gap = 0.036
do for [pass = 1:8] {
    do for [i = 1:4] {
        do for [j = 1:4] {
            near = height[i] - height[j]
            if (i != j && abs(near) < gap && (near > 0 || (near == 0 && i < j))) {
                height[i] = height[i] + (gap - near) / 2; height[j] = height[j] - (gap - near) / 2
            }
        }
    }
}
do for [i = 1:4] {
    set label name[i] at graph 1.02, first height[i] textcolor rgb colour[i]
}
set rmargin at screen 0.72
plot log(3) with lines linestyle 3, \
     for [i = 1:4] $curves using 1:(column(i + 1)) with lines linewidth 1.6 linecolor rgb colour[i]
