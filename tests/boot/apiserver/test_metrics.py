"""What is counted while real requests are answered."""

import re
from pathlib import Path

import aiohttp

from boot.apiserver.exposition import render_metrics
from boot.apiserver.metrics import process_families, store_families
from tests.boot.apiserver.served import SERVERS, Served, open_session, served_plane


async def _scrape(session: aiohttp.ClientSession) -> dict[str, float]:
    async with session.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        lines = [line for line in (await response.text()).splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def _key(metric: str, verb: str, scope: str, code: str = "", plural: str = "servers") -> str:
    group, version = ("metal.sidero.dev", "v1alpha2") if plural else ("", "")
    labels = {"verb": verb, "group": group, "version": version, "resource": plural, "subresource": "", "scope": scope}
    if code:
        labels["code"] = code
    return metric + "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


async def test_requests_are_counted_by_what_they_asked_and_how_it_ended(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        for path, status in ((SERVERS, 200), (SERVERS, 200), (SERVERS + "/none", 404), ("/version", 200)):
            async with session.get(path) as response:
                assert response.status == status
        async with session.post(SERVERS, json={"metadata": {"name": "a"}, "spec": {"accepted": False}}) as response:
            assert response.status == 201
        found = await _scrape(session)
    assert found[_key("apiserver_request_total", "LIST", "cluster", "200")] == 2
    assert found[_key("apiserver_request_total", "GET", "resource", "404")] == 1
    assert found[_key("apiserver_request_total", "POST", "cluster", "201")] == 1
    assert found[_key("apiserver_request_duration_seconds_count", "LIST", "cluster")] == 2
    assert found[_key("apiserver_request_total", "GET", "", "200", plural="")] == 1
    assert found['apiserver_current_inflight_requests{request_kind="readOnly"}'] == 1, "the scrape itself"


async def test_a_watch_is_counted_while_it_is_open(tmp_path: Path) -> None:
    key = _key("apiserver_longrunning_requests", "WATCH", "cluster")
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        async with session.get(SERVERS, params={"watch": "true", "timeoutSeconds": "1"}) as response:
            assert (await _scrape(session))[key] == 1
            await response.read()
        found = await _scrape(session)
    assert found[key] == 0
    assert found[_key("apiserver_request_total", "WATCH", "cluster", "200")] == 1


async def test_what_clients_make_up_takes_no_memory(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served, open_session(served.base, tmp_path) as session:
        before = await _scrape(session)
        for number in range(20):
            for path in (f"/apis/g{number}/v1/things", f"{SERVERS}/a/sub{number}", f"/{number}"):
                async with session.get(path) as response:
                    assert response.status == 404
        for method in ("PROPFIND", "MKCOL", "LOCK"):
            async with session.request(method, SERVERS) as response:
                assert response.status == 405
        after = await _scrape(session)
    made_up = {name for name in after.keys() - before.keys() if name.startswith("apiserver_request_total")}
    assert len(made_up) <= 4


async def test_only_who_may_read_sees_them(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served:
        for identity, status in (("", 401), ("reader", 200)):
            async with open_session(served.base, tmp_path, identity) as session, session.get("/metrics") as response:
                assert response.status == status


async def test_the_store_tells_what_it_holds_and_how_it_writes(tmp_path: Path) -> None:
    async with served_plane(tmp_path) as served:
        text = _store_text(served)
    assert 'apiserver_resource_objects{group="",resource="namespaces"} 4' in text
    assert re.search(r"^sidero_tui_store_commits_total [1-9]", text, re.MULTILINE)
    assert re.search(r"^sidero_tui_store_commit_seconds_total \d+\.\d+", text, re.MULTILINE)


def _store_text(served: Served) -> str:
    return render_metrics(store_families(served.store.metrics, {("", "namespaces"): 4}, served.store.revision))


def test_the_process_tells_its_cpu_and_memory() -> None:
    found = {family.name: family.samples[0][2] for family in process_families()}
    assert found["process_cpu_seconds_total"] > 0
    assert found["process_resident_memory_bytes"] > 10_000_000
