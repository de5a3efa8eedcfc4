# A user of our own in the server's BMC, when the console asks for one: as Sidero's agent does it, by ipmitool.

BMC_USER=sidero
BMC_CHANNEL=1
ADMINISTRATOR=4
DEVICE_SECONDS=15
bmc_done=

# set_up_bmc_once: in each boot once, if asked for. Failures are said and stop nothing: the operator can name the BMC by hand.
set_up_bmc_once() {
    [ "$(field /run/agent/orders setupBmc)" = true ] && [ -z "$bmc_done" ] || return 0
    bmc_done=1
    set_up_bmc || say "the BMC is not set up: $bmc_trouble"
}

set_up_bmc() {
    bmc_trouble="this image has no ipmitool"
    which ipmitool >/dev/null || return 1
    bmc_trouble="there is no BMC that Linux can talk to"
    find_bmc || return 1
    bmc_trouble="its address cannot be read"
    bmc_address=$(ipmitool lan print "$BMC_CHANNEL" 2>/dev/null | sed -n 's/^IP Address  *: //p')
    [ -n "$bmc_address" ] && [ "$bmc_address" != 0.0.0.0 ] || return 1
    bmc_trouble="no user slot is free"
    slot=$(ipmitool user list "$BMC_CHANNEL" 2>/dev/null | find_slot)
    [ -n "$slot" ] || return 1
    bmc_trouble="user $BMC_USER cannot be set up in slot $slot"
    password=$(tr -dc 'a-zA-Z0-9' </dev/urandom | head -c 16)
    set_bmc_user >/dev/null 2>&1 || return 1
    ask_until_answered /api.Agent/UpdateBMCInfo \
        "{$(identity),\"bmcInfo\":{\"ip\":$(quoted "$bmc_address"),\"port\":623,\"user\":\"$BMC_USER\",\"pass\":\"$password\"}}" /run/agent/bmc
    say "the BMC at $bmc_address has user $BMC_USER, and the console knows"
}

find_bmc() {
    modprobe -a -q ipmi_si ipmi_devintf 2>/dev/null
    for second in $(seq "$DEVICE_SECONDS"); do
        [ -c /dev/ipmi0 ] && return
        sleep 1
    done
    return 1
}

# find_slot: of `ipmitool user list` on stdin: our user's slot, else the first without a name after slot 1, the unnamed administrator.
find_slot() {
    awk -v user="$BMC_USER" '
        NR == 1 || $1 < 2 { next }
        $2 == user { ours = $1 }
        !free && ($2 == "true" || $2 == "false" || $2 == "(Empty") { free = $1 }
        END { print ours ? ours : free }'
}

set_bmc_user() {
    ipmitool user set name "$slot" "$BMC_USER" &&
        ipmitool user set password "$slot" "$password" 16 &&
        ipmitool channel setaccess "$BMC_CHANNEL" "$slot" callin=off link=off ipmi=on privilege="$ADMINISTRATOR" &&
        ipmitool user enable "$slot"
}
