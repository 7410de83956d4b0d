"""How Handbell comes to Google: one credentials file, and for each part a client with its scopes alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.google.answers import NotTrusted
from connectors.google.client import GoogleClient, Rim
from connectors.google.tokens import Tokens, from_file


@dataclass(frozen=True, slots=True)
class Account:
    """`act_as`: the service account of a federated identity. `root` stands for Google in tests."""

    file: Path
    rim: Rim
    act_as: str | None = None
    root: str | None = None

    def client(self, scopes: Sequence[str], subject: str | None, *, timeout: float = 60.0) -> GoogleClient:
        """Reach Google as the service account itself, or as the one person named."""
        return GoogleClient(self._tokens(scopes, subject), self.rim, timeout=timeout, root=self.root)

    def not_granted(self, scopes: Sequence[str], subject: str | None) -> tuple[str, ...]:
        """Name the scopes that are not delegated. Google refuses a request whole: each is asked for alone."""
        return tuple(scope for scope in scopes if not self._is_granted(scope, subject))

    @property
    def email(self) -> str:
        """Whom to share things with."""
        return self._said("client_email") or self.act_as or "the service account"

    @property
    def client_id(self) -> str:
        """What domain-wide delegation goes by."""
        return self._said("client_id") or f"(the numeric one of {self.email})"

    def _is_granted(self, scope: str, subject: str | None) -> bool:
        try:
            self._tokens([scope], subject).current()
        except NotTrusted:
            return False
        return True

    def _tokens(self, scopes: Sequence[str], subject: str | None) -> Tokens:
        return Tokens(from_file(self.file, scopes=scopes, subject=subject, act_as=self.act_as))

    def _said(self, name: str) -> str:
        said = json.loads(self.file.read_text(encoding="utf-8")).get(name)
        return str(said) if said else ""
