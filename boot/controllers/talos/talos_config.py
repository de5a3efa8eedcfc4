"""TalosConfig: a Machine's bootstrap data, made once, and the cluster's talosconfig. Facts of cluster-api 2.6."""

import base64
from datetime import timedelta

from boot.client.protocol import Client
from boot.clock import Clock
from boot.cluster_api.conditions import ERROR, INFO, is_false, is_true, summarize
from boot.cluster_api.keys import parse_key
from boot.cluster_api.ownership import owner_of, owner_reference
from boot.cluster_api.pausing import is_paused
from boot.controllers.cluster_api.drafts import Draft, Drafts
from boot.controllers.talos.cluster_secrets import ClusterSecrets
from boot.controllers.talos.membership import addresses_of, list_control_plane
from boot.errors import ConfigError, Conflict, NotFound
from boot.resources.base import Object
from boot.resources.kinds import CLUSTER, MACHINE, TALOS_CONFIG
from boot.talos.bootstrap_data import Wanted, build_bootstrap_data, find_kubernetes_ca, read_given_data
from boot.talos.client_configs import build_talosconfig, read_talosconfig
from boot.talos.pki import load_certificate
from boot.talos.releases import NEWEST_CONTRACT, parse_contract
from boot.talos.secrets import SecretsBundle, generate_bundle, parse_bundle, render_bundle

DATA_SECRET, CLIENT_CONFIG = "DataSecretAvailable", "ClientConfigAvailable"
_SUMMED_UP = (DATA_SECRET, CLIENT_CONFIG)
_CONTROL_PLANE = frozenset({"controlplane", "init"})
_RENEW_BEFORE = timedelta(days=90)
"""Of the talosconfig's client certificate, which lives a year."""


class TalosConfigReconciler:
    """Implements boot.runtime.controller.Reconciler for keys `namespace/name`."""

    def __init__(self, client: Client, clock: Clock, drafts: Drafts) -> None:
        self._client = client
        self._clock = clock
        self._drafts = drafts
        self._secrets = ClusterSecrets(client)

    async def reconcile(self, key: str) -> float | None:
        namespace, name = parse_key(key)
        draft = await self._drafts.find(TALOS_CONFIG, name, namespace)
        found = await self._belongs_to(draft) if draft is not None and not draft.deleted else None
        if draft is None or found is None or is_paused(draft.obj, found[1]):
            return None
        try:
            await self._work(draft, *found)
        except ConfigError as error:
            self._drafts.tell(draft, is_false(DATA_SECRET, ERROR, "DataSecretGenerationFailed", str(error)))
        self._drafts.tell(draft, summarize(draft.conditions(_SUMMED_UP), _SUMMED_UP))
        draft.status["observedGeneration"] = draft.metadata["generation"]
        try:
            await self._drafts.save(draft)
        except Conflict:
            return 0.0
        return None

    async def _belongs_to(self, draft: Draft) -> tuple[Object, Object] | None:
        """The Machine that owns it, and that one's cluster."""
        owner = owner_of(draft.obj, MACHINE.kind, MACHINE.group)
        try:
            if owner is not None:
                machine = await self._client.get(MACHINE, owner["name"], draft.namespace)
                return machine, await self._client.get(CLUSTER, machine["spec"]["clusterName"], draft.namespace)
        except NotFound:
            pass
        return None

    async def _work(self, draft: Draft, machine: Object, cluster: Object) -> None:
        if draft.status.get("ready"):
            if draft.spec.get("generateType") in _CONTROL_PLANE:
                await self._refresh_talosconfig(draft, cluster)
            return
        if not (cluster.get("status") or {}).get("infrastructureReady"):
            self._drafts.tell(draft, is_false(DATA_SECRET, INFO, "WaitingForClusterInfrastructure"))
            return
        # After a move the Machine names its data already: nothing is made anew.
        name = (machine["spec"].get("bootstrap") or {}).get("dataSecretName")
        if not name:
            name = await self._make_data(draft, machine, cluster)
        draft.status.update(dataSecretName=name, ready=True)
        self._drafts.tell(draft, is_true(DATA_SECRET))

    async def _make_data(self, draft: Draft, machine: Object, cluster: Object) -> str:
        """The name of the secret with the config."""
        if draft.spec.get("generateType") == "none":
            data = read_given_data(draft.spec)
            given = find_kubernetes_ca(data)
            if given is not None:
                await self._ensure_ca(cluster, *given)
        else:
            bundle = await self._ensure_bundle(draft, cluster)
            data = build_bootstrap_data(self._wanted(draft, machine, cluster), bundle)
            await self._ensure_ca(cluster, bundle.certs.k8s.crt, bundle.certs.k8s.key)
        name = f"{machine['metadata']['name']}-bootstrap-data"
        owner = owner_reference(draft.before, controller=True, block=True)
        await self._secrets.ensure(name, cluster, owner, lambda: {"value": data})
        return name

    def _wanted(self, draft: Draft, machine: Object, cluster: Object) -> Wanted:
        spec = cluster.get("spec") or {}
        endpoint = spec.get("controlPlaneEndpoint") or {}
        if not endpoint.get("host"):
            raise ConfigError(f"cluster {cluster['metadata']['name']} has no control plane endpoint yet")
        source = (draft.spec.get("hostname") or {}).get("source")
        names = {
            "MachineName": machine["metadata"]["name"],
            "InfrastructureName": (machine["spec"].get("infrastructureRef") or {}).get("name", ""),
        }
        return Wanted(
            cluster=cluster["metadata"]["name"],
            endpoint=f"{endpoint['host']}:{endpoint['port']}",
            kubernetes=machine["spec"].get("version") or "",
            spec=draft.spec,
            network=spec.get("clusterNetwork") or {},
            hostname=names.get(source or "", ""),
        )

    async def _ensure_bundle(self, draft: Draft, cluster: Object) -> SecretsBundle:
        version = draft.spec.get("talosVersion")
        contract = parse_contract(version) if version else NEWEST_CONTRACT
        values = await self._secrets.ensure(
            f"{cluster['metadata']['name']}-talos",
            cluster,
            _of_cluster(cluster),
            lambda: {"bundle": render_bundle(generate_bundle(contract, self._clock.now()))},
        )
        return parse_bundle(values.get("bundle", ""))

    async def _ensure_ca(self, cluster: Object, crt: str, key: str) -> None:
        pem = {"tls.crt": base64.b64decode(crt).decode(), "tls.key": base64.b64decode(key).decode()}
        await self._secrets.ensure(f"{cluster['metadata']['name']}-ca", cluster, _of_cluster(cluster), lambda: pem)

    async def _refresh_talosconfig(self, draft: Draft, cluster: Object) -> None:
        """Endpoints are all addresses of all control-plane Machines; the certificate is new only when it must be."""
        name = cluster["metadata"]["name"]
        bundle = await self._secrets.find(f"{name}-talos", draft.namespace)
        if bundle is None or "bundle" not in bundle:
            self._drafts.tell(
                draft, is_false(CLIENT_CONFIG, ERROR, "ClientConfigGenerationFailed", f"there is no secret {name}-talos")
            )
            return
        machines = await list_control_plane(self._client, cluster)
        endpoints = sorted({address for machine in machines for address in addresses_of(machine)})
        values = await self._secrets.find(f"{name}-talosconfig", draft.namespace) or {}
        text = values.get("talosconfig", "")
        if not self._is_current(text, endpoints):
            text = build_talosconfig(name, parse_bundle(bundle["bundle"]), endpoints, self._clock.now())
            await self._secrets.replace(f"{name}-talosconfig", cluster, _of_cluster(cluster), {"talosconfig": text})
        draft.status["talosConfig"] = text
        self._drafts.tell(draft, is_true(CLIENT_CONFIG))

    def _is_current(self, text: str, endpoints: list[str]) -> bool:
        if not text:
            return False
        try:
            told, _, client = read_talosconfig(text)
            expires = load_certificate(client.certificate).not_valid_after_utc
        except ConfigError:
            return False
        return list(told) == endpoints and expires - self._clock.now() > _RENEW_BEFORE


def _of_cluster(cluster: Object) -> Object:
    return owner_reference(cluster, controller=True, block=True)
