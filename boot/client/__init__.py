"""One Client protocol, two implementations: `local` over the embedded plane, `remote` over any Kubernetes API."""
