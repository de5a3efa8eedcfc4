"""/healthz, /livez and /readyz, with ?verbose and a path per check, in kube-apiserver's words. Pure but for the checks."""

from collections.abc import Callable, Mapping

from aiohttp import web

from boot.errors import NotFound

Checks = Mapping[str, Callable[[], str]]
"""Name -> what is wrong, or "". Called for every request: they must not wait."""

_PING: Checks = {"ping": lambda: ""}


def answer_health(request: web.Request, readiness: Checks) -> web.Response | None:
    """None for other paths. Only readiness depends on the checks: a full disk is no reason to restart the process."""
    name, _, wanted = request.path.strip("/").partition("/")
    if name not in {"healthz", "livez", "readyz"}:
        return None
    checks = {**_PING, **(readiness if name == "readyz" else {})}
    if wanted:
        return _answer_one(checks, wanted)
    excluded = set(request.query.getall("exclude", []))
    trouble = {check: ask() for check, ask in checks.items() if check not in excluded}
    if not any(trouble.values()) and "verbose" not in request.query:
        return web.Response(text="ok")
    return _describe(name, {check: trouble.get(check) for check in checks})


def _answer_one(checks: Checks, wanted: str) -> web.Response:
    if wanted not in checks:
        raise NotFound("the server could not find the requested resource")
    trouble = checks[wanted]()
    return web.Response(text=f"internal server error: {trouble}\n", status=500) if trouble else web.Response(text="ok")


def _describe(name: str, trouble: Mapping[str, str | None]) -> web.Response:
    """None is for a check that was left out. Anybody may ask, so the reasons are on the checks' own paths only."""
    failed = any(trouble.values())
    lines = [
        f"[+]{check} excluded: ok" if text is None else f"[-]{check} failed: reason withheld" if text else f"[+]{check} ok"
        for check, text in trouble.items()
    ]
    lines.append(f"{name} check {'failed' if failed else 'passed'}\n")
    return web.Response(text="\n".join(lines), status=500 if failed else 200)
