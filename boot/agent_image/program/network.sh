# The network card that the server booted from, with an address from whoever gave firmware its own.

CARRIER_SECONDS=30

# bring_up_network: returns once there is an address; until then it says what it waits for.
bring_up_network() {
    until nic=$(find_nic); do
        say_once "waiting for the network card $mac; there are: $(cat /sys/class/net/*/address | grep -v 00:00:00:00:00:00 | tr '\n' ' ')"
        sleep 2
    done
    ip link set lo up
    ip link set "$nic" up
    wait_for_carrier
    until udhcpc -i "$nic" -n -t 5 -T 3 -s "$AGENT/lease.sh" >/dev/null 2>&1; do
        say_once "$nic ($mac): no DHCP server answers; asking again"
    done
    say "$nic ($mac) has $(addresses_of "$nic" | tr '\n' ' ')"
}

# find_nic: the name of the card with $mac; without one, the first there is.
find_nic() {
    for path in /sys/class/net/*; do
        [ -e "$path/device" ] || continue
        if [ -z "$mac" ] || [ "$(cat "$path/address")" = "$mac" ]; then
            echo "${path##*/}"
            return
        fi
    done
    return 1
}

wait_for_carrier() {
    for second in $(seq "$CARRIER_SECONDS"); do
        [ "$(cat "/sys/class/net/$nic/carrier" 2>/dev/null)" = 1 ] && return
        sleep 1
    done
    say "$nic ($mac): no link after $CARRIER_SECONDS seconds; trying all the same"
}

# addresses_of NIC: its addresses with their prefix length, one a line.
addresses_of() {
    ip -o addr show dev "$1" scope global | awk '{ print $4 }'
}
