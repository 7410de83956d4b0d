"""Cookies: no script reads them, no other site sends them in forms, behind https no other host sets them."""

from __future__ import annotations

from starlette.responses import Response

from bot.web.headers import FRAMED
from bot.web.visit import Visit


def set_cookie(answer: Response, visit: Visit, name: str, value: str, *, lasts: int | None = None) -> None:
    """Set a cookie that no script reads and no other site's form sends; `lasts` None: with the browser."""
    answer.set_cookie(
        name, value, max_age=lasts, path="/", httponly=True, samesite="lax", secure=_safe(visit)
    )


def set_framed_cookie(answer: Response, name: str, value: str) -> None:
    """Set a cookie for our pages in another's frame, kept apart for that frame's own page (CHIPS)."""
    answer.headers.append("Set-Cookie", f"{name}={value}; {FRAMED}")


def drop_cookie(answer: Response, visit: Visit, name: str) -> None:
    answer.delete_cookie(name, path="/", httponly=True, samesite="lax", secure=_safe(visit))


def named(visit: Visit, name: str) -> str:
    """Name a cookie of ours; behind https it is bound to this host alone."""
    return f"__Host-handbell-{name}" if _safe(visit) else f"handbell-{name}"


def _safe(visit: Visit) -> bool:
    return visit.services.base_url.startswith("https:")
