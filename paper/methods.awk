# methods: the opening comment of a stage as Org prose behind its name, without its first line and the
# example of its command; a paragraph a line, so that no number at a line's start makes a list.
function end() { if (text) print head text "\n"; if (text) head = ""; text = "" }
/^\/\*/ { sub(/^\/\* */, ""); sub(/:.*/, ""); name = $0; head = "*" name "*. "; comment = 1; next }
comment {
    last = /\*\/ *$/
    sub(/ *\*\/ *$/, "")
    sub(/^ \* ?/, "") || sub(/^   /, "")
    if (!/./) { command = 0; end() }
    else if (command || /^(:| +[^ ]|Example:|echo )/ || index($0, name " --") == 1 ||
             index($0, "build/bin/" name " ") == 1) command = 1
    else text = text (text ? " " : "") $0
    if (last) { end(); exit }
}
