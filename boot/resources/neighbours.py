"""The ConfigMap `dhcp-neighbours` of the namespace `sidero-tui`: who else answers DHCP, and the wire self-test.

One key a server, its identifier, with JSON (kind, offered, network, bootFile, ...); `verdict` has a sentence a line, and
`self-test` what is wrong with our own traffic, "ok" or "under way". Pure.
"""

NAME = "dhcp-neighbours"
VERDICT, SELF_TEST = "verdict", "self-test"
OK, UNDER_WAY = "ok", "under way"
