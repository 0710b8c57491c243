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
other_pages corpus corpus
other_pages train world/train.jsonl
other_pages dev world/paper_dev.jsonl
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
held_out encoded encoded
held_out prefix prefix
held_out cell cell1
held_out evidence evidence.csv
tokenizer_train texts texts.jsonl
pretrain texts texts.jsonl
pretrain tokenizer tokenizer.json
TABLE

# Folders: stage, argument, good folder, the member that is spoiled.
while read -r stage argument source member; do
    refuse "$stage" "--$argument is absent" bad/absent "--$argument" "$bad/absent"
    refuse "$stage" "--$argument is no folder" /dev/null "--$argument" /dev/null
    for fault in gone empty truncated noise folder; do
        rm -rf "${bad:?}/${source##*/}"
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

# Weights of other kinds are told for what they are.
rm -rf "${bad:?}/model"
cp -r "$good/model" "$bad/model"
while IFS='|' read -r what contents pattern; do
    printf '%b' "$contents" >"$bad/model/model.safetensors"
    refuse prefix "its weights are $what" "bad/model/model.safetensors: is $pattern" --model "$bad/model"
done <<'TABLE'
a Git LFS pointer|version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 42\n|a Git LFS pointer to 42 bytes
a web page|<!DOCTYPE html>\n<html></html>\n|a web page
a gzip file|\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00|compressed by gzip
a pickle|\x80\x02}q\x00(X\x01\x00\x00\x00a|a pickle of PyTorch
TABLE
rm "$bad/model/model.safetensors"
: >"$bad/model/pytorch_model.bin"
refuse prefix 'its weights are in PyTorch'"'"'s form' 'model.safetensors: is not there, only pytorch_model.bin' --model "$bad/model"
# What lies in the place of a file is named.
while IFS='|' read -r stage argument member other pattern; do
    rm -rf "${bad:?}/model" && cp -r "$good/model" "$bad/model" && cp "$good/tokenizer.json" "$bad/model" &&
        rm "$bad/model/$member" && : >"$bad/model/$other"
    name=$bad/model
    [ "$argument" = model ] || name=$name/$member
    refuse "$stage" "only $other is there" "bad/model/$member: is not there, only $pattern" "--$argument" "$name"
done <<'TABLE'
prefix|model|model.safetensors|adapter_model.safetensors|adapter_model.safetensors, an adapter
prefix|model|model.safetensors|consolidated.00.pth|consolidated.00.pth, in PyTorch
prefix|model|model.safetensors|consolidated.safetensors|consolidated.safetensors, in Mistral
prefix|model|model.safetensors|model-00001-of-00002.safetensors|model-00001-of-00002.safetensors, a shard
prefix|model|model.safetensors|tf_model.h5|tf_model.h5, in TensorFlow
prefix|model|config.json|adapter_config.json|adapter_config.json, an adapter
prefix|model|config.json|params.json|params.json, Meta
encode|tokenizer|tokenizer.json|tokenizer.model|tokenizer.model, a SentencePiece model
encode|tokenizer|tokenizer.json|vocab.json|vocab.json, a vocabulary in the older form
TABLE

for member in config.json model.safetensors; do
    rm -rf "${bad:?}/model" && cp -r "$good/model" "$bad/model" && ln -sf nowhere "$bad/model/$member"
    refuse prefix "$member is a link to nothing" "bad/model/$member: is a link to what is not there" --model "$bad/model"
done
ln -sf nowhere "$bad/tokenizer.json"
refuse encode 'tokenizer.json is a link to nothing' 'bad/tokenizer.json: is a link to what is not there' --tokenizer "$bad/tokenizer.json"
rm "$bad/tokenizer.json"

# Zips that are no zip of pages, or that other tools must unpack.
readonly zips=checks/audit/fuzz/seeds/zip
refuse ingest 'a zip cut short' 'bad/cut.zip: not a whole zip file' --wiki \
    "$(head -c 300 $zips/deflated >"$bad/cut.zip" && echo "$bad/cut.zip")"
refuse ingest 'a zip with a password' "$zips/refused-encrypted/.*: is encrypted" --wiki $zips/refused-encrypted
refuse ingest 'a zip packed by LZMA' "$zips/lzma/.*: is packed by another method than deflate .*" --wiki $zips/lzma
refuse ingest 'a zip of nothing' "$zips/none: holds no page in a wiki-" --wiki $zips/none
refuse ingest 'pages in a tar archive' 'bad/pages.tar: is a tar archive' --wiki \
    "$(tar -C "$good/world" -cf "$bad/pages.tar" wiki-pages && echo "$bad/pages.tar")"
refuse ingest 'claims for pages' 'bad/pages.jsonl:1: is a claim, and no page' --wiki \
    "$(cp "$good/world/train.jsonl" "$bad/pages.jsonl" && echo "$bad/pages.jsonl")"
list=$(paste -sd, "$good/world/wiki-pages/wiki-001.jsonl")
refuse ingest 'pages as one list' 'bad/pages.json:1: not a JSON object but a list' --wiki \
    "$(echo "[$list]" >"$bad/pages.json" && echo "$bad/pages.json")"
refuse ingest 'pages as one list over many lines' 'bad/pages.json:1: one JSON text over many lines' --wiki \
    "$(printf '[\n%s\n]\n' "$list" >"$bad/pages.json" && echo "$bad/pages.json")"
mkdir -p "$bad/names"
cp "$good/world/wiki-pages/wiki-001.jsonl" "$bad/names/pages-1.jsonl"
refuse ingest 'pages under another name' 'bad/names: holds no page .*, but holds pages-1.jsonl' --wiki "$bad/names"
refuse ingest 'pages for claims' 'bad/train.jsonl:1: is a page, and no claim' --train \
    "$(cat "$good"/world/wiki-pages/wiki-*.jsonl >"$bad/train.jsonl" && echo "$bad/train.jsonl")"

refuse ingest 'its claims are packed by gzip' 'bad/train.jsonl: is compressed by gzip' --train \
    "$(gzip -c "$good/world/train.jsonl" >"$bad/train.jsonl" && echo "$bad/train.jsonl")"

# Words: each file of a grid, of interventions, and of the database of results.
for fault in absent folder empty truncated noise; do
    for file in cell1 cell1.csv vectors interventions units.csv; do
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
        units.csv) refuse verdicts "$file is $fault" "bad/$file" "$bad/$file" ;;
        esac
        if [ $file = vectors ] || [ $file = interventions ] || [ $file = units.csv ]; then
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
for stage in world ingest other_pages encode prefix allocate memorize document_vectors drift_landscape intervene \
    answer held_out controls layer_choice representation_drift memory_sign simset_vs_unstructured results curriculum \
    tokenizer_train pretrain; do
    last=()
    case $stage in
    layer_choice | simset_vs_unstructured) last=("${grid[@]}") ;;
    representation_drift) last=("$good/vectors") ;;
    memory_sign) last=("$good/interventions") ;;
    controls) last=("$good/cell1.csv" "$good/likelihood.csv" "$good/losses.csv") ;;
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
