"""Wire models of every kind, the registry of kinds, the CRDs generated from them, and conversion between versions."""
