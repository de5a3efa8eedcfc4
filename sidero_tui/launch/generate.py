"""`sidero-tui generate cluster NAME`: the manifest on stdout, from the guide's variables; nothing is applied."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from boot.cluster_api.template import build_manifest, render_manifest
from boot.cluster_api.variables import VARIABLES, Extras, find_misspelt, read_plan
from boot.errors import ConfigError
from sidero_tui.launch.exits import Exit

PROVIDER = "sidero"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says; `flags` by the name of their variable, those that were given."""

    name: str
    infrastructure: str
    flags: Mapping[str, str]
    extras: Extras


def run_generate(wanted: Wanted, environ: Mapping[str, str]) -> int:
    """Flags win over the environment; ConfigError lists what is missing, wrong or misspelt."""
    provider = wanted.infrastructure.partition(":")[0]
    if provider != PROVIDER:
        raise ConfigError(f"-i {wanted.infrastructure}: there are only Sidero's servers here: -i {PROVIDER}")
    if not wanted.name:
        raise ConfigError("generate cluster wants the cluster's name: sidero-tui generate cluster management-plane -i sidero")
    misspelt = [f"{name} is set: is {meant} meant?" for name, meant in find_misspelt(environ).items()]
    try:
        plan = read_plan(wanted.name, {**environ, **wanted.flags}, wanted.extras)
    except ConfigError as error:
        raise ConfigError("; ".join([str(error), *misspelt])) from error
    if misspelt:
        raise ConfigError("; ".join(misspelt))
    sys.stdout.write(render_manifest(build_manifest(plan)))
    return Exit.DONE


def run_list_variables() -> int:
    """As clusterctl lists those of a template."""
    print("Required Variables:")
    for variable in VARIABLES:
        if variable.default is None:
            print(f"  - {variable.name:<28} {variable.meaning}")
    print("\nOptional Variables:")
    for variable in VARIABLES:
        if variable.default is not None:
            print(f"  - {variable.name:<28} {variable.meaning} (defaults to {variable.default})")
    return Exit.DONE
