# The console on the laptop, over HTTP: questions are JSON, answers are read whole or not at all.

ANSWER_SECONDS=30

# find_server_url: $url from the kernel arguments; without it there is nobody to ask, and nothing to do but say so.
find_server_url() {
    url=$(argument sidero-tui.url)
    while [ -z "$url" ]; do
        say_once "the kernel argument sidero-tui.url is missing: nobody to ask, nothing is done"
        sleep 60
    done
}

# identity: who asks, as the inside of a JSON object.
identity() {
    printf '"uuid":%s,"mac":%s,"server":%s,"boot":%s' "$(quoted "$uuid")" "$(quoted "$mac")" "$(quoted "$server")" "$(quoted "$boot")"
}

# ask PATH BODY ANSWER: the fields of the answer in the file ANSWER, or false with the reason in ANSWER.error.
ask() {
    printf '%s' "$2" >"$3.question"
    if ! timeout "$ANSWER_SECONDS" wget -q -O "$3.text" --header 'Content-Type: application/json' \
        --post-file "$3.question" "$url$1" 2>"$3.error"; then
        [ -s "$3.error" ] || echo "no answer" >"$3.error"
        return 1
    fi
    parse_json "$3.text" "$3" && return
    echo "the answer to $1 cannot be read" >"$3.error"
    return 1
}

# refused ANSWER STATUS: whether the console answered that question with this HTTP status, rather than not at all.
refused() {
    grep -q "HTTP/1.[01] $2" "$1.error"
}

# ask_until_answered PATH BODY ANSWER: the same, as often as it takes. While it waits nothing else happens.
ask_until_answered() {
    until ask "$1" "$2" "$3"; do
        say_once "$url$1: $(head -n 1 "$3.error"); asking again"
        sleep 5
    done
}
