# table.awk: lays out a table (tabs between columns, a header first) in the width of the terminal.
#
#   awk -v width=80 -v color=1 -f stages/show/table.awk
#
# Cells wrap at blanks, the widest column first, until the table fits; one that cannot goes on below,
# its first column repeated. Columns of numbers stand right. Widths count characters of UTF-8.

BEGIN { FS = "\t"; GAP = 2 }
{ for (i = 1; i <= NF; i++) cell[NR, i] = $i; if (NF > columns) columns = NF }
END {
    for (i = 1; i <= columns; i++) measure(i)
    while ((total = sum(1, columns)) > width && (i = widest(columns)))
        wide[i] = shrunk(i, wide[i] - (total - width))
    for (first = 1; first <= columns; first = last + 1) {
        last = first
        while (last < columns && sum(first, last + 1) <= width) last++
        show(first, last)
        if (last < columns) print ""
    }
}

function size(text) { gsub(/[\200-\277]/, "", text); return length(text) }
function max(a, b) { return a > b ? a : b }

# A column's natural width, its longest word, and whether it holds numbers.
function measure(i,    row, n, word, j) {
    number[i] = 1
    for (row = 1; row <= NR; row++) {
        if (row > 1) {
            wide[i] = max(wide[i], size(cell[row, i]))
            if (cell[row, i] !~ /^([-+]?[0-9.,]+(e[-+]?[0-9]+)?)?$/) number[i] = 0
        }
        n = split(cell[row, i], word, " ")
        for (j = 1; j <= n; j++) least[i] = max(least[i], size(word[j]))
    }
    wide[i] = max(wide[i], least[i])
}

# The width of columns `from` to `to`, the first before them.
function sum(from, to,    i, total) {
    total = from > 1 ? wide[1] + GAP : 0
    for (i = from; i <= to; i++) total += wide[i] + (i > from ? GAP : 0)
    return total
}

function widest(n,    i, best) {
    for (i = 1; i <= n; i++)
        if (wide[i] > least[i] && (!best || wide[i] > wide[best])) best = i
    return best
}

# One narrower than now, at least as its longest word, and no narrower than the next to wrap.
function shrunk(i, wanted,    j, next_wide) {
    for (j = 1; j <= columns; j++)
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
    if (text ~ /^ *supported *$/) return "\033[32m" text "\033[0m"
    if (text ~ /^ *contradicted *$/) return "\033[31m" text "\033[0m"
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
