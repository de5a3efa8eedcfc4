"""Which clients a conformance test runs over."""

import pytest

EMBEDDED = ("local", "remote")
CLIENTS = (*EMBEDDED, pytest.param("kube-apiserver", marks=pytest.mark.interop))

with_controllers = pytest.mark.parametrize("client", EMBEDDED, indirect=True)
"""For what Kubernetes does in kube-controller-manager: garbage collection, the end of namespaces."""

with_conversion = pytest.mark.parametrize("client", EMBEDDED, indirect=True)
"""For versions that differ in shape: kube-apiserver would ask the provider's conversion webhook."""
