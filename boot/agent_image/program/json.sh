# JSON out and in. Text is sent as printable ASCII, so that what is sent compares equal to what comes back.

TAB=$(printf '\t')

# plain TEXT: printable, one line, no space around it.
plain() {
    printf '%s' "$1" | tr -c ' -~' ' ' | sed 's/^ *//; s/ *$//'
}

# quoted TEXT: a JSON string.
quoted() {
    printf '"%s"' "$(plain "$1" | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# joined: lines of stdin with commas between them.
joined() {
    awk 'NR > 1 { printf "," } { printf "%s", $0 }'
}

# field FILE PATH: a value of an answer as `parse_json` left it; "" when it is not there.
field() {
    awk -F '\t' -v wanted="$2" '$1 == wanted { print $2; exit }' "$1"
}

# parse_json FROM TO: the document as lines "path<TAB>value" with paths like disks.0.serial; fails unless all of it is JSON.
parse_json() {
    awk -f "$AGENT/json.awk" "$1" >"$2.new" && mv "$2.new" "$2"
}
