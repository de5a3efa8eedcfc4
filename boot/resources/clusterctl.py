"""clusterctl.cluster.x-k8s.io/v1alpha3 Provider: clusterctl's inventory of what it installed. It has no spec and no status."""

from boot.resources.base import Resource


class Provider(Resource):
    """A provider that is installed."""

    provider_name: str | None = None
    type: str | None = None
    version: str | None = None
    watched_namespace: str | None = None
