# table.awk: lays out a table (tabs between columns, a header first) in the width of the terminal.
#
#   awk -v width=80 -v color=1 -f stages/show/table.awk
#
# Cells wrap at blanks, the widest column first, until the table fits; intervals and other short words
# stay whole where they can. A table that cannot fit goes on below, its first column repeated, or the
# rows' numbers where that column does not tell them apart. Columns of numbers stand right. Widths count
# characters of UTF-8.

BEGIN { FS = "\t"; GAP = 2 }
{ for (i = 1; i <= NF; i++) cell[NR, i] = $i; if (NF > columns) columns = NF }
END {
    for (whole = 22; whole >= 0; whole -= 22) { # first with short cells whole
        for (i = 1; i <= columns; i++) measure(i)
        if (sum(1, columns, least) <= width) break
    }
    if (whole < 0) {
        if (!tells_apart()) number_rows()
        whole = 22
        for (i = 1; i <= columns; i++) measure(i)
    }
    for (first = 1; first <= columns; first = last + 1) {
        last = first
        while (last < columns && sum(first, last + 1, least) <= width) last++
        fit(first, last)
        show(first, last)
        if (last < columns) print ""
    }
}

function size(text) { gsub(/[\200-\277]/, "", text); return length(text) }
function max(a, b) { return a > b ? a : b }

# Whether the first column differs in all rows; and a first column that does.
function tells_apart(    row, seen) {
    for (row = 2; row <= NR; row++) if (seen[cell[row, 1]]++) return 0
    return 1
}
function number_rows(    row, i) {
    for (row = 1; row <= NR; row++) {
        for (i = columns; i >= 1; i--) cell[row, i + 1] = cell[row, i]
        cell[row, 1] = row == 1 ? "row" : row - 1
    }
    columns++
}

# A column's natural width, its least, which is that of its longest word and of cells that stay whole,
# and whether it holds numbers.
function measure(i,    row, n, word, j) {
    number[i] = 1
    wide[i] = least[i] = 0
    for (row = 1; row <= NR; row++) {
        if (row > 1) {
            wide[i] = max(wide[i], size(cell[row, i]))
            if (cell[row, i] !~ /^([-+]?[0-9.,]+(e[-+]?[0-9]+)?)?$/) number[i] = 0
        }
        if (size(cell[row, i]) <= (row > 1 ? whole : 6)) least[i] = max(least[i], size(cell[row, i]))
        n = split(cell[row, i], word, " ")
        for (j = 1; j <= n; j++) least[i] = max(least[i], size(word[j]))
    }
    wide[i] = max(wide[i], least[i])
}

# The width of columns `from` to `to`, the first before them, each as `how` tells.
function sum(from, to, how,    i, total) {
    total = from > 1 ? how[1] + GAP : 0
    for (i = from; i <= to; i++) total += how[i] + (i > from ? GAP : 0)
    return total
}

# Makes these columns as narrow as they must be, the widest first.
function fit(from, to,    i, total) {
    while ((total = sum(from, to, wide)) > width && (i = widest(from, to)))
        wide[i] = shrunk(i, wide[i] - (total - width), from, to)
}

function widest(from, to,    i, best) {
    for (i = 1; i <= to; i++)
        if ((i == 1 || i >= from) && wide[i] > least[i] && (!best || wide[i] > wide[best])) best = i
    return best
}

# One narrower than now, no narrower than its least, nor than the next to wrap.
function shrunk(i, wanted, from, to,    j, next_wide) {
    for (j = from; j <= to; j++)
        if (j != i && wide[j] > least[j]) next_wide = max(next_wide, wide[j])
    wanted = max(max(wanted, least[i]), next_wide)
    return wanted < wide[i] ? wanted : wide[i] - 1
}

# Splits a cell into lines of the column's width; how many.
function wrap(row, i,    n, word, j, lines) {
    n = split(cell[row, i], word, " ")
    lines = 1
    line[i, 1] = ""
    for (j = 1; j <= n; j++)
        if (line[i, lines] == "") line[i, lines] = word[j]
        else if (size(line[i, lines] " " word[j]) <= wide[i]) line[i, lines] = line[i, lines] " " word[j]
        else line[i, ++lines] = word[j]
    return lines
}

function paint(text) {
    if (!color) return text
    if (text ~ /^ *holds( here)? *$/) return "\033[32m" text "\033[0m"
    if (text ~ /^ *fails( here)? *$/) return "\033[31m" text "\033[0m"
    return text
}

function pad(text, i,    blanks) {
    blanks = sprintf("%*s", wide[i] - size(text), "")
    return paint(number[i] ? blanks text : text blanks)
}

function dashes(n,    text) { while (n-- > 0) text = text "-"; return text }

# Wraps the cells of a row of the columns shown, into lines[]; how many lines the highest has.
function height(row, first, last, lines,    i, high) {
    for (i = 1; i <= last; i++)
        if (i == 1 || i >= first) { lines[i] = wrap(row, i); high = max(high, lines[i]) }
    return high
}

function show(first, last,    row, i, k, lines, high, out, tall) {
    for (row = 2; row <= NR; row++) tall = max(tall, height(row, first, last, lines))
    for (row = 1; row <= NR; row++) {
        high = height(row, first, last, lines)
        if (row > 2 && tall > 2) print ""
        for (k = 1; k <= high; k++) {
            out = first > 1 ? pad(k <= lines[1] ? line[1, k] : "", 1) sprintf("%*s", GAP, "") : ""
            for (i = first; i <= last; i++)
                out = out pad(k <= lines[i] ? line[i, k] : "", i) (i < last ? sprintf("%*s", GAP, "") : "")
            sub(/ +$/, "", out)
            print row == 1 && color ? "\033[1m" out "\033[0m" : out
        }
        if (row == 1) {
            out = first > 1 ? dashes(wide[1]) sprintf("%*s", GAP, "") : ""
            for (i = first; i <= last; i++)
                out = out dashes(wide[i]) (i < last ? sprintf("%*s", GAP, "") : "")
            print out
        }
    }
}
