# The writer of one disk, in a process group of its own: sh wipe.sh DEVICE fast|full
# Leaves /run/disks/NAME.wiped once what it wrote was read back as zeros, else NAME.failed with the reason.
# $url, $uuid, $mac, $server and $boot come from the agent.

for part in screen json server signatures disks; do
    . "$AGENT/$part.sh"
done

MIB=1048576
EDGE=$((16 * MIB))          # bytes at both ends of the disk
PARTITION_EDGE=$MIB         # and of every partition, so that a new table over the old places finds nothing
CHUNK=$((64 * MIB))         # zero fill looks at the console's word after each
DISCARD_CHUNK=$((4096 * MIB))
SAMPLES=64                  # places that are read back after a full wipe, besides the edges and all that was found
TELL_SECONDS=2

device=$1
method=$2
name=$(echo "$device" | tr '/' '_')
areas=/run/disks/$name.areas

fail() {
    echo "$1" >"/run/disks/$name.failed"
    tell "$step" "$done" "$total" "$1"
    exit 1
}

# tell STEP DONE TOTAL [ERROR]: false when the console wants no more writing. A console that does not answer is waited for.
tell() {
    ask_until_answered /agent/progress "{$(identity),\"disk\":$(quoted "$device"),\"step\":\"$1\",\"done\":$2,\"total\":$3,\"error\":$(quoted "$4")}" \
        "/run/disks/$name.answer"
    told=$(cut -d . -f 1 /proc/uptime)
    [ "$(field "/run/disks/$name.answer" continue)" = true ]
}

# go_on: tells how far it is, and ends here when told to stop.
go_on() {
    tell "$step" "$done" "$total" || fail "stopped by the console: $(field "/run/disks/$name.answer" reason)"
}

# list_writes SIZE: what a fast wipe writes, a line each: step, first byte, bytes.
list_writes() {
    area head 0 "$EDGE" "$1"
    area tail $(($1 - EDGE)) "$EDGE" "$1"
    list_areas "$device" "$1" | while read -r start length where; do
        if [ "$where" != "whole disk" ]; then
            area signatures "$start" "$PARTITION_EDGE" "$1"
            area signatures $((start + length - PARTITION_EDGE)) "$PARTITION_EDGE" "$1"
        fi
        find_signatures "$device" "$start" "$length" | while IFS="$TAB" read -r offset rest; do
            area signatures $((offset / 4096 * 4096)) 4096 "$1"
        done
    done
}

# area STEP START LENGTH SIZE: the part of it that is on the disk, a line.
area() {
    from=$2
    to=$(($2 + $3))
    [ "$from" -ge 0 ] || from=0
    [ "$to" -le "$4" ] || to=$4
    [ "$from" -ge "$to" ] || echo "$1 $from $((to - from))"
}

# write_zeros START LENGTH: past the page cache, and on the medium when it returns.
write_zeros() {
    dd if=/dev/zero of="$device" bs="$MIB" seek="$1" count="$2" iflag=count_bytes oflag=seek_bytes,direct conv=notrunc,fsync \
        2>"/run/disks/$name.dd" || fail "cannot be written at byte $1: $(grep -v records "/run/disks/$name.dd" | head -n 1)"
}

# reads_zero START LENGTH: read from the medium, every byte of it.
reads_zero() {
    dd if="$device" bs="$MIB" skip="$1" count="$2" iflag=skip_bytes,count_bytes,direct 2>/dev/null | cmp -s -n "$2" - /dev/zero
}

write_areas() {
    done=0
    while read -r step start length; do
        go_on
        write_zeros "$start" "$length"
        done=$((done + length))
    done <"$areas"
}

discard_all() {
    step=discard
    done=0
    [ "$(cat "/sys/block/$(echo "${device#/dev/}" | tr '/' '!')/queue/discard_max_bytes" 2>/dev/null || echo 0)" -gt 0 ] || return 1
    while [ "$done" -lt "$size" ]; do
        go_on
        length=$((size - done < DISCARD_CHUNK ? size - done : DISCARD_CHUNK))
        blkdiscard -o "$done" -l "$length" "$device" 2>/dev/null || return 1
        done=$((done + length))
    done
    all_read_zero
}

# all_read_zero: the whole disk, for it may take a discard and forget nothing.
all_read_zero() {
    step=verify
    done=0
    while [ "$done" -lt "$size" ]; do
        length=$((size - done < CHUNK ? size - done : CHUNK))
        reads_zero "$done" "$length" || return 1
        done=$((done + length))
        [ $(($(cut -d . -f 1 /proc/uptime) - told)) -lt "$TELL_SECONDS" ] || go_on
    done
}

zero_all() {
    step=zero
    done=0
    go_on
    while [ "$done" -lt "$size" ]; do
        length=$((size - done < CHUNK ? size - done : CHUNK))
        write_zeros "$done" "$length"
        done=$((done + length))
        [ $(($(cut -d . -f 1 /proc/uptime) - told)) -lt "$TELL_SECONDS" ] || go_on
    done
}

# all_zero: everything a fast wipe writes, and places all over the disk where the whole of it was meant.
all_zero() {
    while read -r kind start length; do
        reads_zero "$start" "$length" || return 1
    done <"$areas"
    [ "$method" = full ] || return 0
    for sample in $(seq "$SAMPLES"); do
        start=$((size / MIB * sample / SAMPLES * MIB - MIB))
        [ "$start" -lt 0 ] || reads_zero "$start" "$MIB" || return 1
    done
}

step=head
done=0
total=0
size=$(blockdev --getsize64 "$device") || fail "cannot be opened"
list_writes "$size" >"$areas"
[ -s "$areas" ] || fail "its size is not known"
case "$method" in
fast)
    total=$(awk '{ sum += $3 } END { printf "%.0f", sum }' "$areas")
    write_areas
    ;;
full)
    total=$size
    discard_all || zero_all
    ;;
esac
step=verify
go_on
all_zero || fail "does not read as zeros after it was wiped"
blockdev --rereadpt "$device" 2>/dev/null
done=$total
go_on
: >"/run/disks/$name.wiped"
