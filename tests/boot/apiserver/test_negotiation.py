import pytest

from boot.apiserver.negotiation import Shown, read_accept


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", ""),
        ("*/*", ""),
        ("application/json", ""),
        ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "Table"),
        ("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", ""),
        (
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
            "PartialObjectMetadata",
        ),
        ("application/vnd.kubernetes.protobuf, */*", ""),
    ],
)
def test_accept_headers_choose_the_representation(header: str, kind: str) -> None:
    shown = read_accept(header)
    assert shown.kind == kind
    assert isinstance(shown, Shown)
