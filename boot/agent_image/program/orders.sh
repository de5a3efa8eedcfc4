# Asks the console what to do, again and again, and does it. What cannot be read or is not known is not done.

# follow_orders: never returns.
follow_orders() {
    export url uuid mac server boot
    while :; do
        if ask /agent/orders "{$(identity)}" /run/agent/orders; then
            obey
        elif refused /run/agent/orders 404; then
            # Its Server was deleted, or the console has lost what this boot told it.
            stop_wiping
            register
        else
            say_once "$url: $(head -n 1 /run/agent/orders.error); waiting for it"
        fi
        pause "$(field /run/agent/orders pollSeconds 2>/dev/null)"
    done
}

# pause SECONDS: until the next question, or until the writers have ended.
pause() {
    case "$1" in '' | *[!0-9]*) poll=5 ;; *) poll=$1 ;; esac
    [ "$poll" -ge 1 ] || poll=1
    [ "$poll" -le 60 ] || poll=60
    for second in $(seq "$poll"); do
        sleep 1
        if [ "$phase" = wiping ]; then
            watch_wiping
            [ "$phase" = wiping ] || return
        fi
    done
}

obey() {
    action=$(field /run/agent/orders action)
    reason=$(field /run/agent/orders reason)
    if [ "$action" != wipe ] && [ "$phase" != idle ]; then
        stop_wiping
        say "stopped writing: $reason"
    fi
    case "$action" in
    wipe) obey_wipe ;;
    wait) show "waits: $reason" ;;
    stop) show "STOPPED: $reason" ;;
    poweroff | reboot) leave "$action" ;;
    *) say_once "order \"$action\" is not known: nothing is done" ;;
    esac
}

obey_wipe() {
    case "$phase" in
    idle) begin_wiping ;;
    wiped) mark_wiped ;;
    esac
}

# show STATE: who this is and what it waits for, when that changed.
show() {
    [ "$1" != "$last_said" ] || return 0
    set_up_bmc_once
    say "------------------------------------------------------------"
    say "Server  ${server:-$uuid}"
    say "MAC     $mac"
    while IFS="$TAB" read -r device size read_only removable rotational transport serial wwid model rest; do
        say "Disk    $device, $((size / 1000000)) MB, $model, serial $serial"
    done </run/agent/disks
    say_once "$1"
}

# leave poweroff|reboot: nothing is being written any more.
leave() {
    set_up_bmc_once
    say "$1: $reason"
    sync
    "$1" -f
    sleep 30
}
