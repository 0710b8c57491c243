#!/bin/bash
# paper: no number is typed, every number is SQL's answer, and the pages hold all they name.
source "$(dirname "$0")/lib.bash"
if [[ $out == *-sanitize ]]; then
    echo 1..1
    echo 'ok 1 # SKIP sanitized runs make no paper'
    exit
fi
readonly database=${out%/*}/results.db numbers=$out/paper/numbers.org page=$out/paper/paper.html
readonly texts=(paper/paper.org paper/{representation_drift,memory_sign,layer_choice,simset_vs_unstructured}.org)
need "$database" "$numbers" "$page" "$out"/paper/paper.{tex,pdf} "${texts[@]}"

# ask [OPTION...] [SQL]: as the Makefile asks.
ask() {
    sqlite3 -batch -bail -readonly "$database" -cmd ".parameter set :profile \"'${out##*/}'\"" \
        -cmd 'create temp table the as select :profile as profile' "$@"
}

# typed FILE...: digits that stand in an abstract, a result or a verdict. Numbers come as macros;
# names of claims and code may have digits, and so may settings that a line starting with #+ makes.
typed() {
    awk 'FNR == 1 { on = 0 }
         /^\*/ { on = /^\*+ (Result|Verdict)/ }
         /^#\+begin_abstract/ { on = 1 }
         /^#\+end_abstract/ { on = 0 }
         on && !/^#\+(name|attr|include|begin|end)/ {
             line = $0
             gsub(/\{\{\{[^}]*\}\}\}|\[\[[^]]*\]\]|\[fn:[^]]*\]|=[^=]*=|~[^~]*~|<[^>]*>/, "", line)
             gsub(/(^|[^A-Za-z0-9])C[0-9]+/, "", line)
             seen++
             if (line ~ /[0-9]/) { print "difference: " FILENAME ":" FNR ": " $0; bad = 1 }
         }
         END { if (!seen) print "difference: no result was found"; exit bad || !seen }' "$@"
}

# defined FILE...: every macro that the texts use is a number or one of their own.
defined() {
    sed -n 's/^#+macro: \([^ ]*\) .*/\1/p' "$numbers" "$1" | sort >"$folder/defined"
    [ "$(uniq -d <"$folder/defined")" = '' ] || { echo 'difference: a macro comes twice'; return 1; }
    grep -oh '{{{[^}(]*' "$@" | tr -d '{' | sort -u | comm -13 "$folder/defined" - >"$folder/undefined"
    none "$folder/undefined"
}

# fresh FILE: the numbers are what the query says now.
fresh() {
    ask -tabs <paper/numbers.sql | sed 's/\t/ /; s/^/#+macro: /' >"$folder/fresh"
    same "$folder/fresh" "$1"
}

# recounted FILE: some of the numbers by another route: counts of predictions, rows of verdict.
recounted() {
    ask -separator ' ' <"$here/paper.sql" >"$folder/recounted" || return 2
    same "$folder/recounted" <(sed -n 's/^#+macro: //p' "$1" |
        awk 'NR == FNR { wanted[$1]; next } $1 in wanted' "$folder/recounted" - |
        awk 'NR == FNR { line[$1] = $0; next } { print line[$1] }' - "$folder/recounted")
}

# told FILE: the page says of every claim what the database does.
told() {
    ask "select '<b>' || claim || ' is ' || verdict || '</b>' from verdict where profile = :profile
        and part = '' and claim like 'C%' order by cast(substr(claim, 2) as integer)" >"$folder/verdicts"
    [ "$(wc -l <"$folder/verdicts")" = 20 ] || { echo 'difference: not all claims have a verdict'; return 1; }
    grep -oE '<b>C[0-9]+ is [a-z]+</b>' "$1" | sort -t C -k 2n >"$folder/told"
    same "$folder/verdicts" "$folder/told"
}

# whole FILE: the page holds every picture that its texts name, and asks for nothing from elsewhere.
whole() {
    local path i=0
    [ -s "$1" ] || { echo "difference: $1 is absent"; return 1; }
    grep -o '<img src="[^"]*' "$1" | sed 's/<img src="//' >"$folder/images"
    cat "${texts[@]}" | grep -oE '\.\./figures/[a-z_0-9]+\.[a-z]+' | sed "s|^\.\.|$out|" | sort >"$folder/named"
    [ -s "$folder/named" ] || { echo 'difference: the texts name no picture'; return 1; }
    while read -r path; do
        i=$((i + 1))
        sed -n "${i}s/^data:image\/[a-z]*;base64,//p" "$folder/images" | base64 -d | sha256sum
    done <"$folder/named" | sort >"$folder/found"
    while read -r path; do sha256sum <"$path"; done <"$folder/named" | sort >"$folder/wanted"
    same "$folder/wanted" "$folder/found" || return
    [ "$(wc -l <"$folder/images")" = "$(wc -l <"$folder/named")" ] ||
        { echo 'difference: other pictures than the texts name'; return 1; }
    sed 's/data:image[^"]*//g' "$1" |
        grep -niE '<(script .|link|iframe|object)|@import|url\(|src="http|file:|fetch\(' | cut -c 1-200 >"$folder/outside"
    none "$folder/outside"
}

# linked FILE: what links name is there, once; every picture has words in its place; every number that
# the texts use leads to its query, and back.
linked() {
    sed 's/data:image[^"]*//g' "$1" >"$folder/bare"
    grep -oE ' id="[^"]*' "$folder/bare" | sed 's/.*"//' | sort >"$folder/ids"
    {
        uniq -d "$folder/ids" | sed 's/$/: is there twice/'
        grep -oE ' href="[^"]*' "$folder/bare" | sed 's/.*="//' | sort -u | grep -vE '^(#|https://)' | sed 's/$/: leads out/'
        grep -oE ' href="#[^"]*' "$folder/bare" | sed 's/.*#//' | sort -u | comm -23 - <(uniq "$folder/ids") |
            sed 's/$/: is not there/'
        grep -oE '<img [^>]*>' "$folder/bare" | grep -vE 'alt="[^"]+"'
        grep -v '^#+' "${texts[@]}" | grep -ohE '\{\{\{[A-Za-z0-9_-]+\}\}\}' | tr -d '{}' | sort -u |
            sed 's/.*/n-&\nu-&/' | sort | comm -23 - <(uniq "$folder/ids") | sed 's/$/: a number without its trace/'
    } >"$folder/unlinked"
    [ -s "$folder/ids" ] && none "$folder/unlinked"
}

# traced: what the page says a number rests on is what `trace` finds.
traced() {
    "$bin/trace" --result drift-tanh --profile "${out##*/}" --database "$database" --programs "$bin" |
        sed -n 's/^  \(.*\), row \([0-9]*\)$/\1 \2/p' >"$folder/rows"
    same "$folder/rows" <(sed -n '/id="n-drift-tanh"/,/<\/div>/p' "$1" | sed -n 's/.*rests on //p' |
        sed 's/<[^>]*>//g; s/, and more rows//' |
        awk -F ', rows ' '{ n = split($2, row, ", "); for (i = 1; i <= n; i++) print $1, row[i] }')
}

# again: exporting and typesetting once more gives the same bytes.
again() {
    local made=$folder/paper
    rm -rf "$made"
    cp -r "$out/paper" "$made" && ln -sfn "$PWD/$out/tables" "$folder/tables" &&
        ln -sfn "$PWD/$out/figures" "$folder/figures" &&
        export_as html "$made/paper.org" "$made/paper.html" && cmp "$made/paper.html" "$page" &&
        export_as latex "$made/paper.org" "$made/paper.tex" && cmp "$made/paper.tex" "$out/paper/paper.tex" &&
        paper/typeset "$made/paper.tex" && cmp "$made/paper.pdf" "$out/paper/paper.pdf"
}
export_as() { emacs -Q --batch -l paper/paper.el "$@"; }

# refuses 'what' 'words' COMMAND...: one line with the words, and status 1.
refuses() {
    local what=$1 words=$2 said status
    shift 2
    said=$("$@" 2>&1 >/dev/null)
    status=$?
    [ $status -eq 1 ] && [ "$(wc -l <<<"$said")" -eq 1 ] && [[ $said == 'docmem: paper: '*"$words"*\;* ]]
    tell $? "refuses $what" "status $status: $said"
}
to_macros() { printf '%b' "$1" | awk -f paper/numbers.awk; }

# broken 'sed command': exports the text after it; status 1 and nothing written is what is wanted.
broken() {
    local status
    sed "$1" "$folder/paper/paper.org" >"$folder/paper/broken.org"
    export_as html "$folder/paper/broken.org" "$folder/broken.html"
    status=$?
    [ -e "$folder/broken.html" ] && return 9
    return $status
}

check 'no digit is typed in a result' typed "${texts[@]}"
check 'every number that is used is defined' defined "${texts[@]}"
check 'every number is what its query says' fresh "$numbers"
check 'numbers are right by another route' recounted "$numbers"
check 'the page tells the verdicts of the database' told "$page"
check 'the page is whole and needs nothing else' whole "$page"
check 'its links lead somewhere' linked "$page"
check 'its numbers rest on what they are traced to' traced "$page"
check 'the PDF is one' cmp -n 5 "$out/paper/paper.pdf" <(echo %PDF-)
check 'the same bytes again' again

catches 'a typed digit' typed "$(planted paper/layer_choice.org '/^\*\* Result/a It is 0.72.')"
catches 'a typed digit in a verdict' typed "$(planted paper/layer_choice.org 's/^- {{{C12}}}/& by 3 layers/')"
catches 'a typed digit in a caption' typed "$(planted paper/layer_choice.org 's/^#+caption: Loss/& 1.04/')"
catches 'a number without a definition' defined "$(planted paper/paper.org 's/{{{documents}}}/{{{papers}}}/')"
catches 'a number that is out of date' fresh "$(planted "$numbers" 's/^\(#+macro: documents\) .*/\1 81/')"
catches 'another count' recounted "$(planted "$numbers" 's/^\(#+macro: questions\) .*/\1 7/')"
catches 'another accuracy' recounted \
    "$(planted "$numbers" 's/^\(#+macro: simset-plain-none-accuracy\) .*/\1 0.123/')"
catches 'another verdict' told "$(planted "$page" 's/<b>C12 is [a-z]*/<b>C12 is refuted/')"
catches 'a verdict that is missing' told "$(planted "$page" 's/<b>C13 is [a-z]*//')"
catches 'a picture of another run' whole "$(planted "$page" '0,/base64,iVBORw0KGgoAAAANSUhEUgAAB/s//&AA/')"
catches 'a picture that is not inside' whole "$(planted "$page" '0,/<img src="data[^"]*/s//<img src="a.png/')"
catches 'a link to nothing' linked "$(planted "$page" 's/ id="fig-drift"/ id="fig-drifts"/')"
catches 'a number without its trace' linked "$(planted "$page" 's/ id="n-drift-tanh"//')"
catches 'a link to a file' linked "$(planted "$page" '0,/href="#verdicts"/s//href="verdicts.html"/')"
catches 'two places of one name' linked "$(planted "$page" '0,/id="n-C1"/s//id="n-C2"/')"
catches 'a picture without words' linked "$(planted "$page" '0,/ alt="[^"]*"/s/ alt="[^"]*"//')"
catches 'another row' traced "$(planted "$page" '/id="n-drift-tanh"/,/<.div>/s/, rows [0-9]*/, rows 3/')"
catches 'a script from elsewhere' whole "$(planted "$page" 's/<body>/&<script src="https:x.js"><\/script>/')"

refuses 'a number without a value' "'b' has no value" to_macros 'a\t1\nb\t\n'
refuses 'a number given twice' "'a' has two values" to_macros 'a\t1\na\t2\n'
refuses 'a macro that is not defined' 'papers' broken 's/{{{profile}}}/{{{papers}}}/'
refuses 'a table that is not there' 'absent.org' broken 's|tables/claims.org|tables/absent.org|'
refuses 'a picture that is not there' 'absent.png' broken 's|figures/base_model.png|figures/absent.png|'
refuses 'a reference to nothing' 'fig-absent' broken '$a See [[fig-absent]].'
finish
