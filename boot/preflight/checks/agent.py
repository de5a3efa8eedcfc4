"""Is there an agent image, without which accepted servers are not wiped?"""

from boot.assets.agent import AGENT_ENVIRONMENT, AgentFiles
from boot.assets.cache import INITRD, KERNEL
from boot.config import StackConfig
from boot.preflight.result import CheckResult, Verdict


def check_agent(config: StackConfig) -> CheckResult:
    directory = config.agent_files_dir
    files = AgentFiles(directory)
    missing = [file for file in (KERNEL, INITRD) if files.find(AGENT_ENVIRONMENT, file) is None]
    if missing:
        told = f"no {' and no '.join(missing)} in {directory}: servers are not looked into and not wiped"
        return CheckResult(
            "agent", Verdict.WARN, told, "sidero-tui agent build, or name the official agent's files with --agent-dir"
        )
    return CheckResult("agent", Verdict.OK, f"{directory} has kernel and initramfs")
