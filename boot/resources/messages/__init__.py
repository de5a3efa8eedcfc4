"""What the messages of Kubernetes' own kinds hold, once: their protobuf bodies are read and their schemas built by it."""
