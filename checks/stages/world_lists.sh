#!/bin/bash
# world_lists: the embedded world's words become C whole, and a line that is none of theirs is told.
source "$(dirname "$0")/lib.bash"
mkdir -p "$folder/text"

# made FILE...: C of these lists, in $folder/made.
made() { awk -f data/world/lists.awk "$@" >"$folder/made" 2>"$folder/said"; }

# whole: every line of every list of the shipped files is in the C, each list with its end.
whole() {
    made data/world/*.txt && awk '
        FNR == 1 { files++ }
        files < 4 && /^== / { lists++ }
        files < 4 && !/^(#|==| |$)/ { lines++ }
        files == 4 && /^(static )?const / { begun++ }
        files == 4 && /^    ("|\{")/ { made++ }
        files == 4 && /^    (NULL|\{NULL.*\}),$/ { getline; ended += $0 == "};" }
        END { if (lines < 600 || made != lines || begun != lists || ended != lists)
                  print lists " lists of " lines " lines; in C " begun ", " ended " ended, of " made }
        ' data/world/*.txt "$folder/made" >"$folder/differences"
    none "$folder/differences"
}

# told TEXT PLACE WHAT: lists that hold the text are refused in one line, which says so of this place.
told() {
    printf "$1" >"$folder/text/bad.txt"
    made "$folder/text/bad.txt"
    [ $? -eq 1 ] && [ "$(wc -l <"$folder/said")" -eq 1 ] &&
        grep -q "^docmem: lists: $folder/text/bad.txt:$2: .*$3.*; " "$folder/said" || { cat "$folder/said"; false; }
}

check 'three files of lists' test "$(ls data/world/*.txt | wc -l)" -eq 3
check 'all lines of all lists' whole
printf '== words\na none b|\n    c\n' >"$folder/text/good.txt"
check 'a line goes on' made "$folder/text/good.txt"
check 'in one text' grep -q '^    {"a", KEY_NONE, "b|c"},$' "$folder/made"
check 'a heading of no list' told '== film worded\n' 1 'is no heading'
check 'a heading without its kind' told '== facts\n' 1 'is no heading'
check 'a line before any heading' told '\n{S} is old\n' 2 'stands under no heading'
check 'a fact of no key' told '== film facts\nyear age 100 @0-0\n' 2 'is no fact'
check 'a fact told more often than always' told '== film facts\nyear era 101 @0-0\n' 2 'is no fact'
check 'a fact without a pattern' told '== film facts\nyear era 100\n' 2 'is no fact'
check 'a word list without a key' told '== words\nmonth May|June\n' 2 'is no word list'
check 'a quotation mark' told '== film never\n{S} is "old"\n' 2 'has a quotation mark'
finish
