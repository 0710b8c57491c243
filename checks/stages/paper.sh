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

# typed FILE...: digits that stand in the findings, a result or a verdict. Numbers come as macros; names of
# claims, code and Llama 2 may have digits, and so may settings that a line starting with #+ makes.
typed() {
    awk 'FNR == 1 { on = 0 }
         /^\*+ / { on = /^\*+ (Result|Verdict|The question|한국어)/ }
         on && !/^#\+(name|attr|include|begin|end|toc)/ {
             line = $0
             gsub(/\{\{\{[^}]*\}\}\}|\[\[[^]]*\]\]|\[fn:[^]]*\]|=[^=]*=|~[^~]*~|<[^>]*>/, "", line)
             gsub(/(^|[^A-Za-z0-9])C[0-9]+|Llama 2/, "", line)
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

# linked_numbers FILE en|ko: the numbers of the findings, a line `FINDING<TAB>NAME<TAB>TEXT` each, of the Korean page or the other.
linked_numbers() {
    sed 's/data:image[^"]*//g; s/−/-/g; s/&#xa0;/ /g' "$1" | awk -v wanted="$2" '
        /class="korean"/ { korean = 1 }
        /<div class="findings"/ { finding = 0 }
        /<div class="finding"/ { finding++ }
        /<h2/ { if (korean && finding) exit; if (!korean) finding = 0 }
        finding && (wanted == "ko") == (korean == 1) {
            line = $0
            while (match(line, /href="#n-[^"]*">[^<]*<\/a>/)) {
                text = substr(line, RSTART + 9, RLENGTH - 13)
                line = substr(line, RSTART + RLENGTH)
                name = text
                sub(/".*/, "", name)
                sub(/^[^>]*>/, "", text)
                print finding "\t" name "\t" text
            }
        }'
}

# found FILE: the verdict of each finding on the English page is that of the table of claims, its effect and interval
# that of the claim's row there or of one of the claim's parts.
found() {
    linked_numbers "$1" en | awk -F '\t' '{ claim = $2; sub(/-.*/, "", claim); what = $2; sub(/^[^-]*-/, "", what) }
        what == "last" && !($1 in of) { of[$1] = claim }
        claim == of[$1] { shown[$1, what] = $3 }
        END { for (i = 1; i in of; i++) print of[i] "|" shown[i, "verdict"] "|" shown[i, "effect"] "|" \
            (shown[i, "low"] == "–" ? "" : shown[i, "low"] " to " shown[i, "high"]) }' | sed 's/|–|/||/' >"$folder/shown"
    [ "$(wc -l <"$folder/shown")" = 5 ] || { echo 'difference: there are not five findings'; return 1; }
    awk -F ' *[|] *' 'FILENAME ~ /shown$/ { split($0, part, "|"); verdict[part[1]] = part[2]; effect[part[1]] = part[3] "|" part[4] }
        FILENAME ~ /claims.org$/ && $2 in verdict { told[$2] = $4; if ($7 "|" $8 == effect[$2]) seen[$2] }
        FILENAME ~ /parts.org$/ && $4 == "decides" && $6 "|" $7 == effect[$2] { seen[$2] }
        END { for (claim in verdict) {
            if (told[claim] != verdict[claim]) print "difference: " claim " is " told[claim] ", shown " verdict[claim]
            if (!(claim in seen)) print "difference: " claim " has no effect " effect[claim] } }' \
        "$folder/shown" "$out/tables/claims.org" "$out/tables/parts.org" >"$folder/differences"
    none "$folder/differences"
}

# translated FILE: the Korean page has the numbers of the English one, and its verdicts by the list of words.
translated() {
    linked_numbers "$1" en >"$folder/english"
    linked_numbers "$1" ko >"$folder/korean"
    [ -s "$folder/korean" ] || { echo 'difference: no number is Korean'; return 1; }
    same <(digits "$folder/english") <(digits "$folder/korean") || return
    awk -F '\t' 'NR == FNR { split($0, word, ","); korean[word[1]] = word[2]; next }
        $2 ~ /-verdict$/ { english = $3; key = ""
            if (sub(/^depends on /, "", english)) { key = korean[english]; english = "depends on" }
            print $1 "\t" $2 "\t" key korean[english] }' paper/korean.csv "$folder/english" >"$folder/verdicts"
    same "$folder/verdicts" <(sed -n 's/-verdict-ko\t/-verdict\t/p' "$folder/korean")
}
# Of each linked number its name, without the language, and its digits.
digits() { awk -F '\t' '{ sub(/-ko$/, "", $2); gsub(/[^-+.0-9]+/, " ", $3); gsub(/ [.+-]* |^ | $/, " ", $3)
    gsub(/^ +| +$/, "", $3) } $3 ~ /[0-9]/ { print $1, $2, $3 }' "$1" | sort; }

# worded FILE: what the findings' claims may measure or depend on is all in the list of Korean words.
worded() {
    awk '/^claim / { on = $2 ~ /^C(1|9|14|16|18)$/ } /^  part / { put() }
         on && /^    measured / { text = $0; sub(/^ *measured /, "", text) }
         /^    beside/ { text = "" } /^claim / { put() }
         on && /^  vary / { for (i = 2; i <= NF; i++) { key = $i; sub(/[=>].*/, "", key); print key } }
         function put() { if (text) print text; text = "" } END { put() }' paper/claims.rules |
        sort -u >"$folder/wanted"
    [ -s "$folder/wanted" ] || { echo 'difference: the rules of the findings measure nothing'; return 1; }
    sed -E 's/^"([^"]*)".*/\1/; t; s/,.*//' "$1" | sort -u | comm -13 - "$folder/wanted" >"$folder/unworded"
    none "$folder/unworded"
}

# as_set FILE: the rate and epochs in the sentences are the profile's.
as_set() {
    same <(awk 'FNR == NR { for (i = 1; i < NF; i++) if ($i == "--lr") print "memory-rate", $(i + 1) + 0; next }
            { print "memory-epochs", $1 + 0 }' "$out/settings/MEMORIZE" "$out/settings/EPOCHS_document") \
        <(sed -n 's/^#+macro: \(memory-[a-z]*\)/\1/p' "$1" | sort -r)
}

# told FILE: the page says of every claim what the database does.
told() {
    ask "select '<b>' || claim || ' ' || iif(verdict glob '* *' and verdict not glob 'not *', '', 'is ') || verdict ||
        '</b>' from verdict where profile = :profile and role = 'claim' and half = 'confirmatory'
        and claim like 'C%' order by cast(substr(claim, 2) as integer)" >"$folder/verdicts"
    [ "$(wc -l <"$folder/verdicts")" = 20 ] || { echo 'difference: not all claims have a verdict'; return 1; }
    grep -oE '<b>C[0-9]+ [a-z ]+</b>' "$1" | sort -t C -k 2n >"$folder/told"
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
check 'the findings say what the table of claims says' found "$page"
check 'the Korean page has the same numbers, and the same verdicts by its words' translated "$page"
check 'every word that it may need is listed' worded paper/korean.csv
check 'the settings told are the settings made with' as_set "$numbers"
check 'the page is whole and needs nothing else' whole "$page"
check 'its links lead somewhere' linked "$page"
check 'its numbers rest on what they are traced to' traced "$page"
check 'page one holds the five findings: the next part begins page two' \
    grep -qF '\contentsline {section}{\numberline {2}' <(grep -F '{2}{section.2}' "$out/paper/paper.draft.toc")
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
catches 'another verdict' told "$(planted "$page" 's/<b>C12 [a-z ]*/<b>C12 is refuted/')"
catches 'a verdict that is missing' told "$(planted "$page" 's/<b>C13 [a-z ]*//')"
catches 'another effect in a finding' found "$(planted "$page" '0,/href="#n-C1-effect">/s//&9/')"
catches 'another verdict in a finding' found "$(planted "$page" '0,/href="#n-C14-verdict">[a-z ]*/s//href="#n-C14-verdict">refuted/')"
catches 'another number on the Korean page' translated "$(planted "$page" '/class="korean"/,$s/href="#n-C9-low">/&9/')"
catches 'another verdict on the Korean page' translated "$(planted "$page" 's/href="#n-C16-verdict-ko">[^<]*/href="#n-C16-verdict-ko">성립/')"
catches 'a Korean word that is missing' worded "$(planted paper/korean.csv '/^relative drift/d')"
catches 'another rate' as_set "$(planted "$numbers" 's/^\(#+macro: memory-rate\) .*/\1 0.001/')"
catches 'a digit typed into a finding' typed "$(planted paper/paper.org 's/Middle layers store best/& by 3/')"
catches 'a digit typed into the Korean page' typed "$(planted paper/paper.org 's/^[*]구조적인 메모리는/& 3개의/')"
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
