"""Rejecting a server, and taking that back: merge patches, and whether they may be made. Pure."""

from datetime import datetime

from boot.clock import rfc3339
from boot.resources.annotations import REJECTED
from boot.resources.base import Object
from boot.resources.metal import Server
from boot.resources.wiping import Decree, encode_record, find_record


def refuse_rejection(server: Server) -> str:
    """Why it cannot be rejected, one sentence; "" when it can."""
    if REJECTED in server.metadata.annotations:
        return "It is rejected already."
    if server.status.in_use:
        return "It is in use: decommission it first, a cluster depends on it."
    return ""


def build_rejection(by: str, reason: str, now: datetime) -> Object:
    """It is not accepted any more either: taking the rejection back accepts nothing by itself."""
    decree = Decree(by=by, at=rfc3339(now), reason=reason)
    return {"metadata": {"annotations": {REJECTED: encode_record(decree)}}, "spec": {"accepted": False}}


def lift_rejection() -> Object:
    return {"metadata": {"annotations": {REJECTED: None}}}


def describe_rejection(server: Server) -> str:
    """When, by whom and why, one sentence; "" where it is not rejected."""
    if REJECTED not in server.metadata.annotations:
        return ""
    decree = find_record(server, REJECTED, Decree) or Decree()
    by = f" by {decree.by}" if decree.by else ""
    at = f" at {decree.at}" if decree.at else ""
    return f"Rejected{by}{at}" + (f": {decree.reason}" if decree.reason else ".")
