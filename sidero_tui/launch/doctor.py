"""`sidero-tui doctor`: everything that can be known before the rack is switched on, each with what mends it."""

from boot.clock import SystemClock
from boot.preflight.doctor import run_checks
from boot.preflight.result import Verdict, render_checks
from sidero_tui.launch.exits import Exit
from sidero_tui.launch.resolve import build_config, choose
from sidero_tui.settings import Settings


def run_doctor(settings: Settings) -> int:
    chosen = choose(settings)
    results = run_checks(build_config(settings, chosen), chosen.reason, SystemClock().now())
    print(render_checks(results))
    return Exit.FAILED if any(result.verdict is Verdict.FAIL for result in results) else Exit.DONE
