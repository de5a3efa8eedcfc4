# What the server shows on its own screens: every console the kernel was told of, so tty0 and a serial line.

# say TEXT: one line on every console.
say() {
    for console in $(cat /sys/class/tty/console/active 2>/dev/null); do
        echo "sidero-tui: $1" >"/dev/$console" 2>/dev/null
    done
}

# say_once TEXT: the line, unless it was the last one: what is polled for is told when it changes.
last_said=
say_once() {
    [ "$1" = "$last_said" ] || say "$1"
    last_said=$1
}

# argument NAME: the value of a kernel argument, "" when it was not given.
argument() {
    tr ' ' '\n' </proc/cmdline | sed -n "s/^$1=//p" | tail -n 1
}
