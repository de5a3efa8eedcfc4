"""OpenAPI documents of what is served: version 3 per group and version, version 2 of everything."""
