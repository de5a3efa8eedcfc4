"""The command line: reads the arguments, resolves the settings, hands over to one file of `launch` per command."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from boot.cluster_api.variables import VARIABLES, Extras
from boot.errors import ConfigError, SideroError
from sidero_tui.launch.exits import Exit
from sidero_tui.settings import Settings, add_options, load_settings

FORMATS = ("isc", "vyatta", "dnsmasq", "kea", "mikrotik")
STAGES = ("registered", "accepted", "provisioned", "pivoted")


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `sidero-tui`; returns an exit code of `launch.exits`."""
    arguments = _parser().parse_args(argv)
    try:
        settings = load_settings(vars(arguments), os.environ, arguments.config)
        return int(_COMMANDS[arguments.command](arguments, settings))
    except ConfigError as error:
        print(f"sidero-tui: {error}", file=sys.stderr)
        return Exit.REFUSED
    except SideroError as error:
        print(f"sidero-tui: {error}", file=sys.stderr)
        return Exit.FAILED
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    group = shared.add_argument_group("settings (each also SIDERO_TUI_<NAME> in the environment and a key in the config file)")
    add_options(group)
    parser = argparse.ArgumentParser(
        prog="sidero-tui",
        parents=[shared],
        description="The console for the laptop plugged into the rack: PXE, registration, acceptance, management plane.",
    )
    parser.add_argument("--version", action="version", version=f"sidero-tui {version('sidero-tui')}")
    parser.add_argument("--config", type=Path, metavar="F", help="config file (default: XDG config, sidero-tui/config.yaml)")
    parser.add_argument("--serve", action="store_true", help="the same stack without a screen")
    parser.set_defaults(command="console")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    attach = commands.add_parser("attach", parents=[shared], help="console on a plane that already runs")
    attach.add_argument("--read-only", action="store_true", help="only look: as the read-only identity, and no key writes")
    attach.set_defaults(command="attach")
    demo = commands.add_parser("demo", parents=[shared], help="a simulated rack: real protocols on loopback, no privileges")
    demo.add_argument("--servers", type=int, default=6, metavar="N", help="how many (default: 6)")
    demo.add_argument("--no-tui", action="store_true", help="lines instead of the console; accepts by itself")
    demo.add_argument("--until", choices=STAGES, help="exit 0 when every server has reached that stage")
    demo.set_defaults(command="demo")
    doctor = commands.add_parser("doctor", parents=[shared], help="checks this machine before the rack is switched on")
    doctor.set_defaults(command="doctor")
    site = commands.add_parser("dhcp-config", parents=[shared], help="what to put on an existing DHCP server (with --dhcp off)")
    site.add_argument("--format", choices=FORMATS, required=True, help="whose configuration")
    site.add_argument("--subnet", metavar="NET", help="the servers' network (default: the chosen interface's)")
    site.add_argument("--router", metavar="IP", help="their gateway")
    site.add_argument("--dns", metavar="IP", help="their name server")
    site.set_defaults(command="dhcp-config")
    kubeconfig = commands.add_parser(
        "kubeconfig", parents=[shared], help="prints the embedded plane's kubeconfig, or a cluster's"
    )
    kubeconfig.add_argument("cluster", nargs="?", default="", metavar="CLUSTER", help="whose (default: the embedded plane's)")
    kubeconfig.add_argument("-n", "--namespace", default="default", metavar="NS", help="where that cluster is")
    kubeconfig.add_argument("--read-only", action="store_true", help="of the identity that only reads, and no Secrets")
    kubeconfig.add_argument("--token", action="store_true", help="with a bearer token in the place of the client certificate")
    kubeconfig.add_argument("--server", metavar="URL", help="how its user reaches the plane, e.g. https://192.168.1.150:16443")
    kubeconfig.set_defaults(command="kubeconfig")
    talosconfig = commands.add_parser("talosconfig", parents=[shared], help="prints the talosconfig of a cluster, for talosctl")
    talosconfig.add_argument("cluster", nargs="?", default="", metavar="CLUSTER", help="default: the only one")
    talosconfig.add_argument("-n", "--namespace", default="default", metavar="NS", help="where that cluster is")
    talosconfig.set_defaults(command="talosconfig")
    backup = commands.add_parser("backup", parents=[shared], help="everything the embedded plane holds, in one file")
    backup.add_argument("file", type=Path, metavar="FILE", help="where to; it holds secrets and only its owner may read it")
    backup.add_argument("--force", action="store_true", help="overwrite FILE")
    backup.set_defaults(command="backup")
    restore = commands.add_parser("restore", parents=[shared], help="what a backup holds in the place of all there is")
    restore.add_argument("file", type=Path, metavar="FILE", help="what `sidero-tui backup` wrote")
    restore.add_argument("--yes", action="store_true", help="also where the plane holds more than it made by itself")
    restore.set_defaults(command="restore")
    generate = commands.add_parser("generate", aliases=["config"], help="the manifest of a cluster, for kubectl apply")
    _add_generate(generate, shared)
    _add_pivot(commands, shared)
    _add_agent(commands.add_parser("agent", help="the image that inventories servers and wipes the accepted ones"), shared)
    return parser


def _add_pivot(commands: Any, shared: argparse.ArgumentParser) -> None:
    move = commands.add_parser("move", parents=[shared], help="every cluster of a namespace and all servers to another plane")
    pivot = commands.add_parser("pivot", parents=[shared], help="the same under a name: goes on where it was interrupted")
    pivot.add_argument("name", metavar="NAME", help="of the Pivot; kubectl get pivots shows how far it is")
    pivot.add_argument("--undo", action="store_true", help="take back what was done, up to the point of no return")
    for parser in (move, pivot):
        parser.add_argument("--to-kubeconfig", default="", metavar="F", help="of the plane that takes over")
        parser.add_argument("-n", "--namespace", default="default", metavar="NS", help="whose clusters (default: default)")
        parser.add_argument("--dry-run", action="store_true", help="print what would move, in which order; write nothing")
        parser.set_defaults(command="pivot")
    move.set_defaults(name="move", undo=False)
    init = commands.add_parser("init", help="the providers into a cluster, from a clusterctl repository on disk")
    init.add_argument("--kubeconfig", dest="target", default="", metavar="F", help="of that cluster")
    init.add_argument("--repository", type=Path, required=True, metavar="DIR", help="with LABEL/VERSION/*-components.yaml in it")
    for short, flag, name in (
        ("-b", "--bootstrap", "talos"),
        ("-c", "--control-plane", "talos"),
        ("-i", "--infrastructure", "sidero"),
    ):
        init.add_argument(short, flag, default=name, metavar="NAME[:VERSION]", help=f"default: {name}, the newest there is")
    init.add_argument("--wait-providers", action="store_true", help="until their deployments are available")
    init.set_defaults(command="init")
    teardown = commands.add_parser("teardown", parents=[shared], help="whether the embedded plane may go, and how")
    teardown.set_defaults(command="teardown")


def _add_agent(agent: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    verbs = agent.add_subparsers(title="verbs", metavar="VERB", required=True)
    build = verbs.add_parser("build", parents=[shared], help="makes it from a Linux kernel and a static busybox")
    build.add_argument("--kernel", type=Path, metavar="F", help="default: the newest in /boot whose modules are there")
    build.add_argument("--busybox", type=Path, metavar="F", help="default: the busybox in the path")
    build.add_argument("--modules", type=Path, metavar="DIR", help="default: /lib/modules/ and the kernel's version")
    build.add_argument("--output", type=Path, metavar="DIR", help="default: where the stack looks for it")
    build.set_defaults(command="agent-build")


def _add_generate(generate: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    verbs = generate.add_subparsers(title="verbs", metavar="VERB", required=True)
    cluster = verbs.add_parser("cluster", parents=[shared], help="a Talos cluster on Sidero's servers")
    cluster.add_argument("name", nargs="?", default="", metavar="NAME", help="of the cluster")
    cluster.add_argument("-i", "--infrastructure", default="sidero", metavar="PROVIDER", help="sidero, as in the guide")
    cluster.add_argument("--list-variables", action="store_true", help="what it is made from, and what need not be given")
    cluster.add_argument("--install-disk", default="", metavar="DISK", help="/dev/sda, or selectors: type=ssd,size=>=100GB")
    cluster.add_argument("--vip", action="store_true", help="the control plane nodes themselves hold the endpoint's address")
    cluster.add_argument("--vip-link", default="", metavar="NIC", help="on which (default: their physical one)")
    variables = cluster.add_argument_group("variables (each also in the environment, by the name --list-variables gives)")
    for variable in VARIABLES:
        also = ["-n", "--target-namespace"] if variable.name == "NAMESPACE" else []
        variables.add_argument(*also, variable.flag, dest=variable.name, metavar="VALUE", help=variable.meaning)
    cluster.set_defaults(command="generate")


# Each command imports what it needs when it is chosen: --serve starts without Textual, doctor without either.
def _console(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.serve:
        from sidero_tui.launch.serve import run_serve

        return run_serve(settings)
    from sidero_tui.launch.console import run_console

    return run_console(settings)


def _attach(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.console import run_attach

    return run_attach(settings, read_only=arguments.read_only)


def _talosconfig(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.cluster_secrets import TALOSCONFIG, run_cluster_secret

    return run_cluster_secret(settings, TALOSCONFIG, arguments.cluster, arguments.namespace)


def _pivot(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.pivot import Wanted, run_pivot

    wanted = Wanted(arguments.name, arguments.to_kubeconfig, arguments.namespace, arguments.dry_run, arguments.undo)
    return run_pivot(settings, wanted)


def _init(arguments: argparse.Namespace, _settings: Settings) -> int:
    from sidero_tui.launch.init import Wanted, run_init

    wanted = Wanted(
        arguments.target,
        arguments.repository,
        arguments.bootstrap,
        arguments.control_plane,
        arguments.infrastructure,
        arguments.wait_providers,
    )
    return run_init(wanted)


def _teardown(_arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.pivot import run_teardown

    return run_teardown(settings)


def _demo(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.demo import Demo, run_demo

    return run_demo(settings, Demo(arguments.servers, arguments.until, tui=not arguments.no_tui))


def _doctor(_arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.doctor import run_doctor

    return run_doctor(settings)


def _dhcp_config(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.dhcp_config import Site, run_dhcp_config

    site = Site(*(getattr(arguments, name, "") for name in ("subnet", "router", "dns")))
    return run_dhcp_config(settings, arguments.format, site)


def _kubeconfig(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.cluster:
        from sidero_tui.launch.cluster_secrets import KUBECONFIG, run_cluster_secret

        return run_cluster_secret(settings, KUBECONFIG, arguments.cluster, arguments.namespace)
    from sidero_tui.launch.kubeconfig import run_kubeconfig

    return run_kubeconfig(settings, read_only=arguments.read_only, token=arguments.token, server=arguments.server)


def _backup(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.backup import run_backup

    return run_backup(settings, arguments.file, force=arguments.force)


def _restore(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.backup import run_restore

    return run_restore(settings, arguments.file, yes=arguments.yes)


def _generate(arguments: argparse.Namespace, _settings: Settings) -> int:
    from sidero_tui.launch.generate import Wanted, run_generate, run_list_variables

    if arguments.list_variables:
        return run_list_variables()
    flags = {variable.name: value for variable in VARIABLES if (value := getattr(arguments, variable.name)) is not None}
    extras = Extras(arguments.install_disk, arguments.vip or bool(arguments.vip_link), arguments.vip_link)
    return run_generate(Wanted(arguments.name, arguments.infrastructure, flags, extras), os.environ)


def _agent_build(arguments: argparse.Namespace, settings: Settings) -> int:
    from sidero_tui.launch.agent import run_agent_build

    return run_agent_build(settings, arguments.output, arguments.kernel, arguments.busybox, arguments.modules)


_COMMANDS: dict[str, Callable[[argparse.Namespace, Settings], int]] = {
    "console": _console,
    "attach": _attach,
    "demo": _demo,
    "pivot": _pivot,
    "talosconfig": _talosconfig,
    "teardown": _teardown,
    "init": _init,
    "doctor": _doctor,
    "dhcp-config": _dhcp_config,
    "kubeconfig": _kubeconfig,
    "backup": _backup,
    "restore": _restore,
    "generate": _generate,
    "agent-build": _agent_build,
}
