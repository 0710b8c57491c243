#!/bin/bash
# readme: every block of README.org does what it says, but for the question of one's own (example.sh).
source "$(dirname "$0")/readme.bash"
own=$(section 'A question of your own')
check 'the house is copied' copy_house
give_names
check 'another output would be told' bash -c "$(declare -f is_like); is_like $'…\nb c…' $'a\nb cd' && ! is_like $'…\nb' $'a\nc' && ! is_like a ab && ! is_like '(*)' x"
# What a reader makes is made here.
rm -f "$house"/figures/layer_accuracy.png "$house"/build/tiny/figures/layer_accuracy.{png,data}
run_readme 1 "$own"
run_readme $((own + 1)) 1000
run_readme 1 1000 data/README.org
# links FILE 'pattern': what it links to is there.
links() {
    local path lost=0
    for path in $(grep -o '\[\[file:[^]]*' "$1" | sed 's/.*file://' | grep $2); do
        [ -e "$(dirname "$1")/$path" ] || { echo "$1 links to $path, which is not there"; lost=1; }
    done
    return $lost
}
check 'links lead somewhere' links README.org '-v figures/gallery'
check "those of data/README.org too" links data/README.org .
if [ -d figures/gallery ]; then check 'the pictures are there' links README.org figures/gallery
else skip 'the pictures are there' 'without figures/gallery'; fi
check 'its memory in Python has the loss that probe finds' grep -q " $(texts build/tiny/encoded.safetensors document |
    head -n 1 | mean_losses data/base --memory build/tiny/cells/none-plain-document-L3-s1.safetensors |
    xargs printf '%.4f') with it" README.org
check 'the figure is drawn' test -s "$house/figures/layer_accuracy.png"
finish
