"""One simulated machine after its install: what it is, and how it answers the machine API's questions. No socket here."""

import base64
import io
import tarfile
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from boot.clock import Clock
from boot.errors import ConfigError
from boot.simulator.talos.etcd import Etcd
from boot.talos import machine_pb2 as pb
from boot.talos.documents import Document, main_document, parse_documents
from boot.talos.machine_config import MachineType, parse_machine_type
from boot.talos.pki import Pair, build_kubernetes_admin
from boot.talos.releases import Contract, parse_minor
from boot.talos.secrets import KeyPair
from boot.talos.validation import validate_config

_EVENTS_KEPT = 1000
_CONTROL_PLANE_SERVICES = ("apid", "containerd", "cri", "etcd", "kubelet", "machined", "trustd", "udevd")
_WORKER_SERVICES = ("apid", "containerd", "cri", "kubelet", "machined", "udevd")


@dataclass(slots=True)
class TalosMachine:
    """Installed with a config it has checked; `version` is the Talos tag it runs, `address` its IPv4 address."""

    hostname: str
    address: str
    version: str
    config: Document
    etcd: Etcd
    clock: Clock
    events: deque[pb.Event] = field(default_factory=lambda: deque(maxlen=_EVENTS_KEPT))
    powered_off: bool = False
    wiped: bool = False
    reboots: int = 0

    @property
    def type(self) -> MachineType:
        return parse_machine_type(self.config["machine"].get("type", ""))

    @property
    def control_plane(self) -> bool:
        return self.type is not MachineType.WORKER

    @property
    def talos_ca(self) -> Pair:
        """Of the machine API; without a key on a worker."""
        return _pair(self.config["machine"]["ca"])

    @property
    def running(self) -> bool:
        """Whether its boot sequence is through: on a control-plane machine not before etcd is up."""
        return not self.control_plane or self.etcd.join(self.hostname, self.address)

    def services(self) -> list[pb.ServiceInfo]:
        names = _CONTROL_PLANE_SERVICES if self.control_plane else _WORKER_SERVICES
        return [self._service(name) for name in names]

    def _service(self, name: str) -> pb.ServiceInfo:
        up = name != "etcd" or self.running
        event = pb.ServiceEvent(
            msg="Health check successful" if up else "waiting to join", state="Running" if up else "Preparing"
        )
        event.ts.FromDatetime(self.clock.now())
        health = pb.ServiceHealth(unknown=not up, healthy=up)
        return pb.ServiceInfo(id=name, state=event.state, events=pb.ServiceEvents(events=[event]), health=health)

    def kubeconfig(self) -> bytes:
        """The archive of the Kubeconfig stream: one file without the padding and the end marker that tar wants."""
        text = _admin_kubeconfig(self.config, self.clock.now()).encode()
        entry = tarfile.TarInfo("kubeconfig")
        entry.size, entry.mode = len(text), 0o600
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w:gz") as archive:
            archive.addfile(entry, io.BytesIO(text))
        return packed.getvalue()

    def tell(self, message: Any) -> None:
        """Keep an event: a message of machine.proto."""
        event = pb.Event(id=f"{len(self.events):020x}")
        event.data.Pack(message, type_url_prefix="talos/runtime/")
        self.events.append(event)


def read_config(text: str, version: str) -> Document:
    """The main document, checked as Talos of that version checks it; ConfigError with everything that is wrong."""
    documents = parse_documents(text)
    complaints = validate_config(documents, Contract(parse_minor(version)))
    main = main_document(documents)
    if complaints or main is None:
        raise ConfigError("; ".join(complaints) or "there is no v1alpha1 document")
    return main


def members_of(etcd: Etcd) -> Sequence[pb.EtcdMember]:
    return [
        pb.EtcdMember(id=identity, hostname=hostname, peer_urls=[url], client_urls=[url.replace("2380", "2379")])
        for hostname, (identity, url) in etcd.members.items()
    ]


def _pair(ca: Document) -> Pair:
    return KeyPair(crt=ca["crt"], key=ca.get("key") or "").pair()


def _admin_kubeconfig(config: Document, now: datetime) -> str:
    cluster = config["cluster"]
    ca, name = _pair(cluster["ca"]), cluster.get("clusterName", "")
    client = build_kubernetes_admin(ca, now)
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": name,
                    "cluster": {
                        "server": cluster["controlPlane"]["endpoint"],
                        "certificate-authority-data": cluster["ca"]["crt"],
                    },
                }
            ],
            "users": [
                {
                    "name": f"admin@{name}",
                    "user": {
                        "client-certificate-data": base64.b64encode(client.certificate).decode(),
                        "client-key-data": base64.b64encode(client.key).decode(),
                    },
                }
            ],
            "contexts": [
                {"name": f"admin@{name}", "context": {"cluster": name, "namespace": "default", "user": f"admin@{name}"}}
            ],
            "current-context": f"admin@{name}",
        },
        sort_keys=False,
    )
