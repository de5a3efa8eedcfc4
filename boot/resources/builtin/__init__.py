"""The kinds that a Kubernetes API has without any CRD, as far as this plane serves them: one file per API group."""

from boot.resources.builtin import (
    admissionregistration,
    apiextensions,
    apps,
    batch,
    coordination,
    core,
    core_pods,
    events,
    rbac,
    reviews,
)

BUILTIN = (
    *core.KINDS,
    *core_pods.KINDS,
    *apps.KINDS,
    *batch.KINDS,
    *coordination.KINDS,
    *events.KINDS,
    *rbac.KINDS,
    *admissionregistration.KINDS,
    *apiextensions.KINDS,
    *reviews.KINDS,
)
