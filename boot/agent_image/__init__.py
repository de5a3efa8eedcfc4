"""The agent image: a kernel and an initramfs of our own that inventories a server and wipes what it is ordered to wipe."""
