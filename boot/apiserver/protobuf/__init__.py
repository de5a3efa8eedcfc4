"""Kubernetes protobuf bodies, by the published wire layout (field numbers of the generated.proto files of k8s.io/api)."""

from boot.apiserver.protobuf.body import MEDIA_TYPE, decode_body

__all__ = ["MEDIA_TYPE", "decode_body"]
