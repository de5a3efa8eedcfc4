"""An Environment for each processor: NAME-CPU where there is one, and never a kernel for another."""

import pytest

from boot.lifecycle.architecture import check_cpu, list_environments, parse_cpu
from boot.lifecycle.boot import BootAction, BootDecision
from boot.resources.metal import Environment

ALLOCATED = BootDecision(BootAction.ENVIRONMENT, "allocated: it boots environment default", environment="default")


def environment(name: str, kernel: str) -> Environment:
    return Environment.model_validate({"metadata": {"name": name}, "spec": {"kernel": {"url": f"https://host/amd64/{kernel}"}}})


@pytest.mark.parametrize(
    ("buildarch", "names"),
    [
        ("x86_64", ("default",)),
        ("i386", ("default",)),
        ("", ("default",)),
        ("arm64", ("default-arm64", "default")),
        ("riscv64", ("default-riscv64", "default")),
    ],
)
def test_ipxe_says_its_processor_and_the_special_environment_comes_first(buildarch: str, names: tuple[str, ...]) -> None:
    assert list_environments("default", parse_cpu(buildarch)) == names


def test_a_machine_boots_the_environment_of_its_processor() -> None:
    decision = check_cpu(ALLOCATED, environment("default-arm64", "vmlinuz-arm64"), "arm64")
    assert (decision.action, decision.environment) == (BootAction.ENVIRONMENT, "default-arm64")
    assert decision.reason == "allocated: it boots environment default-arm64"


@pytest.mark.parametrize("kernel", ["vmlinuz-amd64", "vmlinuz_x86_64.efi"])
def test_a_machine_waits_rather_than_boot_a_kernel_of_another_processor(kernel: str) -> None:
    decision = check_cpu(ALLOCATED, environment("default", kernel), "arm64")
    reason = "environment default is for amd64, this server is arm64: create environment default-arm64"
    assert decision == BootDecision(BootAction.WAIT, reason)


@pytest.mark.parametrize(("kernel", "cpu"), [("vmlinuz", "arm64"), ("vmlinuz-aarch64", "arm64"), ("vmlinuz-amd64", "amd64")])
def test_a_kernel_that_names_no_processor_or_this_one_is_booted(kernel: str, cpu: str) -> None:
    assert check_cpu(ALLOCATED, environment("default", kernel), cpu) == ALLOCATED


def test_other_decisions_stay_as_they_are() -> None:
    waiting = BootDecision(BootAction.WAIT, "not accepted")
    assert check_cpu(waiting, environment("default", "vmlinuz-amd64"), "arm64") is waiting
