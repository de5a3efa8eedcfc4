"""Which Power a server has, on a real plane."""

import base64
from pathlib import Path

import pytest

from boot.clock import SystemClock
from boot.config import PowerConfig
from boot.power.book import SpecPowerBook
from boot.power.credentials import Credentials, read_credentials
from boot.power.protocol import PowerError, PowerState, PxeMode
from boot.resources.kinds import SECRET, TASK
from boot.resources.metal import BMC, Server
from boot.resources.tasks import RACK_POSITION
from tests.support.plane import local_client


def _server(name: str = "s1", **spec: object) -> Server:
    return Server.model_validate({"metadata": {"name": name, "labels": {RACK_POSITION: "r3u12"}}, "spec": spec})


def _bmc(key: str = "user", **reference: str) -> BMC:
    return BMC.model_validate({"endpoint": "10.0.0.5", "userFrom": {"secretKeyRef": {"name": "s1-bmc", "key": key} | reference}})


async def test_credentials_come_from_the_spec_or_its_secrets_and_the_namespace_is_default(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        data = {"user": base64.b64encode(b"admin").decode()}
        await client.create(SECRET, {"metadata": {"name": "s1-bmc", "namespace": "default"}, "data": data})
        assert await read_credentials(client, "s1", _bmc()) == Credentials("admin", "")
        assert await read_credentials(client, "s1", BMC(endpoint="x", user="u", password="p")) == Credentials("u", "p")
        assert not await read_credentials(client, "s1", BMC(endpoint="x"))


@pytest.mark.parametrize(
    ("bmc", "told"),
    [
        (_bmc(name="other"), "spec.bmc.userFrom names Secret default/other, which does not exist"),
        (_bmc(namespace="sidero"), "names Secret sidero/s1-bmc, which does not exist"),
        (_bmc(key="username"), "names Secret default/s1-bmc, which has no key 'username'"),
        (_bmc(key="raw"), "names Secret default/s1-bmc, whose key 'raw' is not base64 of text"),
    ],
)
async def test_a_secret_that_cannot_be_read_is_one_sentence(tmp_path: Path, bmc: BMC, told: str) -> None:
    async with local_client(tmp_path) as client:
        data = {"user": "YWRtaW4=", "raw": base64.b64encode(b"\xff\xfe").decode()}
        await client.create(SECRET, {"metadata": {"name": "s1-bmc", "namespace": "default"}, "data": data})
        with pytest.raises(PowerError) as caught:
            await read_credentials(client, "s1", bmc)
        assert told in str(caught.value)


def test_a_password_is_not_shown_with_its_credentials() -> None:
    assert "correct-horse" not in repr(Credentials("admin", "correct-horse"))


async def test_without_credentials_or_bmc_a_person_is_asked_once_whatever_is_ordered(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        book = SpecPowerBook(client, SystemClock(), PowerConfig())
        for server in (_server(bmc={"endpoint": "10.0.0.5"}), _server()):
            power = await book.for_server(server)
            assert (power.kind, await power.state()) == ("manual", PowerState.UNKNOWN)
            await power.pxe_once(PxeMode.UEFI)
            await power.cycle()
        power = await book.for_server(_server())
        await power.off()
        (task,) = (await client.list(TASK)).items
        assert task["spec"] == {"server": "s1", "action": "power-off", "where": "r3u12", "reason": ""}
        assert task["status"]["state"] == "open"


async def test_a_start_from_the_network_is_said_with_the_next_start_and_no_other(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        book = SpecPowerBook(client, SystemClock(), PowerConfig())
        await (await book.for_server(_server())).pxe_once(PxeMode.BIOS)
        await (await book.for_server(_server())).on()
        assert (await client.get(TASK, "s1"))["spec"]["reason"] == "let it boot from the network"
        await (await book.for_server(_server())).cycle()
        assert (await client.get(TASK, "s1"))["spec"] == {"server": "s1", "action": "power-cycle", "where": "r3u12", "reason": ""}


async def test_identify_without_a_bmc_says_where_the_server_stands(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        power = await SpecPowerBook(client, SystemClock(), PowerConfig()).for_server(_server())
        with pytest.raises(PowerError, match="it stands at r3u12"):
            await power.identify(on=True)


async def test_a_management_api_comes_after_a_bmc(tmp_path: Path) -> None:
    async with local_client(tmp_path) as client:
        book = SpecPowerBook(client, SystemClock(), PowerConfig())
        api = {"endpoint": "127.0.0.1:1"}
        assert (await book.for_server(_server(managementApi=api))).kind == "management-api"
        assert (await book.for_server(_server(managementApi=api, bmc={"endpoint": "10.0.0.5"}))).kind == "manual"
