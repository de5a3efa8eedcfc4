# What is on a disk, by the bytes that formats put at fixed places. Only reads.

# bytes_at DEVICE OFFSET LENGTH: in hex.
bytes_at() {
    hexdump -v -s "$2" -n "$3" -e '1/1 "%02x"' "$1" 2>/dev/null
}

# text_at DEVICE OFFSET LENGTH: up to the first NUL.
text_at() {
    plain "$(dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null | tr '\000' '\n' | head -n 1)"
}

# find_signatures DEVICE START SIZE: what the area of DEVICE holds, a line each: "offset<TAB>kind<TAB>type<TAB>label".
find_signatures() {
    { grep -v '^#' "$AGENT/signatures.txt"; echo; } | while read -r kind type place magic label_at label_size; do
        [ -n "$magic" ] || continue
        place_offset "$place" "$3"
        [ "$offset" -ge 0 ] && [ $((offset + ${#magic} / 2)) -le "$3" ] || continue
        [ "$(bytes_at "$1" $(($2 + offset)) $((${#magic} / 2)))" = "$magic" ] || continue
        [ "$type" = ext ] && type=$(ext_version "$1" "$2")
        label=
        [ -z "$label_at" ] || label=$(text_at "$1" $(($2 + label_at)) "$label_size")
        printf '%s\t%s\t%s\t%s\n' $(($2 + offset)) "$kind" "$type" "$label"
    done
    find_mbr "$1" "$2"
}

# place_offset PLACE SIZE: $offset of a table's place in an area of that size.
place_offset() {
    offset=$1
    case "$1" in
    -*/*+*)
        distance=${1#-}
        rounding=${distance#*/}
        align=${rounding%+*}
        offset=$((($2 - ${distance%%/*}) / align * align + ${rounding#*+}))
        [ "$2" -ge "${distance%%/*}" ] || offset=-1
        ;;
    esac
}

# ext_version DEVICE START: by the feature words of the superblock (fs/ext4/ext4.h).
ext_version() {
    features=$(bytes_at "$1" $(($2 + 1116)) 8)
    if [ $((0x${features:8:2} & 0xc0)) -ne 0 ] || [ $((0x${features:10:2} & 0x02)) -ne 0 ]; then
        echo ext4
    elif [ $((0x${features:0:2} & 0x04)) -ne 0 ]; then
        echo ext3
    else
        echo ext2
    fi
}

# find_mbr DEVICE START: a DOS partition table, told from a boot sector by its four entries; a GPT's protective one (ee) is not told.
find_mbr() {
    sector=$(bytes_at "$1" $(($2 + 446)) 66)
    [ "${sector:128:4}" = 55aa ] || return 0
    used=0
    for entry in 0 32 64 96; do
        case "${sector:$entry:2}" in 00 | 80) ;; *) return 0 ;; esac
        case "${sector:$((entry + 8)):2}" in 00) ;; ee) return 0 ;; *) used=1 ;; esac
    done
    [ "$used" = 0 ] || printf '%s\t%s\t%s\t%s\n' $(($2 + 510)) partition-table dos ''
}
