"""Lease, Event in both groups, Node, Deployment with its scale, ServiceAccount, roles, and reviews of oneself."""

import pytest

from boot.client.protocol import Client, PatchType
from boot.errors import Invalid, MethodNotAllowed
from boot.resources.base import Object
from boot.resources.kinds import (
    ACCESS_REVIEW,
    DEPLOYMENT,
    EVENT,
    LEASE,
    NEW_EVENT,
    NODE,
    ROLE,
    RULES_REVIEW,
    SELF_REVIEW,
    SERVICE_ACCOUNT,
)

over_http = pytest.mark.parametrize(
    "client", ["remote", pytest.param("kube-apiserver", marks=pytest.mark.interop)], indirect=True
)
"""Who asks is known by what it came in with."""


def _named(name: str, namespace: str = "", **more: object) -> Object:
    return {"metadata": {"name": name, **({"namespace": namespace} if namespace else {})}, **more}


async def test_a_lease_is_taken_over_under_a_lock(client: Client, namespace: str) -> None:
    now = "2026-01-01T00:00:00.000000Z"
    spec = {"holderIdentity": "one", "leaseDurationSeconds": 15, "acquireTime": now, "renewTime": now}
    held = await client.create(LEASE, _named("lead", namespace, spec=spec))
    assert held["spec"] == spec
    assert "generation" not in held["metadata"]
    taken = await client.update(LEASE, held | {"spec": held["spec"] | {"holderIdentity": "two", "leaseTransitions": 1}})
    assert taken["spec"]["holderIdentity"] == "two"


def _deployment(namespace: str, **spec: object) -> Object:
    labels = {"app": "a"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "m", "image": "example.test/m:1"}]}}
    return _named("d", namespace, spec={"selector": {"matchLabels": labels}, "template": pod, **spec})


async def test_a_deployment_says_what_it_means(client: Client, namespace: str) -> None:
    made = await client.create(DEPLOYMENT, _deployment(namespace))
    spec = made["spec"]
    assert (spec["replicas"], spec["revisionHistoryLimit"], spec["progressDeadlineSeconds"]) == (1, 10, 600)
    assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}}
    pod = spec["template"]["spec"]
    assert pod["containers"][0]["imagePullPolicy"] == "IfNotPresent"
    assert (pod["restartPolicy"], pod["dnsPolicy"], pod["terminationGracePeriodSeconds"]) == ("Always", "ClusterFirst", 30)
    assert made["metadata"]["generation"] == 1


async def test_a_deployment_is_scaled_and_its_containers_patched_by_name(client: Client, namespace: str) -> None:
    await client.create(DEPLOYMENT, _deployment(namespace))
    scale = await client.patch(DEPLOYMENT, "d", {"spec": {"replicas": 3}}, namespace, subresource="scale")
    assert (scale["kind"], scale["apiVersion"], scale["spec"]) == ("Scale", "autoscaling/v1", {"replicas": 3})
    assert scale["status"] == {"replicas": 0, "selector": "app=a"}
    args = {"spec": {"template": {"spec": {"containers": [{"name": "m", "args": ["--x"]}], "hostNetwork": True}}}}
    patched = await client.patch(DEPLOYMENT, "d", args, namespace, patch_type=PatchType.STRATEGIC)
    pod = patched["spec"]["template"]["spec"]
    assert (pod["hostNetwork"], len(pod["containers"]), pod["containers"][0]["image"]) == (True, 1, "example.test/m:1")
    assert (patched["spec"]["replicas"], patched["metadata"]["generation"]) == (3, 3)


async def test_a_deployment_that_selects_other_pods_is_refused(client: Client, namespace: str) -> None:
    with pytest.raises(Invalid, match="`selector` does not match template `labels`"):
        await client.create(DEPLOYMENT, _deployment(namespace, selector={"matchLabels": {"app": "b"}}))
    with pytest.raises(Invalid, match=r"spec\.selector: Required value"):
        await client.create(DEPLOYMENT, _deployment(namespace, selector=None))


async def test_taints_of_a_node_are_taken_as_a_whole(client: Client, name: str) -> None:
    master = {"key": "node-role.kubernetes.io/master", "effect": "NoSchedule"}
    await client.create(NODE, _named(name, spec={"taints": [master]}))
    bare = await client.patch(NODE, name, {"spec": {"taints": None}}, patch_type=PatchType.STRATEGIC)
    assert not bare.get("spec", {}).get("taints")
    await client.delete(NODE, name)


def _event(namespace: str) -> Object:
    about = {"kind": "ConfigMap", "namespace": namespace, "name": "c", "apiVersion": "v1"}
    source = {"component": "me"}
    return _named("e", namespace, involvedObject=about, reason="Tried", message="it", type="Normal", count=3, source=source)


async def test_an_event_is_the_same_in_both_groups(client: Client, namespace: str) -> None:
    made = await client.create(EVENT, _event(namespace))
    newer = await client.get(NEW_EVENT, "e", namespace)
    assert (newer["apiVersion"], newer["note"], newer["deprecatedCount"]) == ("events.k8s.io/v1", "it", 3)
    assert newer["regarding"] == made["involvedObject"]
    assert newer["metadata"]["uid"] == made["metadata"]["uid"]
    assert [one["reason"] for one in (await client.list(NEW_EVENT, namespace)).items] == ["Tried"]
    await client.delete(NEW_EVENT, "e", namespace)
    assert (await client.list(EVENT, namespace)).items == []


async def test_an_event_of_the_newer_group_is_read_in_the_older_words(client: Client, namespace: str) -> None:
    newer = _named(
        "n",
        namespace,
        eventTime="2026-01-01T00:00:00.000000Z",
        action="Try",
        reason="Tried",
        note="it",
        type="Normal",
        reportingController="example.test/me",
        reportingInstance="me-1",
        regarding={"kind": "ConfigMap", "namespace": namespace, "name": "c", "apiVersion": "v1"},
    )
    await client.create(NEW_EVENT, newer)
    older = await client.get(EVENT, "n", namespace)
    assert (older["message"], older["reportingComponent"], older["action"]) == ("it", "example.test/me", "Try")
    assert older["involvedObject"] == newer["regarding"]


async def test_accounts_and_roles_are_stored(client: Client, namespace: str) -> None:
    account = await client.create(SERVICE_ACCOUNT, _named("robot", namespace))
    assert account["metadata"]["name"] == "robot"
    rules = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]
    assert (await client.create(ROLE, _named("system:reader", namespace, rules=rules)))["rules"] == rules


@over_http
async def test_the_admin_may_do_everything_and_knows_who_it_is(client: Client) -> None:
    wanted = {"resourceAttributes": {"verb": "create", "resource": "secrets", "namespace": "default"}}
    review = await client.create(ACCESS_REVIEW, {"metadata": {}, "spec": wanted})
    assert (review["status"]["allowed"], review["spec"]) == (True, wanted)
    rules = await client.create(RULES_REVIEW, {"metadata": {}, "spec": {"namespace": "default"}})
    assert {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]} in rules["status"]["resourceRules"]
    who = (await client.create(SELF_REVIEW, {"metadata": {}}))["status"]["userInfo"]
    assert who["groups"] == ["system:masters", "system:authenticated"]


@over_http
async def test_a_question_that_asks_nothing_is_refused_and_none_is_kept(client: Client) -> None:
    with pytest.raises(Invalid, match="exactly one of nonResourceAttributes or resourceAttributes must be specified"):
        await client.create(ACCESS_REVIEW, {"metadata": {}, "spec": {}})
    with pytest.raises(MethodNotAllowed):
        await client.list(ACCESS_REVIEW)
