# compile_commands: paths of C files, one a line, become a compilation database (JSON).
BEGIN {
    folder = ENVIRON["FOLDER"]
    command = ENVIRON["COMMAND"]
    gsub(/[\\"]/, "\\\\&", folder)
    gsub(/[\\"]/, "\\\\&", command)
    print "["
}
{
    printf "%s{\"directory\": \"%s\", \"file\": \"%s\", \"command\": \"%s -c %s\"}", comma, folder, $0, command, $0
    comma = ",\n"
}
END { print "\n]" }
