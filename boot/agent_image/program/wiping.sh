# Wiping as ordered: an order that does not fit what the agent sees is refused whole, and then nothing is written at all.
# $phase: "idle"; "wiping" while a writer a disk runs (wipe.sh); "wiped" until the console has taken the report.

phase=idle

# order_disks: the disks of an order on stdin (lines of parse_json), a line each: device, serial, wwid, action, method; "-" for what is empty.
order_disks() {
    awk -F '\t' '
        split($1, part, ".") == 3 && part[1] == "disks" { value[part[2], part[3]] = $2; if (part[2] + 1 > count) count = part[2] + 1 }
        function of(n, name) { return value[n, name] == "" ? "-" : value[n, name] }
        END {
            for (n = 0; n < count; n++)
                print of(n, "deviceName") "\t" of(n, "serial") "\t" of(n, "wwid") "\t" of(n, "action") "\t" of(n, "method")
        }'
}

# begin_wiping: a writer for each disk to be wiped, all at once; or why not, told to the console.
begin_wiping() {
    list_disks >/run/agent/disks
    order_disks </run/agent/orders >/run/agent/plan
    rm -f /run/disks/*
    refusal=$(refuse_plan)
    if [ -n "$refusal" ]; then
        say_once "refused, nothing is written: ${refusal#*$TAB}"
        report_error "${refusal%%$TAB*}" "$refusal"
        return
    fi
    deadline=$(field /run/agent/orders deadlineSeconds)
    began=$(seconds)
    : >/run/agent/writers
    while IFS="$TAB" read -r device serial wwid action method; do
        [ "$action" = wipe ] || continue
        say "wipes $device ($serial), $method"
        setsid sh "$AGENT/wipe.sh" "$device" "$method" &
        echo "$! $device" >>/run/agent/writers
    done </run/agent/plan
    phase=wiping
}

# refuse_plan: "device<TAB>why" for the first disk of the plan that may not be written as ordered.
refuse_plan() {
    nameless_kept=$(awk -F '\t' '$4 == "keep" && $2 == "-" && $3 == "-"' /run/agent/plan | grep -c .)
    while IFS="$TAB" read -r device serial wwid action method; do
        seen=$(awk -F '\t' -v device="$device" '$1 == device' /run/agent/disks)
        why=$(refuse_disk "$device" "$serial" "$wwid" "$action" "$method" "$nameless_kept" "$seen")
        [ -z "$why" ] || { printf '%s\t%s: %s\n' "$device" "$device" "$why"; return; }
    done </run/agent/plan
}

# refuse_disk DEVICE SERIAL WWID ACTION METHOD NAMELESS SEEN: why not, or nothing when it may be done. NAMELESS is how many disks
# are to be kept that have no serial and no wwid, SEEN the disk as list_disks has it, "" when it is not there.
refuse_disk() {
    case "$4 $5" in
    keep*) return ;;
    "wipe fast" | "wipe full") ;;
    *) echo "order \"$4 $5\" is not known"; return ;;
    esac
    [ -n "$7" ] || { echo "is not here"; return; }
    echo "$7" | {
        IFS="$TAB" read -r device size read_only removable rotational transport serial wwid rest
        if [ "$serial" != "$2" ] || [ "$wwid" != "$3" ]; then
            echo "the order means serial $2 wwid $3, here is serial $serial wwid $wwid"
        elif [ "$read_only" != 0 ]; then
            echo "is read-only"
        elif [ "$removable" != 0 ]; then
            echo "is removable"
        elif [ "$2 $3" = "- -" ] && [ "$6" -gt 0 ]; then
            echo "has no serial and no wwid, nor has a disk that is to be kept: they cannot be told apart for certain"
        fi
    }
}

# watch_wiping: has every writer ended well, has one failed, is it too late?
watch_wiping() {
    running=$(running_writers)
    if [ -n "$running" ]; then
        if [ "${deadline:-0}" -gt 0 ] && [ $(($(seconds) - began)) -gt "$deadline" ]; then
            stop_wiping
            for device in $running; do
                report_error "$device" "not finished within $deadline seconds"
            done
        fi
        return
    fi
    while read -r writer device; do
        name=$(echo "$device" | tr '/' '_')
        if [ ! -e "/run/disks/$name.wiped" ]; then
            say "$device: $(cat "/run/disks/$name.failed" 2>/dev/null || echo 'its writer ended early')"
            [ -e "/run/disks/$name.failed" ] || report_error "$device" "its writer ended early"
            phase=idle
        fi
    done </run/agent/writers
    [ "$phase" = idle ] || phase=wiped
}

# running_writers: the devices being written.
running_writers() {
    while read -r writer device; do
        [ ! -d "/proc/$writer" ] || grep -q '^State:[[:space:]]*Z' "/proc/$writer/status" 2>/dev/null || echo "$device"
    done </run/agent/writers
}

# stop_wiping: every writer with all it started, at once.
stop_wiping() {
    if [ -e /run/agent/writers ]; then
        while read -r writer device; do
            kill -KILL "-$writer" 2>/dev/null
        done </run/agent/writers
        rm -f /run/agent/writers
    fi
    phase=idle
}

# mark_wiped: tells the console; asked again with the next orders when it does not answer.
mark_wiped() {
    results=$({
        while IFS="$TAB" read -r device serial wwid action method; do
            [ "$action" = wipe ] && result='"wiped","verified":true' || result='"kept","verified":false'
            printf '{"deviceName":%s,"result":%s}\n' "$(quoted "$device")" "$result"
        done </run/agent/plan
        cut -f 1 /run/agent/disks | while read -r device; do
            cut -f 1 /run/agent/plan | grep -q -x -F "$device" || printf '{"deviceName":%s,"result":"skipped","verified":false}\n' "$(quoted "$device")"
        done
    } | joined)
    if ask /api.Agent/MarkServerAsWiped "{$(identity),\"disks\":[$results]}" /run/agent/marked; then
        say "every disk is as ordered, and the console knows"
        phase=idle
    elif refused /run/agent/marked 4..; then
        # What is to be wiped has changed meanwhile: the next order says how.
        say "the console does not call it clean: $(head -n 1 /run/agent/marked.error)"
        phase=idle
    else
        say_once "wiped, but the console does not answer: $(head -n 1 /run/agent/marked.error); telling it again"
    fi
}

# report_error DEVICE TEXT: for the console's own record; it decides what happens next.
report_error() {
    ask /agent/progress "{$(identity),\"disk\":$(quoted "$1"),\"step\":\"skip\",\"done\":0,\"total\":0,\"error\":$(quoted "$2")}" /run/agent/reported
}

seconds() {
    cut -d . -f 1 /proc/uptime
}
