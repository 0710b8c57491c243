#!/bin/bash
# fetch: downloads from a server on this machine that breaks off, lies, falls silent or says no.
source "$(dirname "$0")/lib.bash"
readonly www=$folder/www got=$folder/got log=$folder/requests list=$folder/sources
unset HF_TOKEN http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
export HOME=$folder/home HF_HOME=$folder/home
mkdir -p "$www" "$HOME"
seq 1 500000 | head -c 3000000 >"$www/large"
seq 7 5000 | head -c 1000 >"$www/small"
: >"$www/empty"
hash() { sha256sum <"$1" | cut -d ' ' -f 1; }
readonly large=$(hash "$www/large") small=$(hash "$www/small")
readonly zeros=$(printf '0%.0s' {1..64})
echo "$large" >"$www/large.sha256"

"$bin/http-server" "$www" "$log" "$folder/port" &
readonly server=$!
trap 'kill $server' EXIT
for _ in {1..100}; do [ -s "$folder/port" ] || sleep 0.05; done
need "$folder/port"
readonly site=http://127.0.0.1:$(<"$folder/port")

# ---- Helpers ----------------------------------------------------------------------------
# start LINE...: an empty folder of downloads, no requests yet, and a list: path bytes hash address.
start() {
    rm -rf "$got"
    : >"$log"
    list_is "$@"
}
list_is() { printf '%s\n' "$@" | sed "s| /| $site/|" >"$list"; }

# fetch WORD...: all files of the list, quickly.
fetch() { data/fetch --sources "$list" --out "$got" --pause 0.01 --tries 3 --silence 1 '*' "$@"; }

# cut_off: a fetch that is killed when some bytes are there.
cut_off() {
    data/fetch --sources "$list" --out "$got" '*' >"$folder/killed" 2>&1 &
    for _ in {1..200}; do [ -s "$got/f.part" ] || sleep 0.02; done
    { kill -9 $! && wait $!; } 2>/dev/null
}

# brings 'pattern' FILE: the fetch succeeds, says so, and got/f is that file, whole and recorded.
brings() {
    local said
    said=$(fetch 2>&1) || { echo "failed: $said"; return 1; }
    grep -Eq "$1" <<<"$said" || { echo "did not say '$1': $said"; return 1; }
    [ "$(wc -l <<<"$said")" -le 4 ] || { echo "says too much: $said"; return 1; }
    whole "$2"
}
whole() {
    cmp "$got/f" "$1" || return 1
    [ ! -e "$got/f.part" ] && [ ! -e "$got/f.part.tag" ] || { echo 'left a part'; return 1; }
    [ "$(stat -c %a "$got/f")" = 444 ] || { echo 'can be written'; return 1; }
    grep -q "^f $(stat -c %s "$1") $(hash "$1") " "$got/received" || { echo 'is not recorded'; return 1; }
}

# refuses 'pattern' WORD...: one line with what is wrong and what to do, status 1, and no file got/f.
refuses() {
    local pattern=$1 said status
    shift
    said=$(fetch "$@" 2>&1 >/dev/null | grep -v 'trying again in')
    status=${PIPESTATUS[0]}
    grep -Eq "^docmem: fetch: .+: .+; .+" <<<"$said" && grep -Eq "$pattern" <<<"$said" ||
        { echo "not '$pattern': $said"; return 1; }
    [ "$(wc -l <<<"$said")" -eq 1 ] || { echo "not one line: $said"; return 1; }
    [ ! -e "$got/f" ] || { echo 'has its name though it is not whole'; return 1; }
}

# parts BYTES: what is left of got/f; requests N: how many came; asked 'pattern' N: such requests.
parts() { [ "$(stat -c %s "$got/f.part" 2>/dev/null || echo none)" = "$1" ] || { ls -l "$got"; false; }; }
asked() { [ "$(grep -Ec -- "$1" "$log")" -eq "$2" ] || { echo "wanted $2 of $1"; cat "$log"; false; }; }
requests() { asked . "$1"; }

# ---- Whole downloads ----------------------------------------------------------------------
start "f 3000000 $large /plain/large"
check 'a whole file' brings '^f: 3.000 MB received$' "$www/large"
check 'is asked for once' requests 1
check 'a second run fetches nothing' brings '^0 files fetched, 1 already there' "$www/large"
check 'and asks nothing' requests 1
touch "$got/f"
check 'a touched file is hashed again, not fetched' brings '1 already there' "$www/large"
check 'and asks nothing either' requests 1
check '--verify hashes it again' fetch --verify
chmod 644 "$got/f" && printf x | dd of="$got/f" bs=1 seek=5 conv=notrunc status=none
check 'a changed file is found out' bash -c "! said=\$(data/fetch --sources '$list' --out '$got' '*' 2>&1) &&
    grep -q 'f: has the SHA-256 .* says $large; .*move it away' <<<\"\$said\""
truncate -s 5 "$got/f"
check 'a file cut short is found out' bash -c "! said=\$(data/fetch --sources '$list' --out '$got' '*' 2>&1) &&
    grep -q 'f: has 5 bytes, but .* says 3000000; ' <<<\"\$said\""
start "f 3000000 $large /plain/large" && mkdir -p "$got" && cp "$www/large" "$got/f" && chmod 444 "$got/f"
check 'a copy put there is taken' brings '1 already there' "$www/large"
check 'without a request' requests 0
start "f 3000000 $large /chunked/large"
check 'in chunks' brings 'received' "$www/large"
start "f - $large /nolength/large"
check 'of unknown size, by its hash' brings 'received' "$www/large"
start "f 3000000 $large /away/large"
check 'after a redirect' brings 'received' "$www/large"
start "f - $(hash "$www/empty") /plain/empty"
check 'an empty file' brings 'received' "$www/empty"
start "f 3000000 $large /busy=2/large"
check 'from a server that is busy twice' brings 'HTTP 503; trying again' "$www/large"
start "a/b/f 1000 $small /plain/small" "a/g 1000 $small /plain/small"
check 'patterns choose' data/fetch --sources "$list" --out "$got" 'a/b/*'
check 'and only what they name' test -e "$got/a/b/f" -a ! -e "$got/a/g"

# ---- Broken off, and resumed ----------------------------------------------------------------
start "f 3000000 $large /cut=1200000/large"
check 'a server that breaks off is asked for the rest' brings 'trying again' "$www/large"
check 'from where it broke off' asked 'range=bytes=(1200000|2400000)-' 2
start "f 3000000 $large /cutall=1200000/large"
check 'a server that breaks off and cannot resume' refuses 'in 3 tries .* what came is kept'
check 'its part is kept' parts 1200000
list_is "f 3000000 $large /norange/large"
check 'another run starts over where ranges are ignored' brings received "$www/large"
start "f 3000000 $large /silent=1600000/large"
check 'a server that falls silent is asked for the rest' brings 'trying again' "$www/large"
start "f 3000000 $large /cut=1200000/large"
check 'tries can be few' refuses 'in 1 tries .* what came is kept' --tries 1
list_is "f 3000000 $large /plain/large"
: >"$log"
check 'and resumed by another run' brings received "$www/large"
check 'with a range' asked 'range=bytes=[1-9][0-9]*-' 1
start "f 3000000 $large /slow=20000/large"
data/fetch --sources "$list" --out "$got" '*' >"$folder/killed" 2>&1 &
for _ in {1..100}; do [ -s "$got/f.part" ] || sleep 0.05; done
check 'a second fetch at once is told' refuses 'another fetch is at work here'
{ kill -9 $! && wait $!; } 2>/dev/null
check 'killed, it leaves a part and no file' test -s "$got/f.part" -a ! -e "$got/f"
list_is "f 3000000 $large /plain/large"
: >"$log"
check 'after the kill it is resumed' brings received "$www/large"
check 'by its range' asked 'range=bytes=[1-9][0-9]*-' 1
start "f 3000000 $large /plain/large" && mkdir -p "$got" && cp "$www/large" "$got/f.part"
check 'a part that is whole needs no request' brings received "$www/large"
check 'none' requests 0
start "f 3000000 $large /plain/large" && mkdir -p "$got" && cat "$www/large" "$www/small" >"$got/f.part"
check 'a part that is too long starts over' brings received "$www/large"
start "f 3000000 $large /plain/large" && mkdir -p "$got" && head -c 1000000 /dev/zero >"$got/f.part"
check 'a part of other bytes fails the hash' refuses "SHA-256 .* says $large; its part was removed"
check 'and is removed' parts none
check 'so that the next run brings it' brings received "$www/large"
start "f 3000000 $large /badrange/large" && mkdir -p "$got" && head -c 1000000 "$www/large" >"$got/f.part"
check 'another range than asked' refuses 'another range than was asked'

# ---- Wrong bytes, wrong length, no file -------------------------------------------------------
start "f 3000000 $zeros /plain/large"
check 'wrong bytes' refuses "has the SHA-256 $large, but .*/sources says $zeros"
check 'leave nothing' parts none
start "f 2999999 $large /plain/large"
check 'a file that is too long' refuses 'offers 3000000 bytes, but .*/sources says 2999999'
start "f 3000001 $large /plain/large"
check 'a file that is too short' refuses 'offers 3000000 bytes, but .*/sources says 3000001'
start "f 2999999 $large /chunked/large"
check 'more bytes than there may be' refuses 'sends more than the 2999999 bytes'
start "f 3000001 $large /chunked/large"
check 'an end before the end' refuses 'has only 3000000 bytes, but .*/sources says 3000001'
start "f 3000000 $large /longer/large"
check 'a length that is not what comes' refuses 'offers 2999999 bytes'
start 'f - - /nolength/large'
check 'a file of which nothing is known' refuses 'does not say how long'
start "f 3000000 $large /status=404/large"
check '404' refuses 'answers HTTP 404; see whether the file has moved'
check 'is asked for once' requests 1
start "f 3000000 $large /status=500/large"
check '500' refuses 'in 3 tries \(the server answers HTTP 500\)'
check 'is tried thrice' requests 3
for status in 401 403; do
    start "f 3000000 $large /status=$status/large"
    check "$status" refuses "HTTP $status\); accept the licence at $site.* HF_TOKEN=.* MODELS="
done
start "f 3000000 $large /round/large"
check 'redirects without end' refuses 'sends us on without end'
start "f 3000000 $large /file/large"
check 'a redirect to a local file' refuses 'cannot be asked'
start 'f 3000000 - /plain/large' && sed -i 's|http://[^/]*|http://127.0.0.1:1|' "$list"
check 'no server' refuses 'in 3 tries .*onnect'
start 'f 3000000 - /plain/large' && sed -i 's|http:|https:|' "$list"
check 'a server without TLS' refuses 'in 1 tries|cannot be asked' --tries 1
if command -v openssl >/dev/null &&
    openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 -keyout "$folder/key" \
        -out "$folder/certificate" 2>/dev/null; then
    openssl s_server -accept 127.0.0.1:0 -www -key "$folder/key" -cert "$folder/certificate" \
        >"$folder/tls" 2>&1 </dev/null &
    readonly tls=$!
    trap 'kill $server $tls' EXIT
    for _ in {1..100}; do grep -qs "^ACCEPT" "$folder/tls" || sleep 0.05; done
    start "f 3000000 $large https://127.0.0.1:$(sed -n 's/^ACCEPT .*://p' "$folder/tls")/large"
    check 'a server that nobody vouches for' refuses 'cannot be asked \(SSL certificate problem.*; check'
    check 'sends nothing' parts 0
fi
start "f 3000000 $large /plain/large" && trap '' XFSZ
check 'a full disk' bash -c "ulimit -S -f 1000; ! said=\$(data/fetch --sources '$list' --out '$got' '*' 2>&1) &&
    grep -q 'f: cannot be written (.*); free some space' <<<\"\$said\""
trap - XFSZ
check 'keeps what came' parts 1024000
check 'which is resumed' brings received "$www/large"
start "f 1125899906842624 $large /plain/large"
check 'no room' refuses 'MB are to come and .* MB are free'
check 'is known before a request' requests 0

# ---- First trust ------------------------------------------------------------------------------
start 'f - - /linked/large'
check 'an announced hash is taken on first trust' brings "taken on first trust as $large" "$www/large"
check 'and recorded as such' grep -q 'first-trust$' "$got/received"
check 'no second time' brings '1 already there' "$www/large"
rm -f "$got/f"
check 'missing again, it is fetched by the record' brings received "$www/large"
rm -f "$got/f" && echo $zeros >"$www/large.sha256"
check 'another announcement is refused' refuses "announces the SHA-256 $zeros, but .*/received says $large"
start 'f - - /linked/large'
check 'an announcement that is not kept' refuses "SHA-256 $large, but its own announcement says $zeros"
check 'leaves nothing' parts none
echo "$large" >"$www/large.sha256"
start 'f - - /plain/small'
check 'a file of which only the length is known' brings "first trust as $small" "$www/small"
chmod 644 "$got/f" && echo other >"$got/f"
check 'the record binds' bash -c "! data/fetch --sources '$list' --out '$got' '*' 2>'$folder/said' &&
    grep -q 'f: has 6 bytes, but $got/received says 1000' '$folder/said'"
start 'f - - /slow=20000/large'
cut_off
check "a part bears the server's tag" grep -q '^etag "' "$got/f.part.tag"
list_is 'f - - /plain/large'
: >"$log"
check 'by which it is resumed' brings 'first trust' "$www/large"
check 'if it is the same still' asked 'range=bytes=[1-9].* if="3000000-' 1
start 'f - - /slow=20000/large'
cut_off
list_is 'f - - /plain/small'
check 'and started over if it is another' brings "first trust as $small" "$www/small"
start 'f - - /fresh/large' && mkdir -p "$got" && head -c 1000 /dev/zero >"$got/f.part"
check 'a part without a tag is not trusted' brings "first trust as $large" "$www/large"

# ---- The token ----------------------------------------------------------------------------------
export HF_TOKEN=hf_secret
start "f 3000000 $large /away/large"
check 'a token does not hinder' brings received "$www/large"
check 'and goes to nobody but its own place' asked 'token=no' 2
start "f 3000000 $large /status=403/large"
check 'nor into a message' bash -c "! data/fetch --sources '$list' --out '$got' '*' 2>&1 | grep secret"
# Whom it goes to, by a curl that writes down what it is told.
mkdir -p "$folder/tools"
printf '#!/bin/bash\necho "$*" >>%s; { echo "${@: -1}"; cat; } >>%s; exit 6\n' "$folder/arguments" "$folder/told" >"$folder/tools/curl"
chmod +x "$folder/tools/curl"
# bears 'the token or none' ADDRESS
bears() {
    rm -rf "$got" "$folder/told"
    echo "f 3000000 $large $2" >"$list"
    (PATH=$folder/tools:$PATH && fetch --tries 1) >/dev/null 2>&1
    grep -Fxq "$2" "$folder/told" && [ "$(grep -c 'Authorization: Bearer hf_secret' "$folder/told")" -eq "$1" ] ||
        { cat "$folder/told"; false; }
}
check "it goes to huggingface.co" bears 1 https://huggingface.co/a/b
check 'not to a name that begins so' bears 0 https://huggingface.co.example.org/a/b
check 'nor to one that ends so' bears 0 https://not-huggingface.co/a/b
check 'it is no word that others see' bash -c "! grep -q secret '$folder/arguments'"
HF_TOKEN=$'a\r\nHost: b'
check 'a token of two lines' refuses 'HF_TOKEN: is no token'
unset HF_TOKEN

# ---- Lists and records -------------------------------------------------------------------------
# bad 'pattern' LINE: the list is refused, by file and line.
bad() {
    rm -rf "$got"
    printf '# a list\n\n%b\n' "$2" >"$list"
    refuses "sources:3: .*$1"
}
readonly url=https://a.b/c
while IFS='|' read -r what pattern line; do
    check "$what" bad "$pattern" "$line"
done <<TABLE
three columns|has 3 columns, not 4|f 1 $zeros
five columns|has 5 columns, not 4|f 1 $zeros $url more
an absolute path|no plain path|/f 1 $zeros $url
a path upwards|no plain path|a/../f 1 $zeros $url
a hidden path|no plain path|.lock 1 $zeros $url
an empty part of a path|no plain path|a//f 1 $zeros $url
a folder|no plain path|a/ 1 $zeros $url
a path of other signs|no plain path|a\$b 1 $zeros $url
the name of a part|no plain path|f.part 1 $zeros $url
the name of the record|no plain path|received 1 $zeros $url
no bytes|no count of bytes|f 0 $zeros $url
negative bytes|no count of bytes|f -5 $zeros $url
bytes with a unit|no count of bytes|f 5M $zeros $url
too many bytes|no count of bytes|f 99999999999999999999 $zeros $url
a short hash|no SHA-256|f 1 ${zeros:1} $url
a hash in capitals|no SHA-256|f 1 ${zeros/0/A} $url
a local file|no URL|f 1 $zeros file:///etc/hostname
a URL without a file|no URL|f 1 $zeros https://a.b
a URL with a name in it|no URL|f 1 $zeros https://me:word@a.b/c
plain HTTP elsewhere|no URL|f 1 $zeros http://a.b/c
plain HTTP to what is called like this machine|no URL|f 1 $zeros http://localhost.a.b/c
a URL that is too long|no URL|f 1 $zeros https://a.b/$zeros$zeros$zeros$zeros$zeros$zeros$zeros
a byte beyond ASCII|no printable ASCII|f 1 $zeros https://a.b/\xc3\xbc
a NUL|no printable ASCII|f 1 $zeros https://a.b/\0c
TABLE
printf 'f 1 %s %s\nf 1 %s %s\n' $zeros $url $zeros $url >"$list"
check 'a path twice' refuses 'sources:2: repeats a path'
{ printf 'f 1 %s https://a.b/' $zeros; head -c 5000 /dev/zero | tr '\0' a; echo; } >"$list"
check 'an endless line' refuses 'sources:1: is longer'
rm -f "$list"
check 'no list' refuses 'sources: cannot be opened'
start "f 1000 $small /plain/small"
check 'a pattern that names nothing' refuses 'has no line for x\*' 'x*'
mkdir -p "$got" && echo 'f 1000 hash 5 listed' >"$got/received"
check 'a bad record' refuses 'received:1: its third column is no SHA-256; delete the line'
rm -f "$got/received"
check 'no word' bash -c "! said=\$(data/fetch --sources '$list' --out '$got' 2>&1) &&
    grep -q 'nothing was named' <<<\"\$said\""
start "f 1000 $small /plain/small" "f/g 1000 $small /plain/small"
check 'a file where a folder must be' bash -c "! said=\$(data/fetch --sources '$list' --out '$got' '*' 2>&1) &&
    grep -q 'f/g.part: cannot be opened' <<<\"\$said\""
start "f 1000 $small /plain/small" && mkdir -p "$got/f"
check 'a folder where the file must be' bash -c "! said=\$(data/fetch --sources '$list' --out '$got' '*' 2>&1) &&
    grep -q 'f: is no file; move it away' <<<\"\$said\""

# ---- The list that is shipped, and make ----------------------------------------------------------
check 'data/sources can be read' bash -c "! said=\$(data/fetch --sources data/sources --out '$got' nothing 2>&1) &&
    grep -q 'data/sources: has no line for nothing' <<<\"\$said\""
check 'the default profile fetches nothing' bash -c \
    "make -s fetch PROFILE=tiny | grep -qx 'PROFILE=tiny: nothing is to be fetched'"
finish
