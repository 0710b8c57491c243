# bench_scaling: seconds and MiB that a first and a second memory take, by documents, their tokens, threads and
# memories at once; seconds a step of Slurm by steps in flight, where Slurm was.
load data
with_steps = exists('steps_x')
height = with_steps ? 1158 : 840
load style

eval headline('What a memory costs, and what the next one at the same layer', \
    'half as wide as Pythia-70M, after block 3 of 6, one epoch; first: prefix and training')
eval further(sprintf('%s; medians and ranges of %d rounds at most', processor, rounds))
# What leaves its straight line, and by how much: at the most tokens, at the most documents.
of_line(value, line) = real(value) / line
long = of_line(word($tokens[|$tokens|], 5), tokens_second_line(tokens_x))
many = of_line(word($documents[|$documents|], 5), documents_second_line(documents_x))
many_tokens = of_line(documents_tokens, documents_tokens_line(documents_x))
uniform = documents_tokens == documents_x * documents_longest
said(tag, text, y) = sprintf('set label %d "%s" at screen across(12), screen 1 - up(%g) ' \
    .'textcolor rgb faint', tag, text, y)
eval said(94, 'Dotted: a straight line by the three smallest (MiB: by all; threads, at once, steps: no loss).', 84)
eval said(95, sprintf('Of documents of %d tokens a second memory takes %.2f of it%s.', tokens_x, long, \
    long > 1.1 ? ', as attention is quadratic' : ''), 104)
eval said(96, uniform ? sprintf('Of %d documents it takes %.2f; all have %d tokens, not the lengths of real pages.', \
        documents_x, many, documents_longest) \
    : sprintf('Of %d real pages, up to %d tokens long, %.2f: their tokens are %.2f of their own line.', \
        documents_x, documents_longest, many, many_tokens), 124)
if (!with_steps) \
    eval said(97, 'Without Slurm: 60 steps in flight were not measured.', 144)
set format y '%g'
set style line 21 linecolor rgb ink linewidth 1.4 pointtype 6 pointsize 0.7
set style line 22 linecolor rgb of_memory linewidth 1.4 pointtype 7 pointsize 0.7
set style line 23 linecolor rgb of_one linewidth 1.4 pointtype 5 pointsize 0.6
set multiplot

# The last value of a column of a data block.
last(block, c) = real(word(block, c))
# $(panel): its place, in columns from the left and rows from the top; what is drawn once is drawn.
panel = 'top_of = up(row < 4 ? 192 + 220 * (row - 1) : 950); set tmargin at screen 1 - top_of; ' \
    .'set bmargin at screen 1 - top_of - up(136); ' \
    .'set lmargin at screen across(column == 1 ? 40 : 332); set rmargin at screen across(column == 1 ? 238 : 530)'
of_documents = uniform ? sprintf('documents of %d tokens', documents_longest) \
    : sprintf('real pages, %.0f tokens each on average', 1.0 * documents_tokens / documents_x)
# Names at the lines' ends, moved apart where they would touch.
array y[2]
names = 'eval "y[1] = ends_first; y[2] = ends_second"; gap = 0.09 * top; fixed = -top; @keep_apart; ' \
    .'set label 21 "first" at graph 1.03, first y[1] textcolor rgb ink; ' \
    .'set label 22 "second" at graph 1.03, first y[2] textcolor rgb of_memory'
only_once = 'do for [tag = 91:97] { unset label tag }'

# Above: seconds.
row = 1; column = 1
eval panel
eval above('seconds')
top = documents_seconds
set xrange [0 : 1.04 * documents_x]; set yrange [0 : 1.08 * top]
set xtics 100; set xlabel of_documents
ends_first = last($documents[|$documents|], 2); ends_second = last($documents[|$documents|], 5)
eval names
plot documents_first_line(x) with lines linestyle 3, documents_second_line(x) with lines linestyle 3, \
     $documents using 1:2 with lines linestyle 21, $documents using 1:2:3:4 with yerrorbars linestyle 21, \
     $documents using 1:5 with lines linestyle 22, $documents using 1:5:6:7 with yerrorbars linestyle 22
eval only_once

column = 2
eval panel
top = tokens_seconds
set xrange [0 : 1.04 * tokens_x]; set yrange [0 : 1.08 * top]
set xtics 256; set xlabel 'tokens of each of 20 documents'
ends_first = last($tokens[|$tokens|], 2); ends_second = last($tokens[|$tokens|], 5)
eval names
plot tokens_first_line(x) with lines linestyle 3, tokens_second_line(x) with lines linestyle 3, \
     $tokens using 1:2 with lines linestyle 21, $tokens using 1:2:3:4 with yerrorbars linestyle 21, \
     $tokens using 1:5 with lines linestyle 22, $tokens using 1:5:6:7 with yerrorbars linestyle 22

# Middle: memory.
hundreds(top) = top > 300 ? 'set ytics 100' : 'set ytics autofreq'
unset label 21; unset label 22
row = 2; column = 1
eval panel
eval above('MiB of the largest process, mapped files included')
set xrange [0 : 1.04 * documents_x]; set yrange [0 : 1.08 * documents_mib]; eval hundreds(documents_mib)
set xtics 100; set xlabel of_documents
plot documents_mib_line(x) with lines linestyle 3, $documents using 1:8 with lines linestyle 23, \
     $documents using 1:8:9:10 with yerrorbars linestyle 23
column = 2
eval panel
unset label 90
set xrange [0 : 1.04 * tokens_x]; set yrange [0 : 1.08 * tokens_mib]; eval hundreds(tokens_mib)
set xtics 256; set xlabel 'tokens of each of 20 documents'
plot tokens_mib_line(x) with lines linestyle 3, $tokens using 1:8 with lines linestyle 23, \
     $tokens using 1:8:9:10 with yerrorbars linestyle 23

# Below: the processor's cores, by threads of one program or by programs; a straight line is what none would lose.
row = 3; column = 1
eval panel
eval above('seconds a memory')
top = max2(threads_seconds, jobs_seconds)
set xrange [0.8 : threads_x + 0.2]; set yrange [0 : 1.08 * top]
set xtics 1; set ytics autofreq; set xlabel 'threads of one program'
ends_first = last($threads[|$threads|], 2); ends_second = last($threads[|$threads|], 5)
eval names
share(first, x) = first / x
plot share(last($threads[1], 2), x) with lines linestyle 3, share(last($threads[1], 5), x) with lines linestyle 3, \
     $threads using 1:2 with lines linestyle 21, $threads using 1:2:3:4 with yerrorbars linestyle 21, \
     $threads using 1:5 with lines linestyle 22, $threads using 1:5:6:7 with yerrorbars linestyle 22
column = 2
eval panel
unset label 90
set xrange [0.8 : jobs_x + 0.2]
set xlabel 'memories made at once, one thread each'
ends_first = last($jobs[|$jobs|], 2); ends_second = last($jobs[|$jobs|], 5)
eval names
plot share(last($jobs[1], 2), x) with lines linestyle 3, share(last($jobs[1], 5), x) with lines linestyle 3, \
     $jobs using 1:2 with lines linestyle 21, $jobs using 1:2:3:4 with yerrorbars linestyle 21, \
     $jobs using 1:5 with lines linestyle 22, $jobs using 1:5:6:7 with yerrorbars linestyle 22

# At the foot, both axes logarithmic: steps that do nothing but sleep.
if (with_steps) {
    row = 4; column = 1
    eval panel
    set lmargin at screen across(52); set rmargin at screen across(510)
    unset label 21; unset label 22
    eval above('seconds a step of Slurm')
    eval said(91, 'Idle steps of Slurm; its controller, nodes and srun share these cores.', 842)
    eval said(92, sprintf('It starts and ends %.0f a second at most; those of 1 s lose a tenth %s.', steps_rate, \
        exists('steps_lose') ? sprintf('from %d in flight', steps_lose) : 'nowhere'), 862)
    lasts(s) = s < 3600 ? sprintf('%.1f s', s) : sprintf('%.1f h', s / 3600)
    eval said(93, sprintf('With %d in flight each takes %.1f s longer: %.2g %% of the time of a mean step', \
        steps_x, steps_longer, 100 * share_tiny), 882)
    eval said(94, sprintf('of tiny (%s), %.1g %% of one of llama2-7b-chat (%s on these cores).', lasts(plan_tiny), \
        100 * share_llama2_7b_chat, lasts(plan_llama2_7b_chat)), 902)
    set logscale xy
    set xrange [0.95 : 1.05 * steps_x]; set yrange [0.3 / steps_rate : 1.5 * steps_seconds]
    set xtics (1, 2, 4, 8, 16, 30, 60); set ytics (0.01, 0.1, 1); set format y '%g'
    set xlabel 'steps in flight'
    set label 21 'of no length' at first steps_x, first last($steps[|$steps|], 2) offset 0.8, -0.4 textcolor rgb ink
    set label 22 'of 1 s' at first steps_x, first last($steps[|$steps|], 5) offset 0.8, 0.4 textcolor rgb of_memory
    plot share(last($steps[1], 2), x) with lines linestyle 3, share(last($steps[1], 5), x) with lines linestyle 3, \
         $steps using 1:2 with lines linestyle 21, $steps using 1:2:3:4 with yerrorbars linestyle 21, \
         $steps using 1:5 with lines linestyle 22, $steps using 1:5:6:7 with yerrorbars linestyle 22
}
unset multiplot
