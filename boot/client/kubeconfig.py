"""kubeconfig files (client-go clientcmd/api/v1 Config)."""

import base64

import yaml

ADMIN_KUBECONFIG, READER_KUBECONFIG = "kubeconfig", "kubeconfig-read-only"
"""Names of the embedded plane's own, in the state directory."""


def build_kubeconfig(*, server: str, ca: bytes, certificate: bytes, key: bytes, user: str, cluster: str = "sidero-tui") -> str:
    """YAML with everything inline; `ca`, `certificate`, `key` are PEM."""
    context = f"{user}@{cluster}"
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": cluster, "cluster": {"server": server, "certificate-authority-data": _encode(ca)}}],
            "users": [{"name": user, "user": {"client-certificate-data": _encode(certificate), "client-key-data": _encode(key)}}],
            "contexts": [{"name": context, "context": {"cluster": cluster, "user": user}}],
            "current-context": context,
        },
        sort_keys=False,
    )


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode()
