# What the server is, as Sidero's CreateServerRequest in proto3 JSON, with the disks and what is on them beside it.

# register: tells the console who is here; returns once it has answered. $server is what it calls this server.
register() {
    say "reads what it is and what is on its disks"
    list_disks >/run/agent/disks
    ask_until_answered /api.Agent/CreateServer "$(inventory)" /run/agent/registration
    server=$(field /run/agent/registration server)
    say "registered as ${server:-$uuid} at $url"
    addresses=$(addresses_of "$nic" | cut -d / -f 1 | while read -r address; do
        printf '{"type":"InternalIP","address":%s}\n' "$(quoted "$address")"
    done | joined)
    ask_until_answered /api.Agent/ReconcileServerAddresses "{$(identity),\"address\":[$addresses]}" /run/agent/addresses
}

inventory() {
    printf '{%s,"hostname":%s,"agent":{"version":%s,"boot":%s},' "$(identity)" "$(quoted "$(hostname | grep -v none)")" \
        "$(quoted "$(cat "$AGENT/version")")" "$(quoted "$boot")"
    printf '"hardware":{%s,"storage":%s,"network":%s},"disks":[%s]}' "$(board)" "$(storage)" "$(network)" "$(disks)"
}

# board: system, processors and memory: from the SMBIOS tables, else what the kernel knows.
board() {
    if [ -r /sys/firmware/dmi/tables/DMI ]; then
        od -An -v -tu1 /sys/firmware/dmi/tables/DMI | awk -v uuid="$uuid" -f "$AGENT/smbios.awk"
        return
    fi
    cores=$(grep -c '^processor' /proc/cpuinfo)
    printf '"system":{"uuid":%s},"compute":{"totalThreadCount":%s},"memory":{"totalSize":%s}' "$(quoted "$uuid")" "$cores" \
        $(($(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo) / 1024))
}

storage() {
    total=$(awk -F '\t' '{ sum += $2 } END { printf "%.0f", sum }' /run/agent/disks)
    printf '{"totalSize":"%s","deviceCount":%s,"devices":[%s]}' "$total" "$(wc -l </run/agent/disks)" "$(storage_devices | joined)"
}

storage_devices() {
    read_disks | while IFS="$TAB" read -r device size read_only removable rotational transport serial wwid model disk_uuid; do
        printf '{"type":"%s","size":"%s","model":%s,"serial":%s,"name":%s,"deviceName":%s,"uuid":%s,"wwid":%s}\n' \
            "$(storage_type "$transport" "$rotational")" "$size" "$(quoted_value "$model")" "$(quoted_value "$serial")" \
            "$(quoted "${device#/dev/}")" "$(quoted "$device")" "$(quoted_value "$disk_uuid")" "$(quoted_value "$wwid")"
    done
}

# storage_type TRANSPORT ROTATIONAL: Sidero's StorageType.
storage_type() {
    case "$1 $2" in
    nvme*) echo NVMe ;;
    mmc*) echo SD ;;
    *1) echo HDD ;;
    *0) echo SSD ;;
    *) echo Unknown ;;
    esac
}

disks() {
    read_disks | while IFS="$TAB" read -r device size read_only removable rotational transport serial wwid model disk_uuid; do
        printf '{"deviceName":%s,"readOnly":%s,"removable":%s,"rotational":%s,"transport":%s,"serial":%s,"wwid":%s,"model":%s,"size":%s,"contents":[%s]}\n' \
            "$(quoted "$device")" "$(boolean "$read_only")" "$(boolean "$removable")" "$(boolean "$rotational")" "$(quoted "$transport")" \
            "$(quoted_value "$serial")" "$(quoted_value "$wwid")" "$(quoted_value "$model")" "$size" "$(contents "$device" "$size" | joined)"
    done | joined
}

# contents DEVICE SIZE: a JSON object for each thing found on it, a line each; a format's second copy is not told.
contents() {
    list_areas "$1" "$2" | while read -r start size where; do
        find_signatures "$1" "$start" "$size" | awk -F '\t' '!seen[$2, $3]++' | while IFS="$TAB" read -r offset kind type label; do
            printf '{"kind":%s,"type":%s,"label":%s,"where":%s,"size":%s}\n' \
                "$(quoted "$kind")" "$(quoted "$type")" "$(quoted "$label")" "$(quoted "$where")" "$size"
        done
    done
}

read_disks() {
    cat /run/agent/disks
}

# quoted_value TEXT: list_disks says "-" for what is empty.
quoted_value() {
    [ "$1" = - ] && printf '""' || quoted "$1"
}

boolean() {
    [ "$1" = 1 ] && echo true || echo false
}

network() {
    cards=$(for path in /sys/class/net/*; do
        [ -e "$path/device" ] || continue
        card=${path##*/}
        printf '{"index":%s,"name":%s,"flags":%s,"mtu":%s,"mac":%s,"addresses":[%s]}\n' "$(cat "$path/ifindex")" "$(quoted "$card")" \
            "$(quoted "$(flags_of "$path")")" "$(cat "$path/mtu")" "$(quoted "$(cat "$path/address")")" \
            "$(addresses_of "$card" | while read -r address; do printf '%s\n' "$(quoted "$address")"; done | joined)"
    done)
    printf '{"interfaceCount":%s,"interfaces":[%s]}' "$(echo "$cards" | grep -c .)" "$(echo "$cards" | joined)"
}

# flags_of PATH: as Go's net.Flags prints them, which is what Sidero stores (bits of linux/if.h).
flags_of() {
    bits=$(($(cat "$1/flags")))
    for flag in 1=up 2=broadcast 8=loopback 16=pointtopoint 4096=multicast 64=running; do
        [ $((bits & ${flag%=*})) -eq 0 ] || echo "${flag#*=}"
    done | awk 'NR > 1 { printf "|" } { printf "%s", $0 }'
}
