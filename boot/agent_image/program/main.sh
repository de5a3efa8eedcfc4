# The agent from its start to its end: drivers, network, inventory, orders.
# $AGENT is the directory of these files. What it knows lies in /run/agent, one value or table a file.

for part in screen json server drivers network signatures disks inventory bmc wiping orders; do
    . "$AGENT/$part.sh"
done

stop_wiping
boot=$(cat /proc/sys/kernel/random/boot_id)
uuid=$(cat /sys/class/dmi/id/product_uuid 2>/dev/null | tr 'A-Z' 'a-z')
mac=$(argument sidero.mac | tr 'A-Z-' 'a-z:')
server=

say "agent $(cat "$AGENT/version"), Linux $(uname -r)"
load_drivers
find_server_url
bring_up_network
register
follow_orders
