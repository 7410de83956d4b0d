"""Signing in with the account a school gave somebody: OpenID Connect at Microsoft Entra and at Google."""
