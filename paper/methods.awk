# methods: the opening comment of a stage as Org prose behind its name, without its first line and its
# command.
/^\/\*/ { sub(/^\/\* */, ""); sub(/:.*/, ""); name = "*" $0 "*. "; comment = 1; next }
comment {
    last = /\*\/ *$/
    sub(/ *\*\/ *$/, "")
    sub(/^ \* ?/, "") || sub(/^   /, "")
    if (/^(:| +[^ ]|Example:|echo )/ || (command && /^ *--/)) command = 1
    else if (!/./) { command = 0; print "" }
    else { command = 0; print name $0; name = "" }
    if (last) { print ""; exit }
}
