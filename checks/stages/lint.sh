#!/bin/bash
# lint: the sources are as their tools and the map of lib/ want them; faults planted in a small copy are named.
source "$(dirname "$0")/lib.bash"
readonly lint=$PWD/checks/audit/lint/run house=$folder/house

# part NAME 'what': the sources have no such fault; left out where the tool is.
part() {
    local said status
    said=$("$lint" "$1" 2>&1)
    status=$?
    if [[ $said == skipped:* ]]; then
        number=$((number + 1))
        echo "ok $number - $2 # SKIP ${said#skipped: }"
    else
        tell $status "$2" "$said"
    fi
}
part format 'sources are as .clang-format has them'
part c 'cppcheck finds nothing'
part scripts 'shellcheck finds nothing'
part rooms 'lib/ is as its map says'

# build: a house of two rooms, base below file, without a fault.
build() {
    rm -rf "$house"
    mkdir -p "$house"/lib/{base,file} "$house"/checks/unit/base "$house"/stages
    printf '| =base= | one |\n| =file= | two |\n' >"$house/lib/README.org"
    cp .clang-format .shellcheckrc "$house/"
    printf '#include "base/text.h"\nint text(int a)\n{\n    return a;\n}\n' >"$house/lib/base/text.c"
    printf 'int text(int a);\n' | tee "$house/lib/base/text.h" >"$house/lib/file/out.h"
    printf '#include "base/text.h"\n' | tee "$house/lib/file/out.c" "$house/stages/ask.c" >"$house/checks/unit/base/text.c"
    printf '#!/bin/bash\necho "$1"\n' >"$house/run"
}

# names PART 'pattern': the one fault of the house, by that part, in one line.
names() {
    local said
    said=$(cd "$house" && "$lint" "$1") && { echo "no fault: $said"; return 1; }
    [ "$(wc -l <<<"$said")" -eq 1 ] && grep -Eq "$2" <<<"$said" || { echo "not '$2': $said"; return 1; }
}
# fault 'what' PART 'pattern' COMMAND...: one that the command plants, there.
fault() {
    build
    (cd "$house" && eval "${*:4}") || exit 1
    check "$1" names "$2" "$3"
}
build
check 'a house without a fault' bash -c "cd '$house' && '$lint' rooms"
fault 'an include of a room below' rooms 'text.c:6: "file/out.h" is of file, a room below base' \
    "echo '#include \"file/out.h\"' >>lib/base/text.c"
fault 'an include without a room' rooms 'text.c:6: "out.h" names no room' "echo '#include \"out.h\"' >>lib/base/text.c"
fault 'a room that is not on the map' rooms 'lib/cellar/wine.c: cellar is not on the map' \
    'mkdir lib/cellar && echo >lib/cellar/wine.c'
fault 'a room of checks that is not on the map' rooms 'cellar/wine.c: cellar is not on the map' \
    'mkdir checks/unit/cellar && echo >checks/unit/cellar/wine.c'
fault 'a line of the map without a room' rooms 'cellar is on the map, but there is no' "echo '| =cellar= | x |' >>lib/README.org"
fault 'a room twice on the map' rooms 'README.org:3: base stands there twice' "echo '| =base= | x |' >>lib/README.org"
fault 'a file that the map names in vain' rooms 'README.org: file/wine.c is not there' "echo '=file/wine.c=' >>lib/README.org"
fault 'a name in lib and in stages' rooms 'stages/text.c: lib/base/text.* has the same name' 'echo >stages/text.c'
fault 'a name in two rooms' rooms 'lib/file/text.c: lib/base has a text too' 'echo >lib/file/text.c'
fault 'a check in another room' rooms 'its module lies in lib/base; move it to checks/unit/base' \
    'mkdir checks/unit/file && mv checks/unit/base/text.c checks/unit/file/'
! command -v cppcheck >/dev/null ||
    fault 'a value that was never set' c 'base/text.c:4: .* \[uninitvar\]' "sed -i 's/return a/int b; return a + b/' lib/base/text.c"
! command -v shellcheck >/dev/null ||
    fault 'an array where a word is meant' scripts 'run:2:.* \[SC2068\]' "sed -i 's/\"\$1\"/\$@/' run"
[[ $(command -v clang-format >/dev/null && clang-format --version) != *'version 14.'* ]] ||
    fault 'another format' format 'base/text.h: is not as .clang-format has it' "echo 'int  more;' >>lib/base/text.h"
check 'a part that there is not' bash -c "! said=\$('$lint' taste 2>&1) && grep -q 'taste: is no part; choose' <<<\"\$said\""
finish
