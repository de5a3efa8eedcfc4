"""`sidero-tui doctor`: everything that can be known before the rack is switched on, each with what mends it."""

from boot.preflight import Verdict, render_checks, run_checks
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.resolve import resolve_config
from sidero_tui.settings import Settings


def run_doctor(settings: Settings) -> int:
    results = run_checks(resolve_config(settings))
    print(render_checks(results))
    return Exit.FAILED if any(result.verdict is Verdict.FAIL for result in results) else Exit.DONE
