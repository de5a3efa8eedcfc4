"""Everything that runs without a screen: the netboot services, the embedded plane and its controllers."""
