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
check 'its memory in Python has the loss that probe finds' grep -q " $(texts build/tiny/encoded.safetensors document |
    head -n 1 | mean_losses data/base --memory build/tiny/cells/none_1_plain_document_5_1.safetensors |
    xargs printf '%.4f') with it" README.org
check 'the figure is drawn' test -s "$house/figures/layer_accuracy.png"
finish
