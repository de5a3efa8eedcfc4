"""iPXE over HTTP: the scripts machines run, the binaries and boot files they fetch."""
