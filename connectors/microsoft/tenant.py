"""Sets a school's Microsoft 365 up for Handbell, as its administrator: every step looks before it changes.

The registration with its certificate and sign-in, consent to three permissions, the rights on two sites, the
two lists with their columns, the app in Teams. Doing it again changes nothing that is right. What only
Exchange's own commands can do is written out for the administrator (`exchange_commands`): Microsoft documents
no other way to them (its Exchange Online Admin API has neither scopes nor role assignments).
"""

from __future__ import annotations

import re
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from kiota_abstractions.request_information import RequestInformation

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.client import Graph
from connectors.microsoft.lists import TITLE, TITLE_CHANGES, ListDefinition, names_in
from connectors.microsoft.middleware import Pace, directory_pace

microsoft_client.load(
    (
        "app_catalogs.app_catalogs_request_builder",
        "app_catalogs.teams_apps.teams_apps_request_builder",
        "app_catalogs.teams_apps.item.teams_app_item_request_builder",
        "app_catalogs.teams_apps.item.app_definitions.app_definitions_request_builder",
        "applications.applications_request_builder",
        "applications.item.application_item_request_builder",
        "applications.item.add_password.add_password_request_builder",
        "organization.organization_request_builder",
        "service_principals.service_principals_request_builder",
        "service_principals.item.service_principal_item_request_builder",
        "service_principals.item.app_role_assignments.app_role_assignments_request_builder",
        "sites.item.drives.drives_request_builder",
        "sites.item.lists.item.columns.item.column_definition_item_request_builder",
        "sites.item.permissions.permissions_request_builder",
    )
)

NAME = "Handbell"
GRAPH_ITSELF = "00000003-0000-0000-c000-000000000000"
PERMISSIONS = ("GroupMember.Read.All", "User.Read.All", "Sites.Selected")
MAILBOX_ROLES = ("Application Mail.Send", "Application Mail.ReadWrite", "Application Calendars.ReadWrite")
# Rights on a site that hold every one Handbell asks for.
WIDER = ("write", "owner", "fullcontrol")
SCOPE = "access_as_user"
OPENS_THE_TAB = "Lets Teams tell Handbell who has its tab open."
RERUN_HINT = "Run the command again: what is done stays done."
# Placeholder of an id that does not exist yet, in a dry run.
NOT_YET = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """Handbell's registration in Entra: its object id, its application id and the registration as read."""

    id: str
    app_id: str
    said: Mapping[str, Any] = field(default_factory=dict)


class TenantSetup:
    """One tenant, as its administrator. With `check` nothing is changed, and told what would be."""

    def __init__(
        self, graph: Graph, say: Callable[[str], None], *, check: bool = False, pace: Pace | None = None
    ) -> None:
        self._graph, self._say, self._check = graph, say, check
        self._builders = graph.builders
        self._pace = pace or directory_pace()

    def tenant(self) -> str:
        """Find the tenant's own id."""
        return str(self._list(self._builders.organization, "read the tenant", select=["id"])[0]["id"])

    def registration(self, address: str, certificate: x509.Certificate | None) -> Registration:
        """Find or make the registration: this school only, its permissions, its certificate, its sign-in.

        Other certificates are taken away; other redirect addresses stay.
        """
        apps = self._builders.applications
        found = self._list(apps, "look for the registration", filter=f"displayName eq '{NAME}'")
        if len(found) > 1:
            raise GiveUp(
                f"There are {len(found)} registrations named {NAME}. Delete those that are not used."
            )
        said: Mapping[str, Any]
        if found:
            said = found[0]
        else:
            body = {"displayName": NAME, "signInAudience": "AzureADMyOrg"}
            said = self._write(f"register {NAME}", apps.to_post_request_information, body)
        ours = Registration(str(said.get("id", NOT_YET)), str(said.get("appId", NOT_YET)), said)
        changes = self._registered(said, address, certificate)
        if changes:
            what = f"set the registration's {', '.join(changes)}"
            self._write(what, self._of(ours).to_patch_request_information, changes)
        return ours

    def principal(self, ours: Registration) -> str:
        """Find or make the enterprise application, and grant it the permissions. Gives its object id."""
        principals = self._builders.service_principals
        found = self._list(
            principals, "look for the enterprise application", filter=f"appId eq '{ours.app_id}'"
        )
        made = (
            found[0]
            if found
            else self._write(
                "make the enterprise application",
                principals.to_post_request_information,
                {"appId": ours.app_id},
            )
        )
        key = str(made.get("id", NOT_YET))
        resource, roles = self._roles()
        where = principals.by_service_principal_id(key).app_role_assignments
        granted = self._list(where, "read what is granted") if key else []
        held = {one["appRoleId"] for one in granted if one.get("resourceId") == resource}
        for name, role in roles.items():
            if role not in held:
                body = {"principalId": key, "resourceId": resource, "appRoleId": role}
                self._write(f"grant {name}", where.to_post_request_information, body)
        return key

    def tab(self, ours: Registration, address: str, clients: Iterable[str]) -> None:
        """Allow these clients to open the tab in Teams: the API's address, its scope, then the clients."""
        before = ours.said.get("api") or {}
        known = [one for one in before.get("oauth2PermissionScopes") or () if one["value"] == SCOPE]
        # Deterministic, so that making it again for the same application gives the same id.
        scope = known[0]["id"] if known else str(uuid.uuid5(uuid.NAMESPACE_URL, f"{ours.app_id}/{SCOPE}"))
        uris = [f"api://{urlsplit(address).netloc.lower()}/{ours.app_id}"]
        trusted = {one["appId"] for one in before.get("preAuthorizedApplications") or ()}
        wanted = trusted | set(clients)
        # What is left out of it is taken away.
        api = {
            "requestedAccessTokenVersion": 2,
            "oauth2PermissionScopes": [_scope(scope)],
            "preAuthorizedApplications": _trust(trusted, scope),
        }
        change = self._of(ours).to_patch_request_information
        is_open = known and before.get("requestedAccessTokenVersion") == 2
        if not is_open or ours.said.get("identifierUris") != uris:
            self._write("open the tab's API", change, {"identifierUris": uris, "api": api})
        if wanted != trusted:
            # A client can be trusted with a scope only once it is there.
            trust = {"api": api | {"preAuthorizedApplications": _trust(wanted, scope)}}
            self._write("trust Teams, Outlook and Microsoft 365 with the tab", change, trust)

    def secret(self, ours: Registration) -> str:
        """Make the secret that the sign-in of people proves itself with. It is shown this once."""
        body = {"passwordCredential": {"displayName": "Handbell sign-in"}}
        add = self._of(ours).add_password.to_post_request_information
        return str(self._write("make the sign-in's secret", add, body).get("secretText", NOT_YET))

    def group(self, named: str) -> str:
        """Find a group's id by its name; an id is one already."""
        if re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", named):
            return named
        asked = f"displayName eq '{_quoted(named)}'"
        found = self._list(self._builders.groups, "look for a group", filter=asked, select=["id"])
        if len(found) != 1:
            raise GiveUp(f'There are {len(found)} groups named "{named}": name it by its Object ID.')
        return str(found[0]["id"])

    def site(self, address: str) -> str:
        """Find a site's id by the address people open."""
        parts = urlsplit(address)
        path = parts.path.rstrip("/")
        named = f"{parts.hostname}:{path}" if path else str(parts.hostname)
        at = self._builders.sites.by_site_id("named").with_url(
            f"{self._builders.request_adapter.base_url}/sites/{named}"
        )
        answer = microsoft_errors.taken(
            self._graph.read(microsoft_client.get(at), self._pace), f"open the site {address}"
        )
        return str(answer.body["id"])

    def permit(self, ours: Registration, site: str, address: str, role: str) -> None:
        """Grant Handbell read or write on one site; rights that it has already stay.

        A signed-in person sees who holds rights, not always which, and may change none: that is for
        applications (site-get-permission, site-update-permission). `handbell doctor` tries them.
        """
        where = self._builders.sites.by_site_id(site).permissions
        before = [one for one in self._list(where, "read who may open the site") if _is_of(one, ours.app_id)]
        if any(not one.get("roles") or {role, *WIDER} & set(one["roles"]) for one in before):
            return
        who = {"application": {"id": ours.app_id, "displayName": NAME}}
        body = {"roles": [role], "grantedToIdentities": [who]}
        self._write(f"grant the right to {role} {address}", where.to_post_request_information, body)

    def keep_list(self, site: str, name: str, definition: ListDefinition) -> None:
        """Make a list, or the columns that it has not; its own Title need not be filled in."""
        lists = self._builders.sites.by_site_id(site).lists
        asked = f"displayName eq '{_quoted(name)}'"
        found = self._list(lists, "look for the list", filter=asked, select=["id", "displayName"])
        if found:
            key = str(found[0]["id"])
        else:
            body = definition.body(name)
            made = self._write(f'make the list "{name}"', lists.to_post_request_information, body)
            key = str(made.get("id", NOT_YET))
        if not key:
            return
        columns = lists.by_list_id(key).columns
        there = self._list(columns, f'read the columns of "{name}"')
        has = names_in(definition.columns, there)
        for one in definition.columns:
            if one["name"] not in has:
                what = f'add the column {one["displayName"]} to "{name}"'
                self._write(what, columns.to_post_request_information, dict(one))
        title = next((one for one in there if one["name"] == TITLE), {})
        if title.get("required"):
            change = columns.by_column_definition_id(title["id"]).to_patch_request_information
            self._write(f'let "{name}" be filled in without a title', change, dict(TITLE_CHANGES))

    def libraries(self, site: str) -> dict[str, str]:
        """List the libraries of a site: their names and ids."""
        found = self._list(self._builders.sites.by_site_id(site).drives, "list the site's libraries")
        return {str(one["name"]): str(one["id"]) for one in found}

    def teams_app(self, app: str, version: str, package: Callable[[], bytes]) -> str:
        """Upload the app to the school's Teams, or its new version. Gives the id of the catalogue."""
        apps = self._builders.app_catalogs.teams_apps
        asked = f"externalId eq '{app}'"
        found = self._list(apps, "look for the Teams app", filter=asked, expand=["appDefinitions"])
        if not found:
            made = self._send("upload the Teams app", apps.to_post_request_information, package)
            return str(made.get("id", NOT_YET))
        if version not in {one.get("version") for one in found[0].get("appDefinitions") or ()}:
            newer = apps.by_teams_app_id(found[0]["id"]).app_definitions.to_post_request_information
            self._send(f"upload version {version} of the Teams app", newer, package)
        return str(found[0]["id"])

    def _of(self, ours: Registration) -> Any:
        return self._builders.applications.by_application_id(ours.id)

    def _roles(self) -> tuple[str, dict[str, str]]:
        """Find Graph itself in the tenant, and the ids of the permissions by their names."""
        (graph,) = self._list(
            self._builders.service_principals, "find Graph itself", filter=f"appId eq '{GRAPH_ITSELF}'"
        )
        known = {
            one["value"]: one["id"] for one in graph["appRoles"] if "Application" in one["allowedMemberTypes"]
        }
        return str(graph["id"]), {name: str(known[name]) for name in PERMISSIONS}

    def _registered(
        self, said: Mapping[str, Any], address: str, certificate: x509.Certificate | None
    ) -> dict[str, Any]:
        """What has to change in the registration, by Graph's names; nothing where all is right."""
        changes: dict[str, Any] = {}
        wanted = {"resourceAppId": GRAPH_ITSELF, "resourceAccess": _accesses(self._roles()[1].values())}
        if _compared(said.get("requiredResourceAccess") or ()) != _compared([wanted]):
            changes["requiredResourceAccess"] = [wanted]
        redirects = list((said.get("web") or {}).get("redirectUris") or ())
        back = f"{address}/sign-in/entra/back"
        if back not in redirects:
            changes["web"] = {"redirectUris": [*redirects, back]}
        key = None if certificate is None else _key(certificate)
        if key is None or key["displayName"] not in {
            one.get("displayName") for one in said.get("keyCredentials") or ()
        }:
            changes["keyCredentials"] = [key]
        return changes

    def _list(self, builder: Any, doing: str, **query: Any) -> list[dict[str, Any]]:
        request = microsoft_client.get(builder, **query)
        return [one for page in self._graph.pages(request, self._pace, doing=doing) for one in page.items]

    def _write(self, what: str, ask: Callable[..., RequestInformation], said: Mapping[str, Any]) -> Any:
        return self._asked(what, lambda: microsoft_client.write_json(ask, said))

    def _send(self, what: str, ask: Callable[..., RequestInformation], package: Callable[[], bytes]) -> Any:
        return self._asked(what, lambda: microsoft_client.write_bytes(ask, package(), "application/zip"))

    def _asked(self, what: str, request: Callable[[], RequestInformation]) -> Mapping[str, Any]:
        """Change one thing and say so; where nothing may be changed, return what would be."""
        if self._check:
            self._say(f"Would {what}.")
            return {}
        try:
            answer = microsoft_errors.taken(self._graph.write(request(), self._pace), what)
        except (GiveUp, TryAgain, OutcomeUnknown) as error:
            raise TryAgain(f"{error} {RERUN_HINT}") from error
        self._say(f"Done: {what}.")
        return answer.body


def exchange_commands(ours: Registration, principal: str, mailbox: str) -> str:
    """Return the PowerShell commands for Exchange: the mailbox, and three roles for it alone.

    Safe to repeat. `mailbox` is put in quotes: the caller checks that it is a plain address.
    """
    app, scope = ours.app_id, f"{NAME}: {mailbox}"
    steps = {
        f"Get-Mailbox '{mailbox}'": f"New-Mailbox -Shared -Name '{NAME}' -PrimarySmtpAddress '{mailbox}'",
        # The object id of the enterprise application, not of the registration.
        f"Get-ServicePrincipal '{app}'": (
            f"New-ServicePrincipal -AppId '{app}' -ObjectId '{principal}' -DisplayName '{NAME}'"
        ),
        f"Get-ManagementScope '{scope}'": (
            f"New-ManagementScope '{scope}'"
            f" -RecipientRestrictionFilter \"PrimarySmtpAddress -eq '{mailbox}'\""
        ),
    }
    for role in MAILBOX_ROLES:
        named = f"'{NAME} {role}'"
        made = f"New-ManagementRoleAssignment -Name {named} -Role '{role}' -App '{app}'"
        steps[f"Get-ManagementRoleAssignment {named}"] = f"{made} -CustomResourceScope '{scope}'"
    return "\n".join(
        [
            "Connect-ExchangeOnline",
            "if ((Get-OrganizationConfig).IsDehydrated) { Enable-OrganizationCustomization }",
            *(
                f"if (-not ({look} -ErrorAction SilentlyContinue)) {{ {make} }}"
                for look, make in steps.items()
            ),
            f"Test-ServicePrincipalAuthorization '{app}' -Resource '{mailbox}'",
        ]
    )


def _quoted(said: str) -> str:
    return said.replace("'", "''")


def _key(certificate: x509.Certificate) -> dict[str, str]:
    """Describe a certificate; its name says which it is, as Graph shows no key again."""
    return {
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "key": b64encode(certificate.public_bytes(Encoding.DER)).decode(),
        "displayName": f"{NAME} {certificate.fingerprint(hashes.SHA256()).hex()[:16]}",
    }


def _accesses(roles: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": one, "type": "Role"} for one in roles]


def _compared(wanted: Sequence[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    return {
        (one["resourceAppId"], each["id"], each["type"]) for one in wanted for each in one["resourceAccess"]
    }


def _scope(key: str) -> dict[str, Any]:
    said = {"DisplayName": "Open Handbell in Teams", "Description": OPENS_THE_TAB}
    shown = {f"{who}Consent{name}": words for who in ("admin", "user") for name, words in said.items()}
    return {"id": key, "value": SCOPE, "type": "User", "isEnabled": True, **shown}


def _trust(clients: Iterable[str], scope: str) -> list[dict[str, Any]]:
    return [{"appId": one, "delegatedPermissionIds": [scope]} for one in sorted(clients)]


def _is_of(permission: Mapping[str, Any], app_id: str) -> bool:
    whose = permission.get("grantedToIdentitiesV2") or permission.get("grantedToIdentities") or ()
    return any((one.get("application") or {}).get("id") == app_id for one in whose)
