#!/bin/bash
# browser: the paper in a real browser, without a window: its pictures, links, widths and script.
source "$(dirname "$0")/lib.bash"
browser=$(command -v chromium chromium-browser google-chrome | head -n 1)
if [ -z "$browser" ] || [[ $out == *-sanitize ]]; then
    echo 1..1
    echo "ok 1 # SKIP ${browser:+sanitized runs make no paper}${browser:-no Chromium is installed}"
    exit
fi
readonly browser page=$out/paper/paper.html
need "$page"

# shows FILE: the page has nothing to be told of at the width of a phone and of a desk.
shows() {
    local status
    cp "$1" "$folder/page.html" && cp "$here/browser.html" "$folder/browser.html" || return 2
    # Its home is a folder of the check's; a page may only read what lies beside it.
    HOME=$PWD/$folder/home timeout 60 "$browser" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
        --user-data-dir="$PWD/$folder/profile" --allow-file-access-from-files --host-resolver-rules='MAP * ~NOTFOUND' \
        --enable-logging=stderr --virtual-time-budget=20000 --window-size=1300,1000 --dump-dom \
        "file://$PWD/$folder/browser.html#400,1200" >"$folder/dom" 2>"$folder/log"
    status=$?
    [ $status -eq 0 ] || { echo "the browser ended with status $status"; tail -n 3 "$folder/log"; return 2; }
    { sed -n 's/.*<pre id="told">//; s/&lt;/</g; /^difference: /p' "$folder/dom"
      grep -o 'CONSOLE.*' "$folder/log" | sed 's/^/difference: /'; } >"$folder/told"
    grep -q 'looked at 400, 1200' "$folder/dom" || { echo 'the page was not looked at'; return 2; }
    [ ! -s "$folder/told" ] || { cat "$folder/told"; return 1; }
}

check 'the page is right at 400 and at 1200 pixels' shows "$page"

# All faults of one kind in one page each, since a browser takes its time.
catches 'a page with faults' shows "$(planted "$page" "s|</h1>|&<p style='width: 1500px'>wide</p>|
    s|<table |<a href='#absent'>x</a>&|; 0,/base64,iVBOR/s//base64,iVBxx/
    s|</body>|<script>console.error('told'); fault();</script>&|")"
named() { grep -q -- "$1" "$folder/told" || { cat "$folder/told"; return 1; }; }
check 'that scrolls sideways on a phone' named 'at 400: the page scrolls sideways'
check 'and on a desk' named 'at 1200: the page scrolls sideways'
check 'with what is too wide' named 'at 400: P wide is too wide'
check 'whose link leads nowhere' named 'link #absent leads nowhere'
check 'that misses a picture' named "picture '.*' is missing"
check 'whose script fails' named 'fault is not defined'
check 'that complains' named 'CONSOLE.*told'
finish
