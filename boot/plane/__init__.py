"""What a Kubernetes API means by each verb, over the store: shared by the HTTP server and the local client."""
