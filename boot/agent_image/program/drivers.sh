# Drivers for the hardware that is there: the kernel names it by aliases, modprobe knows which module has them.

DRIVER_ROUNDS=6

# load_drivers: as long as loading shows new hardware (a controller, then its disks); SCSI disks are probed for a moment longer.
load_drivers() {
    modprobe -a -q sd_mod 2>/dev/null
    known=
    for round in $(seq "$DRIVER_ROUNDS"); do
        found=$(cat $(find /sys/devices -name modalias) 2>/dev/null | sort -u)
        [ "$found" = "$known" ] && break
        known=$found
        echo "$found" | while read -r alias; do
            modprobe -q "$alias" 2>/dev/null
        done
        sleep 1
    done
    names=$(list_disks | cut -f 1 | tr '\n' ' ')
    say "disks: ${names:-none found}"
}
