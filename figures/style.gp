# style.gp: what every figure shares; figures.mk sets `format` (png, small, svg, pdf or gif), `data`,
# `output`.
#
# A picture is 600 units wide, and its letters 14: 5.6 points in a column of 8.5 cm. What an axis counts
# stands above it, unturned; names stand beside what they name; the grid is thin and grey.

font_name = 'Open Sans'
width = 600; if (!exists('height')) height = 420
letters = format eq 'svg' ? 14 : 10.5   # in what the terminal measures letters
if (format eq 'svg') \
    set terminal svg size width, height font sprintf('%s,%g', font_name, letters) enhanced \
        background 'white'; \
else if (format eq 'pdf') \
    set terminal pdfcairo size width / 96.0, height / 96.0 font sprintf('%s,%g', font_name, letters) \
        fontscale 0.75 linewidth 1.8 pointscale 0.75 dashlength 0.7 enhanced; \
else if (format eq 'small') \
    set terminal pngcairo size width, height font sprintf('%s,%g', font_name, letters) fontscale 1 \
        linewidth 1 pointscale 1 dashlength 0.9 enhanced background 'white'; \
else \
    set terminal pngcairo size 2*width, 2*height font sprintf('%s,%g', font_name, letters) fontscale 2 \
        linewidth 2 pointscale 2 dashlength 0.9 enhanced background 'white'
set output output
set encoding utf8
set minussign
set datafile separator tab
set datafile missing 'NaN'
sized(share) = sprintf('%s,%g', font_name, share * letters)
across(x) = 1.0 * x / width; up(y) = 1.0 * y / height    # of the screen

# One colour for one thing, in every figure; all are dark enough for letters on white. Those of one
# figure differ in lightness or in their marks too, so that they are told apart in grey, and in
# hue along blue and yellow, which all eyes see.
ink = '#222222'; faint = '#666666'; rule = '#d9d9d9'
of_pretrained = '#c44e00'; of_band = '#f6e4d8'                            # no memory
of_memory = '#0072b2'; of_memory_pale = '#8cbcdb'; of_gated = '#222222'; of_gated_pale = '#a0a0a0'
of_one = '#00805e'; of_two = '#83317a'; of_chance = '#7a6a3a'             # SimSet-1, SimSet-2, random
of_tanh = '#332288'; of_relu = '#c2476f'
of_raising = '#8f6a00'; of_raising_pale = '#e3d3a2'                       # as the ends of cividis
of_lowering = '#00224e'; of_lowering_pale = '#a9b4c8'

# Layers: viridis (van der Walt and Smith) without its light end.
set palette maxcolors 256 defined ( \
    0.0 '#440154', 0.2 '#46307e', 0.4 '#365c8d', 0.6 '#277f8e', 0.8 '#1c8f7c', 1.0 '#4a9d3f' )
unset colorbox

set style line 1 linecolor rgb of_memory linewidth 1.6 pointtype 7 pointsize 0.8
set style line 2 linecolor rgb of_pretrained linewidth 1.4
set style line 3 linecolor rgb faint linewidth 1.2 dashtype '.'
set style line 4 linecolor rgb of_gated linewidth 1.3 pointtype 4 pointsize 0.8
set style line 9 linecolor rgb rule linewidth 0.6
# tanh: discs, ReLU: triangles; filled: linear, open: mlp.
set style line 11 linecolor rgb of_tanh linewidth 1.4 pointtype 7 pointsize 0.75
set style line 12 linecolor rgb of_tanh linewidth 1.2 pointtype 6 pointsize 0.75 dashtype '-'
set style line 13 linecolor rgb of_relu linewidth 1.4 pointtype 9 pointsize 0.85
set style line 14 linecolor rgb of_relu linewidth 1.2 pointtype 8 pointsize 0.85 dashtype '-'

set border 3 linecolor rgb faint linewidth 0.7
set tics nomirror out scale 0.5 textcolor rgb ink
set xtics offset 0, 0.35
set xlabel offset 0, 0.75
set grid noxtics ytics back linestyle 9
unset key
set bars 0.6
set lmargin at screen across(52)
set rmargin at screen across(472)
set tmargin at screen 1 - up(94)
set bmargin at screen up(54)

min2(a, b) = a < b ? a : b
max2(a, b) = a > b ? a : b

# A headline above a line that says what is counted, flush left: `eval headline(…)`.
headline(title, counted) = sprintf('set label 91 "{/:Bold*1.1 %s}" at screen across(12), ' \
    .'screen 1 - up(20); set label 92 "%s" at screen across(12), screen 1 - up(44) ' \
    .'textcolor rgb faint', title, counted)
# A second line of what is counted.
further(counted) = sprintf('set label 93 "%s" at screen across(12), screen 1 - up(64) ' \
    .'textcolor rgb faint', counted)
# What the vertical axis counts, above it.
above(text) = sprintf('set label 90 "%s" at graph 0, graph 1 offset 0, 0.8 left', text)
# A label right of the axes at height y.
note(y, text, colour) = sprintf('set label "%s" at graph 1.02, first %.9g textcolor rgb "%s"', \
    text, y, colour)
# A mark and its name, x units from the left and y from the top.
legend(tag, name, x, y, style, colour) = sprintf('set label %d "%s" at screen across(%g), ' \
    .'screen 1 - up(%g) point linestyle %d offset 0.8, -0.2 textcolor rgb "%s"', \
    tag, name, x, y, style, colour)
# Four of them in a row, for vectors by activation and selection.
vectors(y) = legend(21, 'tanh, linear', 60, y, 11, of_tanh).'; ' \
    .legend(22, 'tanh, mlp', 172, y, 12, of_tanh).'; ' \
    .legend(23, 'ReLU, linear', 268, y, 13, of_relu).'; '.legend(24, 'ReLU, mlp', 388, y, 14, of_relu)
# An allocation's colour and mark, by its name.
of_allocation(name) = name eq 'none' ? of_memory : strstrt(name, '1-') ? of_one \
    : strstrt(name, '2-') ? of_two : name eq 'random' ? of_chance : faint
mark_of(name) = name eq 'none' ? 7 : (strstrt(name, '1-') ? 4 : strstrt(name, '2-') ? 8 : 12) \
    + (strstrt(name, 'token') ? 1 : 0)
# Names at heights y[i] keep `gap` apart, and from `fixed`: `@keep_apart`, after setting the three.
keep_apart = 'do for [pass = 1:40] { do for [i = 1:|y|] { do for [j = 0:|y|] { ' \
    .'near = j ? y[i] - y[j] : y[i] - fixed; ' \
    .'if (i != j && abs(near) < gap) { ' \
    .'move = (near > 0 || (near == 0 && i > j) ? 1 : -1) * (gap - abs(near)); ' \
    .'y[i] = y[i] + (j ? move / 2 : move) } } } }'
