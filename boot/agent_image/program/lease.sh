#!/bin/sh
# Called by udhcpc: puts a lease on the interface. $interface, $ip, $mask, $router, $dns and $hostname are udhcpc's.

case "$1" in
deconfig)
    ip addr flush dev "$interface"
    ip link set "$interface" up
    ;;
bound | renew)
    if ! ip -o addr show dev "$interface" | grep -q " $ip/"; then
        ip addr flush dev "$interface"
        ip addr add "$ip/$mask" dev "$interface"
    fi
    [ -z "$hostname" ] || hostname "$hostname"
    for gateway in $router; do
        ip route replace default via "$gateway" dev "$interface"
        break
    done
    for nameserver in $dns; do
        echo "nameserver $nameserver"
    done >/etc/resolv.conf
    ;;
esac
