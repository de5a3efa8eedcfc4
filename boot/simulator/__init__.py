"""A rack of simulated servers: firmware, iPXE and its scripts, over real sockets on loopback.

They know the protocols from the RFCs and from captures of real firmware, and nothing of this program's own codecs: what they
boot from could be any boot server.
"""
