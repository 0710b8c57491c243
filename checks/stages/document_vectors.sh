#!/bin/bash
# document_vectors: drift, selections and losses found again from the tensors, by awk and by probe.
#
# It looks at memories it trains itself, and at those of `make all`.
source "$(dirname "$0")/lib.bash"
readonly encoded=$out/encoded.safetensors prefix=$out/prefix.safetensors
need "$encoded" "$prefix" "$prefix.prov"
readonly model=$(dirname "$(input "$prefix" model)")
readonly layer=$(argument "$prefix" layers | tr , '\n' | tail -n 1)

# train NAME WORD...: a small memory; its path.
train() {
    local path=$folder/$1.safetensors
    shift
    "$bin/document_vectors" --model "$model" --encoded "$encoded" --prefix "$prefix" \
        --layer "$layer" --entries 6 --epochs 3 --save 1,3 --lr 1e-2 --warmup 1 "$@" \
        --out "$path" && echo "$path"
}

setting() { ask_header "$1" "\$.\"__metadata__\".$2"; }

# drifts CELL: |K_t - K_0| / |K_0| of each document after each epoch.
drifts() {
    local n=$(setting "$1" documents) k=$(setting "$1" dimension)
    tensor "$1" K | awk -v n="$n" -v k="$k" '
        { at = (NR - 1) % (n * k); if (NR <= n * k) first[at] = $1
          moved += ($1 - first[at]) ^ 2; start += first[at] ^ 2
          if (NR % k == 0) { printf "%.12f\n", log(1 + sqrt(moved / start)); moved = start = 0 } }' \
        >"$folder/wanted"
    # By log(1 + drift), for plain descent drifts by 30, and K is of float32.
    tensor "$1" drift | awk '{ printf "%.12f\n", log(1 + $1) }' >"$folder/found"
    near 1e-6 "$folder/wanted" "$folder/found"
}

# selections CELL: the last s is phi(G(K)) of the last K and the parameters of G. GELU's normal
# distribution function is a power series, phi a tanh of exponentials or a maximum.
selections() {
    local n=$(setting "$1" documents) k=$(setting "$1" dimension) m=$(setting "$1" entries)
    local mlp=0 part parts='G.weight G.bias'
    [ "$(setting "$1" selection)" = linear ] ||
        { mlp=1 parts='G.1.weight G.1.bias G.2.weight G.2.bias'; }
    {
        for part in $parts; do tensor "$1" $part | sed "s/^/$part /"; done
        tensor "$1" K | tail -n $((n * k)) | sed 's/^/K /'
    } | awk -v n="$n" -v k="$k" -v m="$m" -v mlp=$mlp -v phi="$(setting "$1" phi)" '
        function cdf(x,  term, sum, i) {
            if (x < -7) return 0; if (x > 7) return 1
            term = sum = x
            for (i = 3; i < 240; i += 2) { term *= x * x / i; sum += term }
            return 0.5 + sum * exp(-x * x / 2) / sqrt(8 * atan2(1, 1)) }
        function act(x) {
            if (phi == "relu") return x > 0 ? x : 0
            return (exp(x) - exp(-x)) / (exp(x) + exp(-x)) }
        { v[$1, count[$1]++] = $2 }
        END { for (i = 0; i < n; i++) {
            wide = k; last = "G"
            for (j = 0; j < k; j++) x[j] = v["K", i * k + j]
            if (mlp) { for (e = 0; e < m; e++) { y[e] = v["G.1.bias", e]
                for (j = 0; j < k; j++) y[e] += v["G.1.weight", e * k + j] * x[j] }
                for (e = 0; e < m; e++) x[e] = y[e] * cdf(y[e])
                wide = m; last = "G.2" }
            for (e = 0; e < m; e++) { sum = v[last ".bias", e]
                for (j = 0; j < wide; j++) sum += v[last ".weight", e * wide + j] * x[j]
                printf "%.9f\n", act(sum) } } }' >"$folder/wanted"
    tensor "$1" s | tail -n $((n * m)) >"$folder/found"
    near 1e-5 "$folder/wanted" "$folder/found"
}

# contexts CELL: the last vectors are U times the means of the stream that enters the memory, of whole documents.
contexts() {
    local from n=$(setting "$1" documents) k=$(setting "$1" dimension) d=$(setting "$1" width)
    local rows=$(head -n "$n" "$folder/ids" | tr , '\n' | wc -l)
    read -r from _ < <(place "$prefix" "h.$(setting "$1" layer)")
    {
        head -n "$n" "$folder/ids" | awk -F, '{ print "rows", NF }'
        tensor "$1" U.weight | sed 's/^/U /'
        od -An -v -t f4 -w4 -j "$from" -N $((4 * rows * d)) "$prefix" | sed 's/^/h /'
    } | awk -v n="$n" -v k="$k" -v d="$d" '
        $1 == "rows" { rows[documents++] = $2; next }
        $1 == "U" { U[weights++] = $2; next }
        { mean[i * d + j] += $2 / rows[i + 0]; if (++j == d) { j = 0; if (++row == rows[i + 0]) { row = 0; i++ } } }
        END { for (i = 0; i < n; i++) for (c = 0; c < k; c++) {
            sum = 0; for (j = 0; j < d; j++) sum += U[c * d + j] * mean[i * d + j]
            printf "%.9f\n", sum } }' >"$folder/wanted"
    tensor "$1" K | tail -n $((n * k)) >"$folder/found"
    near 1e-4 "$folder/wanted" "$folder/found"
}

# before CELL: losses without a memory are those of probe (of whole documents).
before() {
    tensor "$1" base_nll >"$folder/found"
    head -n "$(setting "$1" documents)" "$folder/without" >"$folder/wanted"
    near 1e-5 "$folder/wanted" "$folder/found"
}

# mean_of CELL TENSOR STATE: the mean loss a token of a state, all its documents together.
mean_of() {
    local n=$(setting "$1" documents)
    paste -d ' ' <(tensor "$1" "$2" | tail -n +$(($3 * n + 1)) | head -n "$n") \
        <(head -n "$n" "$folder/predicted") |
        awk '{ sum += $1 * $2; all += $2 } END { printf "%.12f\n", sum / all }'
}

# steps CELL: with all documents in one step, epoch 1 trains on the loss scored before it, and
# epoch 2 on that after epoch 1; and L is L_pos + alpha F of L_pos and L_neg.
steps() {
    { mean_of "$1" document_nll 0; mean_of "$1" document_nll 1; } >"$folder/wanted"
    tensor "$1" loss_pos | head -n 2 >"$folder/found"
    near 1e-6 "$folder/wanted" "$folder/found" || return 1
    if [ "$(setting "$1" alpha)" = 0 ]; then
        tensor "$1" loss_pos >"$folder/wanted"
    else
        paste -d ' ' <(tensor "$1" loss_pos) <(tensor "$1" loss_neg) |
            awk -v form="$(setting "$1" form)" \
                -v alpha="$(setting "$1" alpha)" -v tau="$(setting "$1" tau)" '
            { far = ($2 - tau) ^ 2; if (far > $1) far = $1
              if (form == "absolute") far = $2 > tau ? $2 - tau : tau - $2
              printf "%.12f\n", $1 + alpha * far }' >"$folder/wanted"
    fi
    tensor "$1" loss >"$folder/found"
    near 1e-9 "$folder/wanted" "$folder/found"
}

# settled CELL: it is what its provenance says, and training lowered the loss.
settled() {
    local name given
    for name in layer documents phi selection lm form negative dimension entries seed; do
        given=$(argument "$1" $name)
        [ "$(setting "$1" $name)" = "$given" ] ||
            { echo "difference: $name is not $given"; return 1; }
    done
    same <(echo 0; argument "$1" save | tr , '\n') <(tensor "$1" epochs) || return 1
    tensor "$1" loss_pos | awk 'NR == 1 { first = $1 } { last = $1 }
        END { if (!(NR > 1 && last < first)) {
            print "difference: training raised the loss"; exit 1 } }'
}

# planted CELL TENSOR ELEMENT BYTES: a copy with one number changed; its path.
planted() {
    cp "$1" "$folder/planted" && cp "$1.prov" "$folder/planted.prov"
    shift
    plant "$folder/planted" "$@" && echo "$folder/planted"
}

texts "$encoded" document >"$folder/ids"
awk -F, '{ print NF - 1 }' "$folder/ids" >"$folder/predicted"
head -n 5 "$folder/ids" | mean_losses "$model" >"$folder/without"

tanh=$(train tanh --documents 5 --dimension 3 --phi tanh --selection linear --alpha 0.5 --tau 1.5)
relu=$(train relu --documents 4 --phi relu --selection mlp --alpha 0.3 --form absolute --lm no \
    --negative perturbed --seed 2)
alone=$(train alone --documents 5 --phi relu --selection linear --negative zero)
# So far from its target that the memorising loss bounds the forgetting one.
bound=$(train bound --documents 4 --dimension 2 --alpha 0.5 --tau 9 --negative random)
context=$(train context --documents 5 --dimension 3 --start context --alpha 0.5 --tau 1.5)
need "$tanh" "$relu" "$alone" "$bound" "$context"
check 'context vectors are U times the mean of what enters the memory' contexts "$context"
for cell in "$tanh" "$relu" "$alone" "$bound" "$context"; do
    name=$(basename "$cell" .safetensors)
    check "$name: losses without the memory are those of probe" before "$cell"
    check "$name: the loss of a step is made of the losses scored" steps "$cell"
done
for cell in "$tanh" "$relu" "$alone" "$context" "$out"/vectors/*-s1.safetensors; do # one run of each condition
    [ -s "$cell" ] || continue
    name=$(basename "$cell" .safetensors)
    check "$name: drift is that of K" drifts "$cell"
    check "$name: selections are those of the last vectors" selections "$cell"
    check "$name: settings, epochs and losses fit" settled "$cell"
done
check 'the same settings give the same bits' cmp "$tanh" "$(train again --documents 5 \
    --dimension 3 --phi tanh --selection linear --alpha 0.5 --tau 1.5)"

readonly one='\x00\x00\x80\x3f' real='\x00\x00\x00\x00\x00\x00\xf0\x3f'
catches 'a vector moved' drifts "$(planted "$tanh" K 38 "$one")"
catches 'a weight of U changed' contexts "$(planted "$context" U.weight 5 "$one")"
catches 'a drift changed' drifts "$(planted "$tanh" drift 7 "$real")"
catches 'a selection changed' selections "$(planted "$relu" s 80 "$one")"
catches 'a weight of the selection changed' selections "$(planted "$relu" G.1.weight 2 "$one")"
catches 'a bias of the selection changed' selections "$(planted "$tanh" G.bias 2 "$one")"
catches 'a loss without the memory changed' before "$(planted "$alone" base_nll 1 "$real")"
catches 'a scored loss changed' steps "$(planted "$alone" document_nll 6 "$real")"
catches 'a negative loss changed' steps "$(planted "$tanh" loss_neg 1 "$real")"
catches 'a whole loss changed' steps "$(planted "$relu" loss 2 "$real")"
catches 'another seed' settled "$(sed 's/"seed":"2"/"seed":"3"/' "$relu" >"$folder/other" &&
    cp "$relu.prov" "$folder/other.prov" && echo "$folder/other")"
catches 'a memory that is absent' drifts "$folder/absent"
finish
