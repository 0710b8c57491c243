# base_model: the loss of the answer letters while the shipped base model was trained.
load style
load data

eval headline('How the base model learned to answer', \
    sprintf('mean over the claims of each kind, %d steps; guessing among three: %.2f', last, log(3)))
eval above('loss of the answer letter (nats)')
set xrange [0 : last]
set yrange [0 : 1.15]
set format y '%.1f'
set format x '%.0f'
set xtics 200 * ceil(last / 1000.0)
set xlabel 'step'

# Names stand at the lines' ends, moved apart where they would touch. The held-out claims are what the
# memories are asked.
array name[5] = ['known entities', 'new, nothing told', 'new, page in context', \
    'new, some sentences', 'pages under study']
array colour[5] = [of_memory, faint, of_one, of_two, of_pretrained]
array thick[5] = [1.3, 1.3, 1.3, 1.3, 2.2]
array y[5]
do for [i = 1:5] { y[i] = real(word($curves[|$curves|], i + 1)) }
gap = 0.05; fixed = -1
@keep_apart
do for [i = 1:5] {
    set label name[i] at graph 1.02, first y[i] textcolor rgb colour[i]
}
set rmargin at screen across(444)
plot log(3) with lines linestyle 3, \
     for [i = 1:5] $curves using 1:(column(i + 1)) with lines linewidth thick[i] \
         linecolor rgb colour[i]
