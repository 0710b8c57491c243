# bench_scaling: seconds and MiB that a first and a second memory take, by documents, their tokens, threads and
# memories at once.
height = 780
load style
load data

eval headline('What a memory costs, and what the next one at the same layer', \
    'half as wide as Pythia-70M, after block 3 of 6, one epoch; first: prefix and training')
eval further(sprintf('medians and ranges of %d; dotted: a straight line by the three smallest (MiB: by all)', rounds))
of_line(value, line) = real(value) / line # how much what bends takes of its straight line
set label 94 sprintf('second: %.2f of that line at %d tokens, %.2f at %d documents; bottom, dotted: no loss', \
    of_line(word($tokens[|$tokens|], 5), tokens_second_line(tokens_x)), tokens_x, \
    of_line(word($documents[|$documents|], 5), documents_second_line(documents_x)), documents_x) \
    at screen across(12), screen 1 - up(84) textcolor rgb faint
set label 95 sprintf('%s; more at once (60 steps of Slurm) were not measured.', processor) \
    at screen across(12), screen 1 - up(104) textcolor rgb faint
set format y '%g'
set style line 21 linecolor rgb ink linewidth 1.4 pointtype 6 pointsize 0.7
set style line 22 linecolor rgb of_memory linewidth 1.4 pointtype 7 pointsize 0.7
set style line 23 linecolor rgb of_one linewidth 1.4 pointtype 5 pointsize 0.6
set multiplot

# The last value of a column of a data block.
last(block, c) = real(word(block, c))
# $(panel): its place, in columns from the left and rows from the top; what is drawn once is drawn.
panel = 'set lmargin at screen across(column == 1 ? 40 : 332); set rmargin at screen across(column == 1 ? 238 : 530); ' \
    .'set tmargin at screen 1 - up(row == 1 ? 152 : row == 2 ? 372 : 592); ' \
    .'set bmargin at screen 1 - up(row == 1 ? 288 : row == 2 ? 508 : 728)'
# Names at the lines' ends, moved apart where they would touch.
array y[2]
names = 'eval "y[1] = ends_first; y[2] = ends_second"; gap = 0.09 * top; fixed = -top; @keep_apart; ' \
    .'set label 21 "first" at graph 1.03, first y[1] textcolor rgb ink; ' \
    .'set label 22 "second" at graph 1.03, first y[2] textcolor rgb of_memory'
only_once = 'unset label 91; unset label 92; unset label 93; unset label 94; unset label 95'

# Above: seconds.
row = 1; column = 1
eval panel
eval above('seconds')
top = documents_seconds
set xrange [0 : 1.04 * documents_x]; set yrange [0 : 1.08 * top]
set xtics 100; set xlabel 'documents of 64 tokens'
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
unset label 21; unset label 22
row = 2; column = 1
eval panel
eval above('MiB of the largest process, mapped files included')
set xrange [0 : 1.04 * documents_x]; set yrange [0 : 1.08 * documents_mib]
set xtics 100; set xlabel 'documents of 64 tokens'
plot documents_mib_line(x) with lines linestyle 3, $documents using 1:8 with lines linestyle 23, \
     $documents using 1:8:9:10 with yerrorbars linestyle 23
column = 2
eval panel
unset label 90
set xrange [0 : 1.04 * tokens_x]; set yrange [0 : 1.08 * tokens_mib]
set xtics 256; set xlabel 'tokens of each of 20 documents'
plot tokens_mib_line(x) with lines linestyle 3, $tokens using 1:8 with lines linestyle 23, \
     $tokens using 1:8:9:10 with yerrorbars linestyle 23

# Below: the processor's cores, by threads of one program or by programs; a straight line is what none would lose.
row = 3; column = 1
eval panel
eval above('seconds a memory')
top = max2(threads_seconds, jobs_seconds)
set xrange [0.8 : threads_x + 0.2]; set yrange [0 : 1.08 * top]
set xtics 1; set xlabel 'threads of one program'
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
unset multiplot
