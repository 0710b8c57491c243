#!/bin/bash
# bench_tools: our side of the bench does its jobs, so that `make bench`, which wants PyTorch and a quiet
# machine, does not find out that it cannot.
source "$(dirname "$0")/lib.bash"
readonly model=data/base texts=$folder/texts.safetensors start=$folder/start.safetensors
field() { sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" $model/config.json; }

# job WORDS...: what bench-ours replies to one request, "go 2 4": seconds, operations and values.
job() { printf 'go 2 4\nend\n' | "$bin/bench-ours" "$@" --encoded "$texts" --model $model; }
# replies VALUES WORDS...: a time, operations and so many values, then the largest memory.
replies() {
    local values=$1
    shift
    job "$@" >"$folder/said"
    awk -v values="$values" 'NR == 1 { if ($1 != "ready") exit 1 }
        NR == 2 { if (!($1 > 0 && $2 > 0 && NF - 2 == values)) exit 1 }
        NR == 3 { if (!($1 > 1000)) exit 1 } END { exit NR != 3 }' "$folder/said" ||
        { sed 's/^/difference: /' "$folder/said"; return 1; }
}

check 'a corpus is drawn' "$bin/bench-data" --vocabulary "$(field vocab_size)" --width "$(field hidden_size)" --documents 4 \
    --claims 8 --longest 60 --steps 4 --out "$texts" --start "$start"
check 'and a start for one that is there' "$bin/bench-data" --encoded "$texts" --width "$(field hidden_size)" --steps 4 \
    --start "$folder/again.safetensors"
check 'which is the same' cmp "$start" "$folder/again.safetensors"
check 'its prefix' "$bin/prefix" --model $model --encoded "$texts" --layers 2 --out "$folder/prefix.safetensors"
check 'blocks forward' replies 0 forward --layer 2
readonly memory=(--prefix "$folder/prefix.safetensors" --start "$start" --layer 2)
check 'two steps of training, a loss each' replies 2 memorize "${memory[@]}"
check 'four prompts answered' replies 4 answer "${memory[@]}"
check 'and freely' replies 4 answer "${memory[@]}" --tokenizer $model/tokenizer.json
check 'a start with norm and gate' "$bin/bench-data" --encoded "$texts" --width "$(field hidden_size)" --steps 4 \
    --variant norm-gate --start "$start"
check 'trained as such' replies 2 memorize "${memory[@]}"
product() { printf 'go 64\nend\n' | DOCMEM_ENGINE=$1 "$bin/bench-ours" product --columns 128 --inner 128 >"$folder/said"; }
# engine PATTERN: the product was multiplied, and said which engine it was on.
engine() {
    awk -v pattern="$1" 'NR == 1 { exit $0 !~ "^ready " pattern }' "$folder/said" && [ "$(wc -l <"$folder/said")" -eq 3 ] ||
        { sed 's/^/difference: /' "$folder/said"; return 1; }
}
product float32
check 'a product on the engine in force' engine OpenBLAS
catches 'another engine' engine bf16
if product bf16 2>/dev/null; then check 'and on bf16' engine bf16
else echo "ok $((++number)) - and on bf16 # SKIP this machine has no bf16 engine"; fi

# The curves: documents as long as other ones, evenly spread over them; idle steps; what the figure is told.
readonly other=$folder/other.safetensors
draw() { "$bin/bench-data" --vocabulary 4096 --width 8 --start "$folder/again.safetensors" "$@" >"$folder/said"; }
lengths() { draw --lengths "$other" --out "$folder/lengths.safetensors" "$@"; }
ends() { tensor "$1" document.offset; }
# as_long FILE DOCUMENT...: its documents are as long as these of the corpus, and that was said.
as_long() {
    same <(tail -n +2 "$folder/said.lengths") <(ends "$1" | awk 'NR > 1 { print $1 - last } { last = $1 }')
}
wanted_lengths() {
    ends "$other" | awk -v of="$1" 'NR > 1 { length_of[NR - 2] = $1 - last } { last = $1 }
        END { n = split(of, document, " ")
            for (i = 1; i <= n; i++) { l = length_of[document[i]]; all += l; if (l > most) most = l; line[i] = l }
            print all, most; for (i = 1; i <= n; i++) print line[i] }' >"$folder/said.lengths"
}
told_lengths() { same <(head -n 1 "$folder/said.lengths") "$folder/said"; }
check 'a corpus of many lengths' draw --documents 4 --shortest 2 --longest 900 --out "$other"
wanted_lengths '0 1 2 3'
check 'documents as long as other ones' lengths --documents 4 --seed 2
check 'have their lengths' as_long "$folder/lengths.safetensors"
check 'which are told' told_lengths
wanted_lengths '0 2'
check 'fewer are spread over them' lengths --documents 2
check 'evenly' as_long "$folder/lengths.safetensors"
wanted_lengths '0 1'
catches 'the first ones' as_long "$folder/lengths.safetensors"
refused() { ! lengths --documents 5 2>"$folder/said" && grep -q 'no more than --lengths has' "$folder/said"; }
check 'more than there are is refused' refused

mkdir -p "$folder/starter"
printf '%s\n' '#!/bin/bash' 'exec "${@:4}"' >"$folder/starter/srun" && chmod +x "$folder/starter/srun"
check 'idle steps' env PATH="$(realpath "$folder/starter"):$PATH" checks/bench/steps "$folder/steps.csv" 'Some Xeon' 1 8
# of_a_second FILE: eight in flight, each of a second, have an eighth of it and a little; those of no length less.
of_a_second() {
    awk -F, '{ seen[$4] = $5; if ($1 != "steps" || $2 != 8 || $3 != 1 || $6 != "\"Some Xeon\"") bad = 1 }
        END { if (!bad && NR == 2 && seen[1] >= 0.125 && seen[0] > 0 && seen[0] < seen[1]) exit
            print "difference: " seen[0] " " seen[1]; exit 1 }' "$1"
}
check 'take their time' of_a_second "$folder/steps.csv"
sed 's/,1,0[.][0-9]*,/,1,0.1249,/' "$folder/steps.csv" >"$folder/hasty.csv"
catches 'steps that are shorter than they are' of_a_second "$folder/hasty.csv"

mkdir -p "$folder/curves/checks/bench"
{
    echo panel,x,round,kind,value,processor
    for x in 1 2 3 10; do
        for kind in first second mib; do
            for round in 1 2 3; do echo "documents,$x,$round,$kind,$((x * x + round - 2)),Some Xeon"; done
        done
        printf '%s\n' "documents,$x,1,tokens,$((7 * x)),Some Xeon" "documents,$x,1,longest,$((x + 7)),Some Xeon"
    done
    printf 'steps,%s,Some Xeon\n' 1,1,0,0.04 1,1,1,1.04 8,1,0,0.02 8,1,1,0.15 60,1,0,0.02 60,1,1,0.04
    echo plan,10,1,tiny,3.6,Some Xeon
} >"$folder/curves/checks/bench/scaling.csv"
readonly question=$PWD/figures/bench_scaling.sql
query() { (cd "$folder/curves" && command sqlite3 -batch -bail -init /dev/null :memory: <"$question" >told); }
has() { grep -qxF "$1" "$folder/curves/told" || { echo "difference: no $1"; cat "$folder/curves/told"; return 1; }; }
check 'the curves are read' query
check 'medians and ranges' has "10	100	99	101	100	99	101	100	99	101"
check 'a straight line by the three smallest' has 'documents_first_line(x) = 4.66667 + 4 * (x - 2)'
check 'of tokens too' has 'documents_tokens_line(x) = 14 + 7 * (x - 2)'
check 'the longest document' has 'documents_longest = 17'
check 'how much longer a step of Slurm takes, how many a second' has 'steps_longer = 1.4; steps_rate = 50'
check 'where a tenth is lost' has 'steps_lose = 8'
check 'and the share of a longer one' has 'plan_tiny = 3.6; share_tiny = 0.28'
catches 'another one' has 'plan_tiny = 3.6; share_tiny = 0.3'

# The report: sides and reasons by hand, in a folder of its own.
report() { (cd "$folder/report" && command sqlite3 -batch -init /dev/null :memory: <checks/bench/report.sql >page); }
mkdir -p "$folder"/report/{build,checks}/bench && cp checks/bench/{report.sql,targets.csv} "$folder/report/checks/bench/"
readonly told=$folder/report/build/bench
printf 'job,side,round,seconds,operations\n%s\n' 'forward-bf16,ours,1,6,6e9' 'forward-bf16,amx,1,2,6e9' \
    'forward-bf16,product-amx,1,1,4e9' 'answer-pythia,prefix-ours,0,2,0' 'answer-pythia,ours,1,1,1e9' \
    'answer-pythia,usual,1,4,0' >"$told/times.csv"
printf 'job,side,peak_kib\nforward-bf16,amx,2048\n' >"$told/sides.csv"
printf 'job|side|reason\nforward-bf16|avx512|no such unit\n' >"$told/reasons.txt"
printf 'processor|Some Xeon, family 6\n' >"$told/machine.txt"
check 'the report is made' report
says() { grep -qF "$1" "$folder/report/page" || { echo "difference: no $1"; grep '^| ' "$folder/report/page"; return 1; }; }
check 'how many times as fast' says '| bf16-amx | float32 | Some Xeon | 2 | 6 | 3.00 (3.00 to 3.00) | 3 | yes |'
check 'what share of its rate' says '| bf16-amx | Some Xeon | 0.75 (0.75 to 0.75) | 0.7 | yes |'
check 'with the prefix, which is missed' says '| 4.00 (4.00 to 4.00) | 3 | yes | 1.33 | 1.5 | MISSED |'
check 'why a side was left out' says '| bf16-avx512 | float32 | Some Xeon | 1.6 | no such unit |'
check 'and that a job was not run' says 'kernels of AVX2 | float32 | build 3dd522b | Some Xeon | 1.1 | the job was not run |'
check 'memory' says '| Some Xeon | 1 | 6 | 3 | 0.75 | 2 |  |  |'
catches 'a row that is not there' says '| bf16-avx512 | float32 | Some Xeon | 2 |'
finish
