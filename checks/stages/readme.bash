# README.org (and data/README.org) carried out, block by block, in a copy of the house; for the checks readme and example.
#
# A block with :tangle FILE becomes that file, one with :append FILE its end. A block of shell without
# these is run as it stands; or, where it would take long or leave the machine, what its :check names is
# run instead. :needs names Python's packages that it needs. Where an example follows, it must have printed
# that; … stands for anything, on a line of its own for any lines.
source "$(dirname "$0")/lib.bash"
readonly house=$folder/house
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES DOCMEM_RUN NO_COLOR V PROFILE SANITIZE QUESTION
HOME=$(realpath -m "$folder/home")
export HOME COLUMNS=100

[ "$out" = build/tiny ] || { echo "ok 1 - README # SKIP it tells of the default run, not of $out"; echo 1..1; exit; }

# copy_house: the tree with the default run in it; what was built is linked, not copied.
copy_house() {
    mkdir -p "$house/build" "$HOME" || return
    tar -c --format=posix --exclude=./build --exclude=./.git --exclude=./data/fetched . | tar -x -C "$house" &&
        cp -al build/bin build/obj build/tiny build/results.db build/results.db.prov build/metadata.json \
            build/figures.profile "$house/build/"
}

# A real model's files in name only, for make -n.
give_names() {
    local model
    mkdir -p "$house/given/fever"
    touch "$house"/given/fever/{train.jsonl,paper_dev.jsonl,wiki-pages.zip}
    mkdir -p "$house"/given/fever-pages/{wiki-pages,stand-in} "$house/given/models/smollm2-135m-instruct"
    touch "$house"/given/fever-pages/stand-in/{train,dev}.jsonl \
        "$house/given/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf"
    for model in Llama-2-7b-chat-hf pythia-70m llama; do
        mkdir -p "$house/given/models/$model"
        touch "$house/given/models/$model"/{config.json,tokenizer.json,model.safetensors}
    done
}

# is_like 'wanted' 'found': where … stands for anything.
is_like() {
    local wanted=${1//$'\n…\n'/$'\n…'} part pattern=
    wanted=${wanted/#$'…\n'/…}
    while [[ $wanted == *…* ]]; do
        part=${wanted%%…*}
        pattern+=${part:+$(printf %q "$part")}'*'
        wanted=${wanted#*…}
    done
    pattern+=${wanted:+$(printf %q "$wanted")}
    eval "[[ \$2 == $pattern ]]"
}

# after NAME 'line': the words after :NAME, up to the end.
after() { [[ $2 == *" :$1 "* ]] && echo "${2##* :"$1" }"; }

# lacks 'packages': a Python package of these that is not there.
lacks() {
    local package
    for package in $1; do python3 -c "import $package" 2>/dev/null || { echo "$package"; return; }; done
    return 1
}

# skip 'what' 'why'
skip() {
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# run_block 'name' 'head' 'text': runs it in the house; what it says is kept in $said.
run_block() {
    local name=$1 instead needs what
    instead=$(after check "$2") || instead=$3
    if needs=$(after needs "$2") && what=$(lacks "$needs"); then
        skip "$name" "without Python's package $what"
        said=$'\001'
        return
    fi
    said=$(cd "$house" && bash -eu -o pipefail -c "$instead" 2>&1)
    tell $? "$name$([ "$instead" = "$3" ] || echo " (instead: $instead)")" "$said"
}

# run_readme FROM TO [FILE]: the blocks below the headings from FROM on, and before TO, each a number of them.
run_readme() {
    local line head='' text='' name='' said=$'\001' heading='' at=0
    while IFS= read -r line; do
        case $line in
        '* '*) at=$((at + 1)) heading=${line#\* } ;;
        '#+begin_src '* | '#+begin_example') head="$line " text='' ;;
        '#+end_src' | '#+end_example')
            ((at >= $1 && at < $2)) && end_block
            head='' ;;
        *) [ -z "$head" ] || text+=$line$'\n' ;;
        esac
    done <"${3-README.org}"
}

# end_block: what is to be done with the block that was read; variables of run_readme.
end_block() {
    local path
    head=${head% }
    if [ "$head" = '#+begin_example' ]; then
        [ "$said" = $'\001' ] ||
            check "$heading: prints what README says" is_like_or_tell "${text%$'\n'}" "$said"
        said=$'\001'
    elif path=$(after tangle "$head"); then
        mkdir -p "$house/$(dirname "$path")" && printf %s "$text" >"$house/$path"
        tell $? "$heading: $path is written" ''
    elif path=$(after append "$head"); then
        printf '\n%s' "$text" >>"$house/$path"
        tell $? "$heading: $path is longer" ''
    elif [[ $head == '#+begin_src sh'* ]]; then
        name=$(grep -v '^$' <<<"$text" | head -n 1 | cut -c 1-60)
        run_block "$heading: ${name//#/}" "$head" "$text"
    else
        tell 1 "$heading: every block is shell or a file" "$head"
    fi
}

is_like_or_tell() { is_like "$1" "$2" || { printf 'wanted\n%s\nfound\n%s\n' "$1" "$2"; false; }; }

# section 'heading': its number among the headings of the first level.
section() { grep '^\* ' README.org | grep -n "^\* $1\$" | cut -d: -f1; }
