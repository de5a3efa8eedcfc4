"""From what was and was not seen on the wire to what keeps a machine from booting, in one sentence each. Pure."""
