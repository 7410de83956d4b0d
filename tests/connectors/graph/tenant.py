"""A tenant as its administrator meets it: registrations, consent, rights on sites, the catalogue of Teams.

The slice of Graph's description has none of these paths but groups, lists and columns. The shapes are those
of Graph's reference on learn.microsoft.com/graph/api: application-post-applications, application-update,
application-addpassword, serviceprincipal-post-serviceprincipals, serviceprincipal-post-approleassignments,
site-getbypath, site-list-permissions, site-post-permissions, teamsapp-publish, teamsapp-update.
"""

import io
import itertools
import json
import re
import zipfile
from copy import deepcopy

from jsonschema import Draft202012Validator

SITES = {
    "/sites/compliance": "merriwell.sharepoint.example,1,2",
    "/sites/policies": "merriwell.sharepoint.example,3,4",
}
GRAPH_ITSELF = "00000003-0000-0000-c000-000000000000"
ROLES = {"GroupMember.Read.All": "role-1", "User.Read.All": "role-2", "Sites.Selected": "role-3",
         "Mail.Send": "role-4"}  # fmt: skip
TEXT, TRUE = {"type": "string", "minLength": 1}, {"type": "boolean"}
ROUTES = []


def body(required=(), **properties):
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def many(of):
    return {"type": "array", "items": of}


KEY = body(
    ("type", "usage", "key"),
    type={"const": "AsymmetricX509Cert"},
    usage={"const": "Verify"},
    key=TEXT,
    displayName=TEXT,
)
ACCESS = body(
    ("resourceAppId", "resourceAccess"),
    resourceAppId=TEXT,
    resourceAccess=many(body(("id", "type"), id=TEXT, type={"enum": ["Role", "Scope"]})),
)
CONSENTS = {
    f"{who}Consent{name}": TEXT for who in ("admin", "user") for name in ("DisplayName", "Description")
}
SCOPE = body(
    ("id", "value", "type"), id=TEXT, value=TEXT, type={"enum": ["User", "Admin"]}, isEnabled=TRUE, **CONSENTS
)
TRUSTED = body(("appId", "delegatedPermissionIds"), appId=TEXT, delegatedPermissionIds=many(TEXT))
API = body(
    requestedAccessTokenVersion={"enum": [1, 2]},
    oauth2PermissionScopes=many(SCOPE),
    preAuthorizedApplications=many(TRUSTED),
)
APPLICATION = body(
    requiredResourceAccess=many(ACCESS),
    keyCredentials=many(KEY),
    identifierUris=many(TEXT),
    api=API,
    web=body(redirectUris=many(TEXT)),
)
WHO = body(("application",), application=body(("id",), id=TEXT, displayName=TEXT))
RIGHTS = many({"enum": ["read", "write", "owner", "fullcontrol"]})

GRANT = body(("principalId", "resourceId", "appRoleId"), principalId=TEXT, resourceId=TEXT, appRoleId=TEXT)


def route(method, shape, said=None, media="application/json"):
    def keep(handler):
        ROUTES.append((method, re.compile(shape), said, media, handler))
        return handler

    return keep


def no(status, code):
    return status, {"error": {"code": code, "message": "It did not work."}}


class Tenant:
    """What an administrator finds and makes; `rest` has the lists. `changes` counts what was written."""

    def __init__(self, rest):
        self.rest = rest
        self.ids = itertools.count(1)
        self.applications, self.principals, self.granted, self.rights = {}, {}, [], {}
        self.secrets, self.catalogue, self.changes, self.asked = [], {}, 0, set()
        self.shows_rights = False
        self.groups = {"All staff": "11111111-2222-3333-4444-555555555555"}
        self.drives = {"Documents": "drive-1", "Policies": "drive-2"}

    def never_asked(self):
        return {handler.__name__ for *_, handler in ROUTES} - self.asked

    def find(self, method, path):
        for known, shape, said, media, handler in ROUTES:
            match = shape.fullmatch(path)
            if known == method and match:
                return said, media, handler, match
        return None

    def answer(self, found, query, content, media):
        said, wanted, handler, match = found
        self.asked.add(handler.__name__)
        if said is not None:
            content = json.loads(content) if wanted == "application/json" else content
            problems = Draft202012Validator(said).iter_errors(content) if said else ()
            complaints = [] if media == wanted else [f"{handler.__name__}: {media}"]
            complaints += [f"{handler.__name__}: {one.json_path}: {one.message[:200]}" for one in problems]
            self.rest.double.complaints += complaints
            if complaints:
                return no(400, "BadRequest")
            self.changes += 1
        return handler(self, match, query, content)

    @route("GET", "/organization")
    def organization(self, *_):
        return 200, {"value": [{"id": "99999999-2222-3333-4444-555555555555"}]}

    @route("GET", "/groups")
    def find_group(self, _match, query, _):
        name = re.fullmatch("displayName eq '(.*)'", query["$filter"][0])[1]
        return 200, {"value": [{"id": self.groups[name]}] if name in self.groups else []}

    @route("GET", "/applications")
    def find_application(self, _match, query, _):
        name = re.fullmatch("displayName eq '(.*)'", query["$filter"][0])[1]
        found = deepcopy([one for one in self.applications.values() if one["displayName"] == name])
        for one in found:
            for key in one.get("keyCredentials", ()):
                key["key"] = None
        return 200, {"value": found}

    @route(
        "POST",
        "/applications",
        body(("displayName",), displayName=TEXT, signInAudience={"const": "AzureADMyOrg"}),
    )
    def make_application(self, _match, _query, said):
        key = f"object-{next(self.ids)}"
        self.applications[key] = {"id": key, "appId": f"app-{next(self.ids)}"} | said
        return 201, self.applications[key]

    @route("PATCH", "/applications/([^/]+)", APPLICATION)
    def change_application(self, match, _query, said):
        ours = self.applications[match[1]]
        scopes = {one["id"] for one in ours.get("api", {}).get("oauth2PermissionScopes", ())}
        for one in said.get("api", {}).get("preAuthorizedApplications", ()):
            if not set(one["delegatedPermissionIds"]) <= scopes:
                return no(400, "InvalidValue")
        ours |= said
        return 204, None

    @route(
        "POST",
        "/applications/([^/]+)/addPassword",
        body(("passwordCredential",), passwordCredential=body(displayName=TEXT)),
    )
    def add_password(self, match, _query, _said):
        self.secrets.append(f"secret~{next(self.ids)}")
        return 200, {"secretText": self.secrets[-1], "keyId": "k"}

    @route("GET", "/servicePrincipals")
    def find_principal(self, _match, query, _):
        app = re.fullmatch("appId eq '(.*)'", query["$filter"][0])[1]
        if app == GRAPH_ITSELF:
            roles = [
                {"id": key, "value": name, "allowedMemberTypes": ["Application"]}
                for name, key in ROLES.items()
            ]
            roles.append({"id": "delegated", "value": "User.Read.All", "allowedMemberTypes": ["User"]})
            return 200, {"value": [{"id": "graph-itself", "appRoles": roles}]}
        return 200, {"value": [one for one in self.principals.values() if one["appId"] == app]}

    @route("POST", "/servicePrincipals", body(("appId",), appId=TEXT))
    def make_principal(self, _match, _query, said):
        if said["appId"] not in {one["appId"] for one in self.applications.values()}:
            return no(400, "Request_BadRequest")
        key = f"principal-{next(self.ids)}"
        self.principals[key] = {"id": key} | said
        return 201, self.principals[key]

    @route("GET", "/servicePrincipals/([^/]+)/appRoleAssignments")
    def granted_to(self, match, _query, _):
        return 200, {"value": [one for one in self.granted if one["principalId"] == match[1]]}

    @route("POST", "/servicePrincipals/([^/]+)/appRoleAssignments", GRANT)
    def grant(self, match, _query, said):
        if said in self.granted or said["principalId"] != match[1]:
            return no(400, "Request_BadRequest")
        self.granted.append(said)
        return 201, said

    @route("GET", r"/sites/merriwell\.sharepoint\.example:(/.*)")
    def find_site(self, match, _query, _):
        return (200, {"id": SITES[match[1]]}) if match[1] in SITES else no(404, "itemNotFound")

    @route("GET", "/sites/([^/]+)/permissions")
    def rights_of(self, match, _query, _):
        """Return whose the rights are, and what they are where a test sets them."""
        here = {key: one for key, one in self.rights.items() if one["site"] == match[1]}
        roles = {key: {"roles": one["roles"]} if self.shows_rights else {} for key, one in here.items()}
        return 200, {"value": [{"id": key, "grantedToIdentitiesV2": one["grantedToIdentities"]} | roles[key]
                               for key, one in here.items()]}  # fmt: skip

    @route(
        "POST",
        "/sites/([^/]+)/permissions",
        body(("roles", "grantedToIdentities"), roles=RIGHTS, grantedToIdentities=many(WHO)),
    )
    def permit(self, match, _query, said):
        key = f"right-{next(self.ids)}"
        self.rights[key] = {"site": match[1]} | said
        return 201, {"id": key, "roles": said["roles"]}

    @route("GET", "/sites/([^/]+)/drives")
    def libraries(self, *_):
        return 200, {"value": [{"id": key, "name": name} for name, key in self.drives.items()]}

    @route("POST", "/sites/[^/]+/lists/([^/]+)/columns", {})
    def add_column(self, match, _query, said):
        return 201, self.rest._made_column(self.rest.lists[match[1]], said)

    @route("GET", "/appCatalogs/teamsApps")
    def find_app(self, _match, query, _):
        wanted = re.fullmatch("externalId eq '(.*)'", query["$filter"][0])[1]
        assert query["$expand"] == ["appDefinitions"]
        return 200, {"value": [one for one in self.catalogue.values() if one["externalId"] == wanted]}

    @route("POST", "/appCatalogs/teamsApps", {}, "application/zip")
    def upload(self, _match, _query, content):
        said = manifest(content)
        key = f"catalogue-{next(self.ids)}"
        self.catalogue[key] = {
            "id": key,
            "externalId": said["id"],
            "appDefinitions": [{"version": said["version"]}],
        }
        return 201, {"id": key, "externalId": said["id"]}

    @route("POST", "/appCatalogs/teamsApps/([^/]+)/appDefinitions", {}, "application/zip")
    def upload_again(self, match, _query, content):
        said = manifest(content)
        if said["version"] in {one["version"] for one in self.catalogue[match[1]]["appDefinitions"]}:
            return no(409, "Conflict")
        self.catalogue[match[1]]["appDefinitions"].append({"version": said["version"]})
        return 201, {"version": said["version"]}


def manifest(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("manifest.json"))
