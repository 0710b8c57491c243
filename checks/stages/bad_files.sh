#!/bin/bash
# bad_files: every stage refuses files that are absent, empty, cut short, of another kind; full disks.
source "$(dirname "$0")/small_run.bash"

# ---- The same faults for every input ----------------------------------------------------
# Files: stage, argument, good file. Texts also get a byte that is not UTF-8.
while read -r stage argument file; do
    name=${file##*/}
    rm -rf "${bad:?}/$name"
    refuse "$stage" "--$argument is absent" "bad/$name" "--$argument" "$bad/$name"
    mkdir "$bad/$name"
    refuse "$stage" "--$argument is a folder" "bad/$name" "--$argument" "$bad/$name"
    rm -r "${bad:?}/$name"
    : >"$bad/$name"
    refuse "$stage" "--$argument is empty" "bad/$name" "--$argument" "$bad/$name"
    head -c $(($(stat -c %s "$good/$file") * 2 / 3 - 9)) "$good/$file" >"$bad/$name"
    refuse "$stage" "--$argument is truncated" "bad/$name" "--$argument" "$bad/$name"
    head -c 20000 /dev/zero | tr '\0' '\377' >"$bad/$name"
    refuse "$stage" "--$argument is not of its kind" "bad/$name" "--$argument" "$bad/$name"
    case $name in *.json | *.jsonl)
        refuse "$stage" "--$argument is not UTF-8" "bad/$name" "--$argument" \
            "$(spoil "$good/$file" 's/[a-z]"/\xff"/')" ;;
    esac
done <<TABLE
ingest train world/train.jsonl
ingest dev world/paper_dev.jsonl
encode corpus corpus
encode tokenizer tokenizer.json
prefix encoded encoded
allocate encoded encoded
memorize encoded encoded
memorize allocation allocation
memorize start cell1
memorize prefix prefix
document_vectors encoded encoded
document_vectors prefix prefix
drift_landscape encoded encoded
drift_landscape prefix prefix
drift_landscape cell vectors
intervene encoded encoded
intervene prefix prefix
intervene cell vectors
answer encoded encoded
answer prefix prefix
answer cell cell1
tokenizer_train texts texts.jsonl
pretrain texts texts.jsonl
pretrain tokenizer tokenizer.json
TABLE

# Folders: stage, argument, good folder, the member that is spoiled.
while read -r stage argument source member; do
    refuse "$stage" "--$argument is absent" bad/absent "--$argument" "$bad/absent"
    refuse "$stage" "--$argument is no folder" /dev/null "--$argument" /dev/null
    for fault in gone empty truncated noise folder; do
        rm -rf "$bad/${source##*/}"
        cp -r "$good/$source" "$bad/${source##*/}"
        file=$bad/${source##*/}/$member
        case $fault in
        gone) rm "$file" ;;
        empty) : >"$file" ;;
        truncated) truncate -s $(($(stat -c %s "$file") * 2 / 3)) "$file" ;;
        noise) head -c 20000 /dev/zero | tr '\0' '\377' >"$file" ;;
        folder) rm "$file" && mkdir "$file" ;;
        esac
        refuse "$stage" "--$argument: its $member is $fault" "bad/${source##*/}" \
            "--$argument" "$bad/${source##*/}"
    done
done <<TABLE
prefix model model config.json
prefix model model model.safetensors
memorize model model model.safetensors
document_vectors model model model.safetensors
drift_landscape model model model.safetensors
intervene model model model.safetensors
intervene model model tokenizer.json
answer model model tokenizer.json
TABLE

# Words: each file of a grid, of interventions, and of the database of results.
for fault in absent folder empty truncated noise; do
    for file in cell1 cell1.csv vectors interventions; do
        rm -rf "${bad:?}/$file"
        case $fault in
        folder) mkdir "$bad/$file" ;;
        empty) : >"$bad/$file" ;;
        truncated) head -c $(($(stat -c %s "$good/$file") * 2 / 3)) "$good/$file" >"$bad/$file" ;;
        noise) head -c 20000 /dev/zero | tr '\0' '\377' >"$bad/$file" ;;
        esac
        case $file in
        vectors) refuse representation_drift "$file is $fault" "bad/$file" "$bad/$file" ;;
        interventions) refuse memory_sign "$file is $fault" "bad/$file" "$bad/$file" ;;
        esac
        if [ $file = vectors ] || [ $file = interventions ]; then
            continue
        fi
        for stage in layer_choice simset_vs_unstructured; do
            refuse $stage "$file is $fault" "bad/$file" "${grid[@]/#"$good/$file"/$bad/$file}"
        done
    done
    mkdir -p "$bad/predictions"
    rm -rf "$bad/predictions/1.csv"
    [ $fault = absent ] || cp -r "$bad/cell1.csv" "$bad/predictions/1.csv"
    refuse results "a file is $fault" bad/predictions/1.csv "$bad/predictions/1.csv"
done

# Oversized: a line, a header, a whole file beyond what there can be.
{ printf '{"id": 1, "claim": "'; head -c 68000000 /dev/zero | tr '\0' a; } >"$bad/long.jsonl"
refuse ingest 'a line too long' 'bad/long.jsonl:1' --train "$bad/long.jsonl"
refuse tokenizer_train 'a line too long' 'bad/long.jsonl:1' --texts "$bad/long.jsonl"
refuse pretrain 'a line too long' 'bad/long.jsonl:1' --texts "$bad/long.jsonl"
rm -f "$bad/long.jsonl"
truncate -s 3G "$bad/huge.json"
refuse encode 'a tokenizer too large' bad/huge.json --tokenizer "$bad/huge.json"
printf '\xff\xff\xff\xff\xff\xff\xff\x7f{}' >"$bad/huge"
refuse prefix 'a header too large' bad/huge --encoded "$bad/huge"

# A folder that cannot be, and a disk that is full after 1 KiB.
: >"$bad/file"
for stage in world ingest encode prefix allocate memorize document_vectors drift_landscape intervene \
    answer layer_choice representation_drift memory_sign simset_vs_unstructured results curriculum \
    tokenizer_train pretrain; do
    last=()
    case $stage in
    layer_choice | simset_vs_unstructured) last=("${grid[@]}") ;;
    representation_drift) last=("$good/vectors") ;;
    memory_sign) last=("$good/interventions") ;;
    esac
    [ $stage != allocate ] || last=(--entries 1024) # more than a KiB
    target=$bad/file/target
    refuse $stage 'a target below a file' bad/file/target "${last[@]}"
    target=$folder/target
    trap '' XFSZ # so that a write fails, as on a full disk
    refuse_on_full_disk $stage "${last[@]}"
    trap - XFSZ
done
finish
