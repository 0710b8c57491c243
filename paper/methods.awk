# methods: the opening comment of a stage as Org prose behind its name, without its first line and the
# example of its command.
/^\/\*/ { sub(/^\/\* */, ""); sub(/:.*/, ""); name = $0; head = "*" name "*. "; comment = 1; next }
comment {
    last = /\*\/ *$/
    sub(/ *\*\/ *$/, "")
    sub(/^ \* ?/, "") || sub(/^   /, "")
    if (!/./) { command = 0; print "" }
    else if (command || /^(:| +[^ ]|Example:|echo )/ || index($0, name " --") == 1 ||
             index($0, "build/bin/" name " ") == 1) command = 1
    else { print head $0; head = "" }
    if (last) { print ""; exit }
}
