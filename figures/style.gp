# style.gp: what every figure shares; figures.mk sets `format` (png or svg), `data`, `output`.
#
# Fonts and sizes; a colour-blind-safe palette (Okabe and Ito, https://jfly.uni-koeln.de/color/) for
# kinds and viridis for ordered layers; a thin grey grid; labels beside what they name.

font_name = 'Open Sans'
width = 760; height = 475            # in CSS pixels; a PNG has twice as many each way
if (format eq 'svg') \
    set terminal svg size width, height font font_name.',13' enhanced background 'white'; \
else \
    set terminal pngcairo size 2*width, 2*height font font_name.',10' fontscale 2.05 \
        linewidth 2 pointscale 2 dashlength 1.4 enhanced background 'white'
set output output
set encoding utf8
set minussign
set datafile separator tab
set datafile missing 'NaN'

# Kinds.
ink = '#222222'; faint = '#6b6b6b'; rule = '#d9d9d9'
blue = '#0072B2'; orange = '#D55E00'; green = '#009E73'; purple = '#CC79A7'; sky = '#56B4E9'

# Ordered values in 0 … 1: viridis (van der Walt and Smith), its yellow end left out for white paper.
set palette maxcolors 256 defined ( \
    0.000 '#440154', 0.125 '#472d7b', 0.250 '#3b528b', 0.375 '#2c728e', \
    0.500 '#21918c', 0.625 '#28ae80', 0.750 '#5ec962', 1.000 '#a8c800' )
unset colorbox

set style line 1 linecolor rgb blue linewidth 1.6 pointtype 7 pointsize 0.8
set style line 2 linecolor rgb orange linewidth 1.4
set style line 3 linecolor rgb faint linewidth 1.2 dashtype '.'
set style line 9 linecolor rgb rule linewidth 0.6

set border 3 linecolor rgb faint linewidth 0.7
set tics nomirror out scale 0.5 textcolor rgb ink
set grid noxtics ytics back linestyle 9
unset key
set lmargin at screen 0.11
set rmargin at screen 0.80
set tmargin at screen 0.83
set bmargin at screen 0.14

min2(a, b) = a < b ? a : b
max2(a, b) = a > b ? a : b

# A headline above a line that says what is counted, flush left: `eval headline(…)`.
headline(title, counted) = sprintf('set label 91 "{/:Bold*1.2 %s}" at screen 0.02, screen 0.95; ' \
    .'set label 92 "%s" at screen 0.02, screen 0.89 textcolor rgb faint', title, counted)
# A label right of the axes at height y.
note(y, text, colour) = sprintf('set label "%s" at graph 1.02, first %.9g textcolor rgb "%s"', \
    text, y, colour)
