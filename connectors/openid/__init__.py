"""Sign-in with a school account: OpenID Connect at Microsoft Entra and Google."""
