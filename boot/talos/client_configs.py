"""talosconfig and admin kubeconfig. Pure, but for random numbers in the keys.

Source: talos pkg/machinery/client/config; cluster-api util/kubeconfig, whose names CACPPT's kubeconfigs have.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

import yaml

from boot.errors import ConfigError
from boot.talos.pki import Pair, build_kubernetes_admin, build_talos_client
from boot.talos.secrets import SecretsBundle


def build_talosconfig(cluster: str, bundle: SecretsBundle, endpoints: Sequence[str], now: datetime) -> str:
    """YAML with a fresh os:admin certificate; `endpoints` are hosts or host:port of control-plane nodes, in that order."""
    ca = bundle.certs.os
    client = build_talos_client(ca.pair(), now)
    context = {
        "endpoints": list(endpoints),
        "ca": ca.crt,
        "crt": _base64(client.certificate),
        "key": _base64(client.key),
    }
    return yaml.safe_dump({"context": cluster, "contexts": {cluster: context}}, sort_keys=False)


def read_talosconfig(text: str) -> tuple[Sequence[str], bytes, Pair]:
    """Endpoints, CA and client pair (PEM) of its current context; ConfigError."""
    content = yaml.safe_load(text)
    try:
        context = content["contexts"][content["context"]]
        pair = Pair(base64.b64decode(context["crt"]), base64.b64decode(context["key"]))
        return context.get("endpoints") or [], base64.b64decode(context["ca"]), pair
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigError("not a talosconfig with a current context that has ca, crt and key") from error


def build_admin_kubeconfig(cluster: str, server: str, ca: Pair, now: datetime) -> str:
    """YAML as CACPPT's Secret <cluster>-kubeconfig holds it, with a fresh system:masters certificate.

    `server` is https://host:port, `ca` the cluster's Kubernetes CA with its key.
    """
    client = build_kubernetes_admin(ca, now, "kubernetes-admin", rsa_key=True)
    user, context = f"{cluster}-admin", f"{cluster}-admin@{cluster}"
    content = {
        "apiVersion": "v1",
        "clusters": [{"cluster": {"certificate-authority-data": _base64(ca.certificate), "server": server}, "name": cluster}],
        "contexts": [{"context": {"cluster": cluster, "user": user}, "name": context}],
        "current-context": context,
        "kind": "Config",
        "preferences": {},
        "users": [
            {
                "name": user,
                "user": {
                    "client-certificate-data": _base64(client.certificate),
                    "client-key-data": _base64(client.key),
                },
            }
        ],
    }
    return yaml.safe_dump(content, sort_keys=False)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
