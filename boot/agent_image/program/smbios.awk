# SMBIOS tables (DMTF DSP0134), as decimal bytes, to the members system, compute and memory of Sidero's HardwareInformation.
# `uuid` is given: the kernel knows the byte order of this firmware.

{ for (i = 1; i <= NF; i++) byte[size++] = $i }
END {
    name_memory_types()
    for (at = 0; at + 4 <= size; at = end) {
        type = byte[at]
        length_of = byte[at + 1]
        if (length_of < 4) break
        read_strings()
        if (type == 1 && board == "") board = system_object()
        else if (type == 4) read_processor()
        else if (type == 17) read_module()
        else if (type == 127) break
    }
    if (board == "") board = "{\"uuid\":" quoted(uuid) "}"
    printf "\"system\":%s,", board
    printf "\"compute\":{\"totalCoreCount\":%d,\"totalThreadCount\":%d,\"processorCount\":%d,\"processors\":[%s]},", \
        cores, threads, processors, processor_list
    printf "\"memory\":{\"totalSize\":%d,\"moduleCount\":%d,\"modules\":[%s]}", memory, modules, module_list
}

# The strings behind the formatted part, numbered from 1; `end` is where the next structure begins.
function read_strings(    count, current) {
    split("", strings)
    end = at + length_of
    if (byte[end] == 0 && byte[end + 1] == 0) { end += 2; return }
    while (end < size && byte[end] != 0) {
        current = ""
        while (end < size && byte[end] != 0) current = current character(byte[end++])
        strings[++count] = current
        end++
    }
    end++
}

function character(code) {
    return code >= 32 && code < 127 ? sprintf("%c", code) : " "
}

function number(offset, bytes,    value, i) {
    if (offset + bytes > length_of) return 0
    for (i = bytes - 1; i >= 0; i--) value = value * 256 + byte[at + offset + i]
    return value + 0
}

function text(offset,    value) {
    value = strings[number(offset, 1)]
    gsub(/^ +| +$/, "", value)
    return value
}

function quoted(value) {
    gsub(/\\/, "\\\\", value)
    gsub(/"/, "\\\"", value)
    return "\"" value "\""
}

function member(name, value) {
    return "\"" name "\":" quoted(value) ","
}

function system_object() {
    return "{" member("manufacturer", text(4)) member("productName", text(5)) member("version", text(6)) \
        member("serialNumber", text(7)) member("skuNumber", text(25)) member("family", text(26)) "\"uuid\":" quoted(uuid) "}"
}

# A count byte of 255 means that the count is in the later word.
function count_at(offset, wide,    value) {
    value = number(offset, 1)
    return value == 255 ? number(wide, 2) : value
}

function read_processor(    core_count, thread_count) {
    if (int(number(24, 1) / 64) % 2 == 0) return  # an empty socket
    core_count = count_at(35, 42)
    thread_count = count_at(37, 46)
    cores += core_count
    threads += thread_count
    processor_list = processor_list (processors++ ? "," : "") "{" member("manufacturer", text(7)) member("productName", text(16)) \
        member("serialNumber", text(32)) sprintf("\"speed\":%d,\"coreCount\":%d,\"threadCount\":%d}", number(22, 2), core_count, thread_count)
}

function read_module(    megabytes) {
    megabytes = number(12, 2)
    if (megabytes == 0 || megabytes == 65535) return  # an empty slot, or one nobody knows
    if (megabytes == 32767) megabytes = number(28, 4) % 2147483648
    else if (megabytes >= 32768) megabytes = int((megabytes - 32768) / 1024)
    memory += megabytes
    module_list = module_list (modules++ ? "," : "") "{" member("manufacturer", text(23)) member("productName", text(26)) \
        member("serialNumber", text(24)) member("type", memory_type[number(18, 1)]) \
        sprintf("\"size\":%d,\"speed\":%d}", megabytes, number(21, 2))
}

function name_memory_types(    i, names, pair) {
    split("1=Other 2=Unknown 3=DRAM 7=RAM 15=SDRAM 18=DDR 19=DDR2 24=DDR3 26=DDR4 27=LPDDR 28=LPDDR2 29=LPDDR3 30=LPDDR4 " \
        "32=HBM 33=HBM2 34=DDR5 35=LPDDR5", names, " ")
    for (i in names) { split(names[i], pair, "="); memory_type[pair[1]] = pair[2] }
}
