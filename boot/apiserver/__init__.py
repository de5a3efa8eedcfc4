"""The embedded plane over HTTPS, for kubectl and everything else that speaks the Kubernetes API."""
