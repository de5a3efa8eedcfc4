# A JSON document (RFC 8259) as lines "path<TAB>value": disks.0.serial. Prints nothing and exits 1 unless all of it is JSON.
# Escaped control characters become spaces and other \u escapes "?": values stay on their line.

BEGIN { RS = "\001" }
{ text = text $0 }
END {
    size = length(text)
    at = 1
    read_value("")
    skip_space()
    if (wrong || at <= size) exit 1
    printf "%s", lines
}

function skip_space() {
    while (at <= size && index(" \t\r\n", substr(text, at, 1))) at++
}

function read_value(path,    first) {
    skip_space()
    first = substr(text, at, 1)
    if (first == "{") read_object(path)
    else if (first == "[") read_array(path)
    else if (first == "\"") emit(path, read_string())
    else read_literal(path)
}

function emit(path, value) {
    lines = lines path "\t" value "\n"
}

function below(path, key) {
    return path == "" ? key : path "." key
}

function read_object(path,    key) {
    at++
    skip_space()
    if (substr(text, at, 1) == "}") { at++; return }
    while (!wrong) {
        skip_space()
        if (substr(text, at, 1) != "\"") { wrong = 1; return }
        key = read_string()
        skip_space()
        if (substr(text, at++, 1) != ":") { wrong = 1; return }
        read_value(below(path, key))
        if (ends_with("}")) return
    }
}

function read_array(path,    place) {
    at++
    skip_space()
    if (substr(text, at, 1) == "]") { at++; return }
    while (!wrong) {
        read_value(below(path, place++ + 0))
        if (ends_with("]")) return
    }
}

# After a member: true at the end of the collection, false after a comma.
function ends_with(bracket,    next_one) {
    skip_space()
    next_one = substr(text, at++, 1)
    if (next_one == bracket) return 1
    if (next_one != ",") wrong = 1
    return 0
}

function read_string(    out, char) {
    at++
    while (at <= size) {
        char = substr(text, at++, 1)
        if (char == "\"") return out
        if (char == "\\") {
            char = substr(text, at++, 1)
            if (char == "u") { char = "?"; at += 4 }
            else if (index("bfnrt", char)) char = " "
        }
        out = out char
    }
    wrong = 1
}

function read_literal(path,    rest) {
    rest = substr(text, at, 64)
    if (!match(rest, /^(true|false|null|-?[0-9][0-9.eE+-]*)/)) { wrong = 1; return }
    at += RLENGTH
    emit(path, substr(rest, 1, RLENGTH) == "null" ? "" : substr(rest, 1, RLENGTH))
}
