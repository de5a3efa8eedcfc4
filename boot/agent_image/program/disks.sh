# The server's disks as the kernel has them. Only reads.

# list_disks: a line each, tab-separated, "-" for what is empty:
# device, bytes, read-only (0 or 1), removable (0 or 1), rotational (0 or 1), transport, serial, wwid, model, uuid.
list_disks() {
    for path in /sys/block/*; do
        name=${path##*/}
        case "$name" in loop* | ram* | zram* | sr* | fd* | dm-* | md* | nbd* | mtd* | drbd* | mmcblk*boot* | mmcblk*rpmb) continue ;; esac
        [ "$(value_of "$path/hidden")" != 1 ] || continue
        size=$(($(value_of "$path/size") * 512))
        [ "$size" -gt 0 ] || continue
        transport=$(transport_of "$path")
        printf '/dev/%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$(echo "$name" | tr '!' '/')" "$size" \
            "$(value_of "$path/ro")" "$(value_of "$path/removable")" "$(value_of "$path/queue/rotational")" "$transport" \
            "$(or_dash "$(serial_of "$path")")" "$(or_dash "$(value_of "$path/wwid" "$path/device/wwid")")" \
            "$(or_dash "$(value_of "$path/device/model" "$path/device/name")")" "$(or_dash "$(value_of "$path/uuid")")"
    done
}

# value_of FILE ...: what the first one that can be read says.
value_of() {
    for file; do
        [ -r "$file" ] || continue
        plain "$(head -n 1 "$file" 2>/dev/null)"
        return
    done
}

or_dash() {
    echo "${1:--}"
}

# serial_of PATH: NVMe and virtio name it; SCSI and SATA have it in vital product data page 80h, after four bytes of header.
serial_of() {
    value=$(value_of "$1/serial" "$1/device/serial")
    [ -n "$value" ] || [ ! -r "$1/device/vpd_pg80" ] || value=$(plain "$(tail -c +5 "$1/device/vpd_pg80")")
    echo "$value"
}

# transport_of PATH: by the controllers on the way to the disk.
transport_of() {
    case "$(readlink -f "$1")" in
    *nvme*) echo nvme ;;
    *usb*) echo usb ;;
    *mmc*) echo mmc ;;
    */ata*) echo sata ;;
    *end_device* | *sas*) echo sas ;;
    *virtio*) echo virtio ;;
    *) echo other ;;
    esac
}

# list_partitions DEVICE: those that the kernel found, a line each: number, first byte, bytes.
list_partitions() {
    for path in "/sys/block/$(echo "${1#/dev/}" | tr '/' '!')"/*/partition; do
        [ -r "$path" ] || continue
        directory=${path%/partition}
        echo "$(cat "$path") $(($(cat "$directory/start") * 512)) $(($(cat "$directory/size") * 512))"
    done | sort -n
}

# list_areas DEVICE SIZE: the whole disk and each of its partitions, a line each: first byte, bytes, name.
list_areas() {
    echo "0 $2 whole disk"
    list_partitions "$1" | while read -r number start size; do
        echo "$start $size partition $number"
    done
}
