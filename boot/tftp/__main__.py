"""`python -m boot.tftp REQUESTS CONTROL separate|single`: the transfer process, on two sockets it inherits by number."""

import socket
import sys

from boot.tftp.control import ControlLine
from boot.tftp.engine import Engine

SEPARATE, SINGLE = "separate", "single"

if __name__ == "__main__":
    requests, control, ports = sys.argv[1:]
    with socket.socket(fileno=int(requests)) as inherited, socket.socket(fileno=int(control)) as line:
        Engine(inherited, ControlLine(line), single_port=ports == SINGLE).run()
