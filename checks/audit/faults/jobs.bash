# What each program is run with to have its calls fail: the words of small_run.bash, and for programs
# that it does not run those here. Wants small_run.bash sourced before.

readonly programs=(world curriculum tokenizer_train pretrain ingest encode prefix allocate memorize
    document_vectors intervene answer drift_landscape representation_drift memory_sign layer_choice
    simset_vs_unstructured results plan probe trace)
readonly faults=$bin/faults more=$folder/more
export FAULT_INJECTOR=$bin/fault-inject.so

# prepare: what the programs read besides the small run's files.
prepare() {
    mkdir -p "$more/root/small" &&
        make simset_vs_unstructured "$more/root/small/simset.csv" "${grid[@]}" &&
        make results "$more/results.db" --root "$more/root" "$more/root/small/simset.csv" &&
        echo '{"ids":[1,7,3,9,4],"document":0}' >"$more/logits.jsonl" &&
        echo "memorize --model $good/model --encoded $good/encoded --prefix $good/prefix --layer 1 --entries 2 \
            --epochs 2 --save 1,2 --out $good/cell1" >"$more/grid"
}

# job NAME PLACE WORD...: the array `command`, the program and its arguments, and the array `job`, a run
# of the driver with these words.
job() {
    local name=$1 place=$2
    command=()
    shift 2
    job=("$faults" "$@")
    case $name in
    plan)
        command=(--shape "$good/model/config.json" --grid "$more/grid" --encoded "$good/encoded"
            --rate 1e9 --format csv)
        ;;
    probe)
        job+=(--stdin "$more/logits.jsonl")
        command=(logits "$good/model" --memory "$good/cell1" --layer 1)
        ;;
    trace)
        command=(--database "$more/results.db" --root "$more/root" --profile small --programs "$bin"
            --result 'simset_conditions: plain document none 1')
        ;;
    *)
        read -r -d '' -a command <<<"${words[$name]}"
        case $name in
        layer_choice | simset_vs_unstructured) command+=("${grid[@]}") ;;
        representation_drift) command+=("$good/vectors") ;;
        memory_sign) command+=("$good/interventions") ;;
        results) command+=(--root "$more/root" "$more/root/small/simset.csv") ;;
        esac
        command+=(--out "$place/target")
        ;;
    esac
    command=("$bin/$name" "${command[@]}")
    job+=("$name" "$place" "${command[@]}")
}
