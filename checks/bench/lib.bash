# Helpers of checks/bench/run: sides as processes that do a job when asked, and whether they do the same.

# ---- Sides: processes that do a job when asked ---------------------------------
# start SIDE COMMAND...
start() {
    local side=$1 pipe=$folder/pipe.$1 to from ready
    shift
    rm -f "$pipe".{in,out}
    mkfifo "$pipe".{in,out} || exit 1
    "$@" <"$pipe.in" >"$pipe.out" 2>>"$log" &
    process[$side]=$!
    exec {to}>"$pipe.in" {from}<"$pipe.out"
    in[$side]=$to out[$side]=$from
    read -r -u "$from" ready || stop "$side does not start: $*; see $log"
    engine=${ready#ready }
}

# ask SIDE REQUEST: the reply's seconds, operations and values in `seconds`, `operations`, `values`.
ask() {
    echo "$2" >&"${in[$1]}"
    read -r -u "${out[$1]}" seconds operations values || stop "$1 ends at '$2'; see $log"
}

# ask_both SIDE OTHER REQUEST: two of ours at once, as the grid runs cells; `seconds` is one's share.
ask_both() {
    local one
    echo "$3" >&"${in[$1]}"
    echo "$3" >&"${in[$2]}"
    read -r -u "${out[$1]}" one operations values && read -r -u "${out[$2]}" seconds operations values ||
        stop "$1 or $2 ends at '$3'; see $log"
    seconds=$(awk -v a="$one" -v b="$seconds" 'BEGIN { printf "%.6f", (a > b ? a : b) / 2 }')
}

# end JOB SIDE: its largest resident memory becomes a line of sides.csv.
end() {
    local to=${in[$2]} from=${out[$2]} peak
    echo end >&"$to"
    read -r -u "$from" peak || stop "$2 ends before its last line; see $log"
    exec {from}<&- {to}>&-
    wait "${process[$2]}" || stop "$2 fails; see $log"
    echo "$1,$2,$peak" >>"$sides"
}

# end_all JOB SIDE...
end_all() {
    local side
    for side in "${@:2}"; do end "$1" "$side"; done
}

# A line of times.csv for what was last asked.
note() { echo "$1,$2,$3,$seconds,$operations" >>"$times"; }

# ---- Agreement --------------------------------------------------------------------
# tolerance_of SIDE: of losses, relative; sides that round to BF16 differ by as much as their numbers do.
tolerance_of() { case $1 in *amx | *avx512 | *bf16) echo 2e-2 ;; *) echo 1e-3 ;; esac; }

# losses_agree A B TOLERANCE: as many numbers in both, each pair within it of the larger, and not all alike.
losses_agree() {
    awk -v a="$1" -v b="$2" -v tolerance="$3" 'BEGIN {
        n = split(a, x); m = split(b, y)
        for (i = 1; i <= n; i++) {
            d = x[i] - y[i]; if (d < 0) d = -d
            if (!(d <= tolerance * x[i])) exit 1
        }
        exit !(n > 0 && n == m && (n == 1 || x[1] != x[n]))
    }'
}

# answers_agree A B TOLERANCE: the same letters, chosen and free, and the chosen one's share of the three letters'
# probability within it.
answers_agree() {
    awk -v a="$1" -v b="$2" -v tolerance="$3" 'BEGIN {
        n = split(a, x); m = split(b, y)
        for (i = 1; i <= n; i++) {
            split(x[i], p, ":"); split(y[i], q, ":")
            d = p[2] - q[2]; if (d < 0) d = -d
            if (p[1] != q[1] || !(d <= tolerance && p[2] > 0)) exit 1
        }
        exit !(n > 0 && n == m)
    }'
}

# agree JOB HOW REQUEST SIDE...: all sides' values to one request; HOW: losses or answers.
agree() {
    local job=$1 how=$2 request=$3 first='' side
    shift 3
    for side in "$@"; do
        ask "$side" "$request"
        [ -n "$first" ] || first=$values
        "${how}_agree" "$first" "$values" "$(tolerance_of "$side")" ||
            stop "$job: $side does another thing than $1: $values instead of $first"
    done
    say "$job: ${*} agree: ${first:0:60}"
}

# turns JOB SIDE=REQUEST...: every side its turn, round after round; %40 is forty times the round's
# number, from 0. The side ours+twin is two processes at once.
turns() {
    local job=$1 r turn side request
    shift
    for ((r = 0; r < rounds; r++)); do
        for turn in "$@"; do
            side=${turn%%=*} request=${turn#*=}
            while [[ $request =~ ^(.*)%([0-9]+)(.*)$ ]]; do
                request=${BASH_REMATCH[1]}$((r * BASH_REMATCH[2]))${BASH_REMATCH[3]}
            done
            case $side in
            *+*) ask_both "${side%+*}" "${side#*+}" "$request" ;;
            *) ask "$side" "$request" ;;
            esac
            note "$job" "${side%+*}" $((r + 1))
        done
    done
    say "$job: $rounds rounds"
}

# ours SIDE CORE THREADS ARGUMENTS...
ours() { start "$1" env OPENBLAS_CORETYPE="$2" DOCMEM_THREADS="$3" "$bin/bench-ours" "${@:4}"; }
peer() { start "$1" "$python" "$here/peer.py" "${@:2}" --threads "$threads"; }
