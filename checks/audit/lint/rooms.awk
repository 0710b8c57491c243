# rooms: whether lib/ is as its map says. First the map, then lib/*/*.[ch], checks/unit/*/*.c, stages/*.c.
# Prints one line a fault. Of the map, the table's first column counts: a header may include its own room and
# those above it.
function fault(text) { print text }
FNR == 1 {
    map = NR == FNR
    parts = split(FILENAME, part, "/")
    room = part[parts - 1]
    name = part[parts]
    sub(/[.][ch]$/, "", name)
}
map {
    if (/^\| =[a-z]+= +\|/) {
        mapped = substr($2, 2, length($2) - 2)
        if (mapped in order) fault(FILENAME ":" FNR ": " mapped " stands there twice; delete one line")
        else order[mapped] = ++rooms
    }
    next
}
FNR == 1 && part[1] == "stages" { if (name in room_of) fault(FILENAME ": lib/" room_of[name] "/" name ".* has the same name; rename one") }
FNR == 1 && part[1] != "stages" && !(room in order) && !(room in told) {
    fault(FILENAME ": " room " is not on the map; give it a line in lib/README.org")
    told[room]
}
FNR == 1 && part[1] == "lib" {
    if (name in room_of && room_of[name] != room) fault(FILENAME ": lib/" room_of[name] " has a " name " too; rename one")
    else room_of[name] = room
    seen[room]
}
FNR == 1 && part[1] == "checks" && name in room_of && room_of[name] != room {
    fault(FILENAME ": its module lies in lib/" room_of[name] "; move it to checks/unit/" room_of[name])
}
part[1] == "lib" && /^#include "/ {
    split($2, path, /["\/]/)
    if (path[3] == "") fault(FILENAME ":" FNR ": " $2 " names no room; write \"ROOM/" path[2] "\"")
    else if (room in order && order[path[2]] > order[room])
        fault(FILENAME ":" FNR ": " $2 " is of " path[2] ", a room below " room "; see the map in lib/README.org")
}
END { for (mapped in order) if (!(mapped in seen)) fault("lib/README.org: " mapped " is on the map, but there is no lib/" mapped) }
