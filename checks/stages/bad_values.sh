#!/bin/bash
# bad_values: every stage refuses files of the right kind that hold what cannot be.
source "$(dirname "$0")/small_run.bash"

# ---- world, curriculum: numbers only ---------------------------------------------------
refuse world 'no page' pages --pages 0
refuse world 'too many pages' pages --pages 99999999
refuse world 'too few claims' dev --dev 1
refuse world 'too many wordings' wordings --wordings 9999
refuse curriculum 'no sequence' sequences --sequences 0
refuse curriculum 'a negative share' page --page -1
refuse curriculum 'two shares for one phase' open --open 0.5,0.5
refuse curriculum 'phases that do not end' phases --phases 0.5
refuse world 'a third half' half --half third

# ---- ingest: claims ---------------------------------------------------------------------
# claims 'what' 'line' 'sed command': a fault in either split is told with its line.
claims() {
    refuse ingest "train: $1" "bad/train.jsonl:$2" --train "$(spoil "$good/world/train.jsonl" "$3")"
    refuse ingest "dev: $1" "bad/paper_dev.jsonl:$2" \
        --dev "$(spoil "$good/world/paper_dev.jsonl" "$3")"
}
claims 'a row of the datasets package' 1 '1s/.*/{"id": 1, "claim": "c", "label": "SUPPORTS", "evidence_wiki_url": "A"}/'
claims 'a line of KILT' 1 '1s/.*/{"id": "1", "input": "c", "output": []}/'
claims 'a line of VitaminC' 1 '1s/.*/{"case_id": "1", "claim": "c", "label": "SUPPORTS"}/'
claims 'an unlabelled split' 1 '1s/.*/{"id": 1, "claim": "c"}/'
claims 'an unknown label' 2 '2s/"label": "[A-Z ]*"/"label": "MAYBE"/'
claims 'no label' 2 '2s/"label": "[A-Z ]*", //'
claims 'no claim' 3 '3s/"claim"/"klaim"/'
claims 'no evidence' 3 '3s/"evidence"/"evident"/'
claims 'an id that is text' 1 '1s/"id": \([0-9]*\)/"id": "\1"/'
claims 'a claim that is a number' 4 '4s/"claim": "[^"]*"/"claim": 7/'
claims 'evidence that is text' 4 '4s/"evidence": .*/"evidence": "none"}/'
claims 'an evidence item too short' 4 '4s/"evidence": .*/"evidence": [[[1, 2]]]}/'
claims 'a sentence that is text' 4 '4s/"evidence": .*/"evidence": [[[1, 2, "A", "b"]]]}/'
claims 'an id that comes twice' 3 2p
claims 'a list for an object' 5 '5s/.*/[]/'
claims 'two objects in a line' 5 '5s/$/ {}/'
claims 'a field that comes twice' 6 '6s/"id": [0-9]*/&, &/'
claims 'text that is not UTF-8' 6 '6s/"claim": "/&\xc3/'
claims 'a label that verifiable contradicts' 2 '2{s/"VERIFIABLE"/"NOT VERIFIABLE"/;t;s/"NOT VERIFIABLE"/"VERIFIABLE"/}'
claims 'the mark of a joined file' 3 '3s/^/\xef\xbb\xbf/'
claims 'a NUL' 6 '6s/"claim": "/&\\u0000/'
{ cat "$good/world/train.jsonl"; head -n 1 "$good/world/paper_dev.jsonl"; } >"$bad/train.jsonl"
refuse ingest 'a validation claim in training' bad/train.jsonl --train "$bad/train.jsonl"
sed -n '/NOT ENOUGH/p' "$good/world/paper_dev.jsonl" >"$bad/paper_dev.jsonl"
refuse ingest 'no claim that cites a page' bad/paper_dev.jsonl --dev "$bad/paper_dev.jsonl"
refuse ingest 'an unknown way with claims' nei --nei perhaps
refuse ingest 'no page wanted' top --top 0

# pages 'what' 'sed command': a fault in the pages that are wanted.
pages() {
    rm -rf "$bad/wiki"
    cp -r "$good/world/wiki-pages" "$bad/wiki"
    sed -i "$2" "$bad"/wiki/*
    refuse ingest "wiki: $1" 'bad/wiki/wiki-[0-9]*.jsonl:[0-9]+' --wiki "$bad/wiki"
}
pages 'no text' 's/"text"/"txet"/'
pages 'no lines' 's/"lines"/"lins"/'
pages 'lines that are a number' 's/"lines": ".*/"lines": 3}/'
pages 'text that is not UTF-8' 's/"text": "./&\xff/'
pages 'lines that are cut short' 's/.\{9\}$//'
rm -rf "$bad/wiki" && mkdir "$bad/wiki"
refuse ingest 'a folder without pages' bad/wiki --wiki "$bad/wiki"
refuse ingest 'no folder' bad/absent --wiki "$bad/absent"
printf 'PK\003\004nonsense' >"$bad/wiki.zip"
refuse ingest 'a damaged zip' bad/wiki.zip --wiki "$bad/wiki.zip"
sed 's/"id": "/&Other_/' "$good/world/wiki-pages/wiki-001.jsonl" >"$bad/wiki/wiki-001.jsonl"
refuse ingest 'a dump without the pages wanted' bad/wiki --wiki "$bad/wiki"

# ---- other_pages: the dump ----------------------------------------------------------------------
refuse other_pages 'an unknown kind' kind --kind old
refuse other_pages 'a negative seed' seed --seed -1
refuse other_pages 'a folder without pages' bad/absent --wiki "$bad/absent"
refuse other_pages 'too few pages' good/world --wiki "$good/world/wiki-pages"
refuse other_pages 'no other wording' good/world2 --kind wordings

# ---- encode: the corpus, the tokenizer --------------------------------------------------
# table 'what' 'SQL'
table() { refuse encode "corpus: $1" bad/corpus --corpus "$(spoil_table "$2")"; }
table 'a missing table' 'DROP TABLE prompt'
table 'a missing column' 'ALTER TABLE page RENAME COLUMN text TO body'
table 'no page' 'DELETE FROM page'
table 'nothing at all' 'DELETE FROM page; DELETE FROM claim; DELETE FROM prompt; DELETE FROM template'
table 'no prompt' 'DELETE FROM prompt'
table 'an id left out' 'UPDATE claim SET id = id + 100 WHERE id = (SELECT max(id) FROM claim)'
table 'ids that start at 1' 'UPDATE page SET id = -id - 1; UPDATE page SET id = -id'
table 'an unknown label' "UPDATE claim SET label = 'MAYBE' WHERE id = 3"
table 'an unknown split' "UPDATE claim SET split = 'test' WHERE id = 3"
table 'no text' 'UPDATE page SET text = NULL WHERE id = 1'
table 'text that is not UTF-8' "UPDATE claim SET text = CAST(x'61ff62' AS TEXT) WHERE id = 2"
table 'a number that is text' "UPDATE prompt SET rows = 'two' WHERE id = 0"
table 'a prompt about no page' 'UPDATE prompt SET page = 999 WHERE id = 0'
table 'a prompt about no claim' 'UPDATE prompt SET claim = -1 WHERE id = 0'
table 'an example that is no claim' 'UPDATE template SET example = 99999 WHERE id = 0'
table 'main that is neither 0 nor 1' 'UPDATE prompt SET main = 2 WHERE id = 0'
# vocabulary 'what' 'sed command'
vocabulary() {
    refuse encode "tokenizer: $1" bad/tokenizer.json \
        --tokenizer "$(spoil "$good/tokenizer.json" "$2")"
}
vocabulary 'no merges' 's/"merges"/"mergers"/'
vocabulary 'another kind of model' 's/"BPE"/"WordPiece"/'
vocabulary 'pieces by probability' 's/"BPE"/"Unigram","unk_id":0/'
vocabulary 'an id that is text' '0,/"id": 0/s//"id": "zero"/'
vocabulary 'a negative id' '0,/"id": 0/s//"id": -4/'
vocabulary 'no token that begins a text' 's/"<s>"/"<begin>"/; /"post_processor": {/,/^ },/c "post_processor": null,'
refuse encode 'documents of one token' max-tokens --max-tokens 1
refuse encode 'an unknown context' context --context song --config "$good/model/config.json"
refuse encode 'a context for no model' config --context page
refuse encode 'a context for a model without width' bad/model/config.json --context page \
    --config "$(spoil_model config.json 's/"hidden_size"/"hidden"/')/config.json"
spoil_table 'DROP TABLE evidence' >"$bad/said"
refuse encode 'evidence that is not there' bad/corpus --corpus "$bad/corpus" --context evidence \
    --config "$good/model/config.json"

# ---- prefix, allocate, memorize, document_vectors, intervene, answer: the encoded corpus ----------
readonly long='\x00\x00\x00\x00' minus='\xff\xff\xff\xff' large='\xff\xff\xff\x00'
for stage in prefix allocate memorize document_vectors intervene answer; do
    while IFS='|' read -r what tensor element bytes; do
        refuse $stage "encoded: $what" bad/encoded \
            --encoded "$(spoil_number "$good/encoded" "$tensor" "$element" "$bytes")"
    done <<TABLE
a negative id|document.ids|3|$minus
offsets that do not start at 0|document.offset|0|\x01\x00\x00\x00$long
offsets that do not rise|prompt.offset|2|\x01\x00\x00\x00$long
offsets beyond the ids|template.offset|1|$large$long
an unknown label|prompt.label|0|\x03\x00\x00\x00
an unknown document|prompt.document|0|$large
a template of no document|template.document|0|$large
an answer outside its prompt|prompt.answer_start|0|$large
a negative letter|answer.letters|0|$minus
letters that do not rise|answer.offset|1|\x03\x00\x00\x00$long
letters beyond their ids|answer.offset|3|\x04\x00\x00\x00$long
main that is neither 0 nor 1|prompt.main|0|\x02\x00\x00\x00
TABLE
    while IFS='|' read -r what command; do
        refuse $stage "encoded: $what" bad/encoded --encoded "$(spoil "$good/encoded" "$command")"
    done <<'TABLE'
a missing tensor|s/"prompt.ids"/"prompt.idz"/
a tensor twice|s/"template.ids"/"document.ids"/
numbers of another type|s/\("document.ids":{"dtype":"\)I32/\1F32/
an unknown type|s/\("document.ids":{"dtype":"\)I32/\1I33/
another shape|s/\("prompt.main":{"dtype":"I32","shape":\[\)[0-9]/\19/
a hole|s/\("data_offsets":\[\)0,/\18,/
TABLE
done

for stage in prefix memorize document_vectors intervene answer; do
    refuse $stage 'encoded: an id beyond the vocabulary' good/model \
        --encoded "$(spoil_number "$good/encoded" prompt.ids 3 "$large")"
    refuse $stage 'encoded: a letter beyond the vocabulary' good/model \
        --encoded "$(spoil_number "$good/encoded" answer.letters 1 "$large")"
done

# ---- the model ----------------------------------------------------------------------------
# config 'what' 'sed command'
config() {
    refuse prefix "model: $1" bad/model --model "$(spoil_model config.json "$2")"
}
config 'no width' 's/"hidden_size"/"hidden"/'
config 'a width that is text' 's/"hidden_size": *8/"hidden_size": "8"/'
config 'another width' 's/"hidden_size": *8/"hidden_size": 12/'
config 'no heads' 's/"num_attention_heads": *2/"num_attention_heads": 0/'
config 'another architecture' 's/"model_type": *"llama"/"model_type": "mamba"/'
config 'more blocks than weights' 's/"num_hidden_layers": *3/"num_hidden_layers": 4/'
config 'another vocabulary' 's/"vocab_size": *[0-9]*/"vocab_size": 7/'
# What a published checkpoint is that docmem does not compute is told by its name.
while IFS='|' read -r what field pattern; do
    refuse prefix "model: $what" "bad/model.*: .*$pattern" --model "$(spoil_model config.json "s/^{/{$field,/")"
done <<'TABLE'
weights as codes of GPTQ|"quantization_config": {"quant_method": "gptq"}|quantization_config says .*quantized \(gptq\)
weights in FP8|"quantization_config": {"quant_method": "fp8"}|quantization_config says .*quantized \(fp8\)
weights as codes of MLX|"quantization": {"group_size": 64, "bits": 4}|quantization says that the weights are quantized
yarn|"rope_scaling": {"type": "yarn", "factor": 4}|rope_scaling.type is yarn
yarn of attention alone|"rope_scaling": {"type": "yarn", "factor": 1, "attention_factor": 1.2}|rope_scaling.type is yarn
longrope by a factor of 1|"rope_scaling": {"type": "longrope", "factor": 1}|type is longrope, and only "default", "linear", "llama3" are
linear without a factor|"rope_parameters": {"rope_type": "linear"}|factor is missing
llama3 without its bands|"rope_parameters": {"rope_type": "llama3", "factor": 8}|low_freq_factor is missing
a scaling by kinds of blocks|"rope_parameters": {"full_attention": {"rope_theta": 5}}|settings of its own for full_attention
biases that the file lacks|"attention_bias": true|q_proj.bias': is missing, and model_type, attention_bias
TABLE
config 'an architecture of another name' 's/LlamaForCausalLM/BitnetForCausalLM/'
refuse prefix 'model: neither model_type nor architectures' 'config.json: has neither model_type nor architectures' \
    --model "$(spoil_model config.json 's/"model_type"/"x"/; s/"architectures"/"y"/')"
refuse prefix 'model: one table, and no word of it' "lm_head.weight': is missing, and config.json does not say tie" \
    --model "$(spoil_model config.json 's/"tie_word_embeddings": *true/"tie_word_embeddings": false/')"
# Tensors under other names: each has as many letters as the one it stands for.
while IFS='|' read -r what command pattern; do
    refuse prefix "model: $what" "no parameter takes: .*: $pattern" --model "$(spoil_model model.safetensors "$command")"
done <<'TABLE'
codes of GPTQ, unsaid|s/1.mlp.up_proj.weight/1.mlp.u_proj.qweight/|the weights are quantized
a scale of FP8, unsaid|s/1.mlp.up_proj.weight/1.mlp.w.weight_scale/|the weights are quantized
codes of bitsandbytes, unsaid|s/1.mlp.up_proj.weight/1.mlp.up_project.SCB/|the weights are quantized
an adapter beside|s/1.mlp.up_proj.weight/1.mlp.u.lora_A.weigh/|they are an adapter
another prefix|s/model.layers.1.mlp.up_proj.weight/modul.layers.1.mlp.up_proj.weight/|these are not the names of its model_type
a block too many|s/layers.2.mlp.up_proj/layers.9.mlp.up_proj/|config.json tells of fewer blocks
TABLE
rm -rf "$bad/model" && cp -r "$good/model" "$bad/model"
plant "$bad/model/model.safetensors" model.layers.1.mlp.up_proj.weight 5 '\x00\x00\xc0\x7f'
refuse prefix 'model: a weight that is no number' bad/model --model "$bad/model"
cp -r checks/reference/llama-mha "$bad/llama" && cp "$good/tokenizer.json" "$bad/llama"
for stage in prefix memorize document_vectors intervene answer; do
    refuse $stage 'a model of a smaller vocabulary' bad/llama --model "$bad/llama"
done
make pretrain "$bad/wider" --width 12
for stage in memorize document_vectors intervene answer; do
    refuse $stage 'a model of another width' 'prefix|cell1|vectors' --model "$bad/wider"
done
refuse prefix 'a block too many' 0,3 --layers 0,3
refuse prefix 'blocks that do not rise' layers --layers 2,1
refuse prefix 'blocks that are no numbers' x --layers x

# ---- allocate: its settings --------------------------------------------------------------------
while read -r name value; do
    refuse allocate "--$name $value" "(--$name|$value)" "--$name" "$value"
done <<'TABLE'
kind simset
kind none
kind simset-3-dim
report masks
entries 0
entries 99999999
bands 0
bands 3
seed -1
TABLE
refuse allocate 'the sharing of what has no shingles' kind --kind random --report sharing
refuse allocate 'the sharing of tokens' kind --kind simset-1-token --report sharing
refuse allocate 'fewer entries than documents' good/encoded --kind disjoint
make encode "$bad/pairless" --max-tokens 2
refuse allocate 'documents of one token have no pair' bad/pairless --encoded "$bad/pairless" \
    --kind simset-2-dim

# ---- memorize: its settings and the prefix ---------------------------------------------------
while read -r name value; do
    refuse memorize "--$name $value" "(--$name|$value)" "--$name" "$value"
done <<'TABLE'
layer 3
layer -1
variant other
target other
answer-weight -1
answer-weight 2
pages mine
entries 0
epochs 0
save 2,1
save 3
save 0,1
batch 0
lr 0
clip 0
decay -1
seed -1
strength 2
strength -0.5
strength nan
strength 0.5
TABLE
refuse memorize 'a learning rate that ends in no number' target --lr 9e5 --clip 1e30 --epochs 20 \
    --save 20
refuse memorize 'pages that are no documents' pages --pages other --target template
refuse memorize 'a third half' pages --pages half-3
refuse memorize 'other rows' rows --rows last
refuse memorize 'rows of a block that is trained' rows --variant lora-mlp --rows without-first
refuse prefix 'texts in another order' claim,document --texts claim,document
refuse prefix 'no documents' prompt --texts prompt
refuse memorize 'letters of texts that have none' good/encoded --answer-weight 1 --target both
refuse memorize 'prefix: a missing block' bad/prefix \
    --prefix "$(spoil "$good/prefix" 's/"h.1"/"h.7"/')"
refuse memorize 'prefix: numbers of another type' bad/prefix \
    --prefix "$(spoil "$good/prefix" 's/\("h.1":{"dtype":"\)F32/\1I32/')"
refuse memorize 'prefix: a number that is none' bad/prefix \
    --prefix "$(spoil_number "$good/prefix" h.1 9 '\x00\x00\xc0\x7f')"
make encode "$bad/shorter" --max-tokens 30
refuse memorize 'prefix: of another corpus' good/prefix --encoded "$bad/shorter"

# ---- document_vectors: its settings ------------------------------------------------------------
while read -r name value; do
    refuse document_vectors "--$name $value" "(--$name|$value)" "--$name" "$value"
done <<'TABLE'
layer 3
documents 0
documents 1
tokens 1
dimension 0
entries 0
phi gelu
selection deep
lm maybe
start warm
schedule linear
optimizer adam
order random
form cubed
negative none
alpha -1
tau nan
delta -1
epochs 0
save 2,1
save 3
batch 0
lr 0
clip 0
seed -1
TABLE
refuse document_vectors 'more documents than there are' good/encoded --documents 99
refuse document_vectors 'a learning rate that ends in no number' target --lr 9e5 --clip 1e30 \
    --epochs 20 --save 20
refuse document_vectors 'prefix: a missing block' bad/prefix \
    --prefix "$(spoil "$good/prefix" 's/"h.1"/"h.7"/')"
refuse document_vectors 'prefix: a number that is none' bad/prefix \
    --prefix "$(spoil_number "$good/prefix" h.1 9 '\x00\x00\xc0\x7f')"
refuse document_vectors 'prefix: of another corpus' good/prefix --encoded "$bad/shorter"

# ---- representation_drift, drift_landscape: cells that do not fit ----------------------------------
make document_vectors "$bad/wide" --dimension 3
make document_vectors "$bad/slow" --lr 1e-4 --seed 2
refuse representation_drift 'no such report' -- --report gossip "$good/vectors"
refuse representation_drift 'too few resamples' -- --resamples 9 "$good/vectors"
refuse representation_drift 'no cell' 'command line'
refuse representation_drift 'a cell given twice' good/vectors "$good/vectors" "$good/vectors"
refuse representation_drift 'another rate' bad/slow "$good/vectors" "$bad/slow"
refuse representation_drift 'no cell to show' 'command line' --report selection "$good/vectors"
refuse representation_drift 'a number that is none' bad/vectors \
    "$(spoil_number "$good/vectors" K 1 '\x00\x00\xc0\x7f')"
refuse representation_drift 'documents of another corpus' bad/wide "$bad/wide" \
    "$(spoil_number "$good/vectors" base_nll 1 '\x00\x00\x00\x00\x00\x00\xf0\x3f')"
refuse drift_landscape 'no such document' -- --document 3
refuse drift_landscape 'a document below 0' -- --document -1
refuse drift_landscape 'a plane without sides' -- --steps 1
refuse drift_landscape 'vectors of three numbers' bad/wide --cell "$bad/wide"
refuse drift_landscape 'a cell of another model' bad/vectors \
    --cell "$(spoil "$good/vectors" 's/"layer":"1"/"layer":"9"/')"
# ---- intervene, memory_sign: the memory, the interventions ---------------------------------------
refuse intervene 'a word that is none' tokenizer.json --word xyzzy
refuse intervene 'a word with a space' tokenizer.json --word 'the a'
refuse intervene 'no context' contexts --contexts 0
refuse intervene 'more contexts than half of the documents' contexts --contexts 2
refuse intervene 'prefix: a missing block' bad/prefix \
    --prefix "$(spoil "$good/prefix" 's/"h.1"/"h.7"/')"
refuse intervene 'prefix: of another corpus' good/prefix --encoded "$bad/shorter"
refuse intervene 'cell: an unknown activation' bad/vectors \
    --cell "$(spoil "$good/vectors" 's/"phi":"tanh"/"phi":"gelu"/')"
refuse intervene 'cell: a block that is not there' 'bad/vectors' \
    --cell "$(spoil "$good/vectors" 's/"layer":"1"/"layer":"7"/')"
refuse intervene 'cell: a weight that is no number' bad/vectors \
    --cell "$(spoil_number "$good/vectors" up.weight 3 '\x00\x00\xc0\x7f')"
while IFS='|' read -r what command; do
    refuse memory_sign "$what" bad/interventions "$(spoil "$good/interventions" "$command")"
done <<'TABLE'
an unknown activation|s/"phi":"tanh"/"phi":"gelu"/
no layer|s/"layer"/"lawyer"/
a seed that is no number|s/"seed":"1"/"seed":"x"/
lm neither yes nor no|s/"lm":"yes"/"lm":"yep"/
a missing tensor|s/"short"/"shirt"/
numbers of another type|s/\("logit":{"dtype":"\)F32/\1I32/
TABLE
refuse memory_sign 'a number that is none' bad/interventions \
    "$(spoil_number "$good/interventions" logit 9 '\x00\x00\xc0\x7f')"
refuse memory_sign 'a document that is not there' bad/interventions \
    "$(spoil_number "$good/interventions" context 0 "$large$long")"
refuse memory_sign 'a document that is not there to predict' bad/interventions \
    "$(spoil_number "$good/interventions" held 0 "$large$long")"
refuse memory_sign 'words out of order' bad/interventions \
    "$(spoil_number "$good/interventions" word.id 2 '\x00\x00\x00\x00')"
refuse memory_sign 'a word without end' bad/interventions \
    "$(spoil_number "$good/interventions" word.offset 2 "$large$long")"
refuse memory_sign 'a memory twice' interventions "$good/interventions" "$good/interventions"
refuse memory_sign 'a word that was not asked about' interventions --word xyzzy "$good/interventions"
refuse memory_sign 'no file' interventions
refuse memory_sign 'an unknown report' report --report guesses "$good/interventions"
refuse memory_sign 'pools without titles' corpus --report pools "$good/interventions"

# ---- memorize: the allocation, and the cell it starts from -----------------------------------------
while IFS='|' read -r what command; do
    refuse memorize "allocation: $what" bad/allocation \
        --allocation "$(spoil "$good/allocation" "$command")"
done <<'TABLE'
an unknown kind|s/simset-1-dim/simset-9-dim/
no kind|s/"allocation":"/"allocasion":"/
a strength that is no number|s/"strength":"1"/"strength":"x"/
no bands|s/"bands"/"bonds"/
bands that do not divide|s/"bands":"1"/"bands":"9"/
a seed that is no number|s/"allocation_seed":"1"/"allocation_seed":"-"/
no mask|s/allocation.mask/allocation.mosk/
a mask of another type|s/"U8"/"I8"/
TABLE
refuse memorize 'allocation: a mask that is neither 0 nor 1' bad/allocation \
    --allocation "$(spoil_number "$good/allocation" allocation.mask 1 '\x02')"
make allocate "$bad/wide" --entries 4
refuse memorize 'allocation: of more entries' bad/wide --allocation "$bad/wide"
make ingest "$bad/fewer_pages" --top 3
make encode "$bad/fewer" --corpus "$bad/fewer_pages"
make allocate "$bad/fewer_owners" --encoded "$bad/fewer"
refuse memorize 'allocation: to fewer documents' bad/fewer_owners --allocation "$bad/fewer_owners"
while read -r what words; do
    # shellcheck disable=SC2086
    refuse memorize "start: another $what" good/cell1 --start "$good/cell1" --target template $words
done <<TABLE
layer --layer 2
seed --seed 2
variant --variant norm-gate
size --entries 3
allocation --allocation $good/allocation
TABLE
refuse memorize 'start: other weights' bad/cell1 --start "$(spoil "$good/cell1" 's/epoch.2.up/epoch.2.op/')"
make memorize "$bad/continued" --start "$good/cell1" --target template
refuse memorize 'start: a cell that was itself continued' bad/continued --start "$bad/continued"

refuse held_out 'unknown pages' pages --pages mine
refuse held_out 'an unknown mask' mask --mask half
refuse held_out 'a mask of what has none' good/cell1 --mask wrong
refuse held_out 'an epoch that was not saved' good/cell1 --epochs 7
refuse held_out 'an unknown report' report --report words
refuse encode 'an unknown report' report --report words
refuse held_out 'evidence beyond the page' bad/evidence.csv --evidence "$(spoil "$good/evidence.csv" '2s/,[^,]*$/,9999/')"
refuse held_out 'evidence of no tokens' bad/evidence.csv --evidence "$(spoil "$good/evidence.csv" '2s/,[^,]*$/,0/')"
make memorize "$bad/mlp" --variant mlp
refuse held_out 'entries of what has none' bad/mlp --report entries --cell "$bad/mlp"
make held_out "$bad/stored.csv" --evidence "$good/evidence.csv"
refuse controls 'claims without answers' bad/stored.csv --report claims "$bad/stored.csv"
refuse controls 'claims without evidence' 'seed 1: no losses of evidence' --report claims "$good/cell1.csv"
refuse controls 'too few resamples' resamples --resamples 9
refuse controls 'gates of nothing known' good/losses.csv --known "$good/losses.csv" "$good/cell1.csv" "$good/likelihood.csv"
refuse controls 'no likelihood' good/cell1.csv "$good/cell1.csv"
refuse controls 'a loss below nothing' bad/losses.csv "$(spoil "$good/losses.csv" '2s/,[^,]*$/,-1/')"
refuse controls 'a file given twice' good/likelihood.csv "$good/likelihood.csv" "$good/likelihood.csv"
refuse answer 'an unknown mask' mask --mask half
refuse answer 'a mask of what has none' good/cell1 --mask wrong

# ---- answer: the cell ---------------------------------------------------------------------------
while IFS='|' read -r what command; do
    refuse answer "cell: $what" bad/cell1 --cell "$(spoil "$good/cell1" "$command")"
done <<'TABLE'
no layer|s/"layer":"1"/"lager":"1"/
a layer the model has not|s/"layer":"1"/"layer":"9"/
a layer that is no number|s/"layer":"1"/"layer":"x"/
an unknown variant|s/"variant":"plain"/"variant":"plane"/
more entries than weights|s/"entries":"2"/"entries":"3"/
the width of another model|s/"width":"8"/"width":"9"/
a missing weight|s/epoch.1.up.bias/epoch.1.ub.bias/
no losses|s/"nll"/"nil"/
TABLE
while IFS='|' read -r what command; do
    refuse answer "masked cell: $what" bad/owned --cell "$(spoil "$good/owned" "$command")"
done <<'TABLE'
an unknown allocation|s/simset-1-dim/simset-9-dim/
no allocation|s/"allocation":"/"allocasion":"/
a strength beyond 1|s/"strength":"1"/"strength":"7"/
no mask|s/allocation.mask/allocation.mosk/
TABLE
refuse answer 'masked cell: a mask that is neither 0 nor 1' bad/owned \
    --cell "$(spoil_number "$good/owned" allocation.mask 3 '\xff')"
make prefix "$bad/fewer_prefix" --encoded "$bad/fewer"
refuse answer 'masked cell: other documents' good/owned --cell "$good/owned" \
    --encoded "$bad/fewer" --prefix "$bad/fewer_prefix"
refuse answer 'cell: epochs that do not rise' bad/cell1 \
    --cell "$(spoil_number "$good/cell1" epochs 2 '\x01\x00\x00\x00\x00\x00\x00\x00')"
refuse answer 'cell: a weight that is no number' 'cell1|target' \
    --cell "$(spoil_number "$good/cell1" epoch.1.down.bias 0 '\x00\x00\xc0\x7f')"
refuse answer 'an epoch that was not saved' good/cell1 --epochs 0,7
refuse answer 'epochs that are no numbers' first --epochs first
refuse answer 'no batch' batch --batch 0
# ---- layer_choice, simset_vs_unstructured: cells and predictions ------------------------------------------------------------------------
# one_of FILE: the words of the grid with this file for the good one of its name.
one_of() { echo "${grid[@]/#"$good/${1##*/}"/$1}"; }
readonly csv=$good/cell1.csv
while IFS='|' read -r what pattern command; do
    for stage in layer_choice simset_vs_unstructured; do
        # shellcheck disable=SC2046
        refuse $stage "predictions: $what" "$pattern" $(one_of "$(spoil "$csv" "$command")")
    done
done <<'TABLE'
an unknown label|bad/cell1.csv:2|2s/,[abc],/,d,/
an unknown answer|bad/cell1.csv:3|3s/,[abc-],0/,q,0/
a missing column|bad/cell1.csv:1|1s/,rows//
another column|bad/cell1.csv:1|1s/rows/raws/
a number that is text|bad/cell1.csv:4|4s/document,1/document,one/
a row too short|bad/cell1.csv:5|5s/,[^,]*$//
a row that comes twice|bad/cell1.csv:6|5p
another label than elsewhere|bad/cell1.csv:2|2s/,a,\([0-9]*,[01]\)/,b,\1/;t;2s/,[bc],\([0-9]*,[01]\)/,a,\1/
the layer of no cell|bad/cell1.csv:3|3s/document,1/document,8/
text that is not UTF-8|bad/cell1.csv:7|7s/,[abc],/,\xff,/
a row that is missing|csv|7d
TABLE
for what in 'document_nll 0' 'nll 1'; do
    for stage in layer_choice simset_vs_unstructured; do
        # shellcheck disable=SC2046,SC2086
        refuse $stage "cell: ${what% *} that is no number" bad/cell1 \
            $(one_of "$(spoil_number "$good/cell1" $what '\x00\x00\x00\x00\x00\x00\xf8\x7f')")
    done
done
while IFS='|' read -r what pattern command; do
    # shellcheck disable=SC2046
    refuse simset_vs_unstructured "cell: $what" "$pattern" \
        $(one_of "$(spoil "$good/cell1" "$command")")
done <<'TABLE'
no allocation|bad/cell1|s/"allocation"/"allegation"/
a strength above 1|bad/cell1|s/"strength":"1"/"strength":"3"/
a seed that is no number|bad/cell1|s/"seed":"1"/"seed":"x"/
the layer of another cell|cell2|s/"layer":"1"/"layer":"2"/
TABLE
for stage in layer_choice simset_vs_unstructured; do
    refuse $stage 'a cell without predictions' csv "$good"/cell{0,1,2} "$good"/cell{0,1}.csv
    refuse $stage 'a cell twice' good/cell2 "${grid[@]}" "$good/cell2"
    refuse $stage 'no file' 'file|grid|cell'
    refuse $stage 'an unknown report' report --report gossip "${grid[@]}"
    refuse $stage 'too few resamples' resamples --resamples 1 "${grid[@]}"
done
refuse layer_choice 'cells of two conditions' 'owned|cell0' "${grid[@]}" "$good/owned"

# ---- verdicts: unit effects, rules, documents and claims ------------------------------------------------
refuse verdicts 'no such half' half --half best "$good/units.csv"
refuse verdicts 'too few resamples' resamples --resamples 9 "$good/units.csv"
while IFS='|' read -r what pattern command; do
    refuse verdicts "units: $what" "$pattern" "$(spoil "$good/units.csv" "$command")"
done <<'TABLE'
another header|bad/units.csv:1|1s/item/atom/
a condition that is none|bad/units.csv:2|2s/stage=/stage:/
a key twice|bad/units.csv:2|2s/allocation=/stage=x allocation=/
a seed that is no number|bad/units.csv:3|3s/,-1,0,/,one,0,/
a unit that comes twice|bad/units.csv:4|3p
a series that comes twice|units.csv|1,3{p;1d;h};$G
a value that is none|bad/units.csv:2|2s/,[^,]*$/,nan/
TABLE
while IFS='|' read -r what pattern command; do
    refuse verdicts "rules: $what" "$pattern" "$good/units.csv" --rules "$(spoil paper/claims.rules "$command")"
done <<'TABLE'
no date|bad/claims.rules|/^date/d
another word|bad/claims.rules:[0-9]+|s/^  part /  piece /
a bound that is none|bad/claims.rules:[0-9]+|0,/want below/s/want below.*/want below much/
a control that is not there|bad/claims.rules:[0-9]+|s/needs page in context/needs luck/
a part without conditions|bad/claims.rules:[0-9]+|/^claim C12/,/^claim C13/s/^    of .*//
a test that is none|bad/claims.rules:[0-9]+|0,/phi=tanh/s/phi=tanh/phi~tanh/
TABLE
refuse verdicts 'documents: not all' bad/document.csv --documents "$(spoil "$good/document.csv" 2d)" "$good/units.csv"
refuse verdicts 'claims: out of order' bad/fever_claim.csv "$good/units.csv" \
    --claims "$(spoil "$good/fever_claim.csv" '2{h;d};3G')"

# ---- tokenizer_train, pretrain: texts ---------------------------------------------------------------
while IFS='|' read -r what line command; do
    spoiled=$(spoil "$good/texts.jsonl" "$command")
    refuse tokenizer_train "texts: $what" "bad/texts.jsonl:$line" --texts "$spoiled"
    refuse pretrain "texts: $what" "bad/texts.jsonl:$line" --texts "$spoiled"
    refuse pretrain "held: $what" "bad/texts.jsonl:$line" --held "$spoiled"
done <<'TABLE'
no text|2|2s/"text"/"test"/
a text that is a number|3|3s/"text": *"[^"]*"/"text": 3/
a list for an object|4|4s/.*/[]/
a line cut short|5|5s/.\{4\}$//
text that is not UTF-8|2|2s/"text": *"/&\xe3/
TABLE
refuse tokenizer_train 'a vocabulary too small' vocab --vocab 3
refuse tokenizer_train 'a vocabulary beyond the texts' 'texts.jsonl|vocab' --vocab 999999
refuse pretrain 'fewer texts than steps' texts.jsonl --steps 500
refuse pretrain 'heads that do not divide the width' heads --heads 3
refuse pretrain 'no step' steps --steps 0

# ---- probe: what it is asked ----------------------------------------------------------------------
# asked 'what' 'pattern' 'line' WORD...: the line on standard input must be refused.
asked() {
    local what=$1 pattern=$2 line=$3 said
    shift 3
    said=$(printf '%b\n' "$line" | "$bin/probe" "$@" 2>&1 >"$folder/replies")
    judge $? probe "$what" "$pattern" "$said"
}
rm -rf "$target"*
asked 'no JSON' 'standard input:1' '{"ids": [1' logits "$good/model"
asked 'a list' 'standard input:1' '[1]' logits "$good/model"
asked 'a second line at fault' 'standard input:2' '{"ids": [1, 2]}\n{"ids": 1}' logits "$good/model"
asked 'no ids' 'standard input:1' '{"text": "a"}' logits "$good/model"
asked 'an empty list' 'standard input:1' '{"ids": []}' logits "$good/model"
asked 'an id beyond the vocabulary' 'standard input:1' '{"ids": [1, 99999]}' logits "$good/model"
asked 'an id that is text' 'standard input:1' '{"ids": [1, "2"]}' logits "$good/model"
asked 'a number for a text' 'standard input:1' '{"text": 3}' tokens "$good/model"
asked 'text that is not UTF-8' 'standard input:1' '{"text": "a\xff"}' tokens "$good/model"
asked 'a model that is absent' bad/absent '{"ids": [1, 2]}' logits "$bad/absent"
asked 'a memory that is absent' bad/absent '{"ids": [1, 2]}' logits "$good/model" \
    --memory "$bad/absent"
asked 'a memory of another model' 'cell1|wider' '{"ids": [1, 2]}' logits "$bad/wider" \
    --memory "$good/cell1"
asked 'a layer the model has not' 'layer|cell1' '{"ids": [1, 2]}' logits "$good/model" \
    --memory "$good/cell1" --layer 9
asked 'no document for a memory of documents' 'standard input:1' '{"ids": [1, 2]}' logits "$good/model" \
    --memory "$good/owned"
asked 'a document that is not there' 'standard input:1' '{"ids": [1, 2], "document": 99}' generate \
    "$good/model" --tokens 1 --memory "$good/owned"
asked 'an epoch that was not saved' cell1 '{"ids": [1, 2]}' logits "$good/model" \
    --memory "$good/cell1" --epoch 7
asked 'a split that is absent' bad/absent '' fever "$bad/absent"
asked 'a split that is no split' bad/texts.jsonl:1 '' fever "$bad/texts.jsonl"
asked 'a file without tensors' cell1.csv '' tensors "$good/cell1.csv"
finish
