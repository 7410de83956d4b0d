<#
.SYNOPSIS
Registers Handbell in a school's Microsoft 365, limited to one mailbox and the sites named. Safe to run again.

.DESCRIPTION
Steps 2 to 4 (and, with -TeamsApp, the registration's part of 6) of microsoft.md. Needs PowerShell 7 and the modules
Microsoft.Graph and ExchangeOnlineManagement. It asks for no secret and prints none. What is there already stays; the
certificate you name takes the place of the one before, and "Handbell" in Entra is set to exactly these permissions.

.EXAMPLE
./microsoft.ps1 -Address https://bell.school.example -Certificate handbell.cer -Mailbox handbell@school.example
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [uri] $Address,
    [Parameter(Mandatory)] [string] $Certificate,
    [Parameter(Mandatory)] [string] $Mailbox,
    [uri] $Site,
    [uri] $PolicySite,
    [switch] $TeamsApp
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Name = 'Handbell'
$Scope = "Handbell: $Mailbox"
$Graph = '00000003-0000-0000-c000-000000000000'
$Wanted = 'GroupMember.Read.All', 'User.Read.All', 'Sites.Selected'
$Roles = 'Application Mail.Send', 'Application Mail.ReadWrite', 'Application Calendars.ReadWrite'
$TeamsClients = '1fec8e78-bce4-4aaf-ab1b-5451cc387264', '5e3ce6c0-2b1f-4285-8d4b-75ee78787346'

$rights = 'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'Sites.FullControl.All'
Connect-MgGraph -NoWelcome -Scopes $rights
Connect-ExchangeOnline -ShowBanner:$false

# 2. The registration, its certificate and its consent.
$graphApp = Get-MgServicePrincipal -Filter "appId eq '$Graph'"
$appRoles = $Wanted | ForEach-Object {
    $value = $_
    $graphApp.AppRoles | Where-Object { $_.Value -eq $value -and $_.AllowedMemberTypes -contains 'Application' }
}
$app = Get-MgApplication -Filter "displayName eq '$Name'" | Select-Object -First 1
if (-not $app) {
    $app = New-MgApplication -DisplayName $Name -SignInAudience AzureADMyOrg
}
$access = @{
    ResourceAppId  = $Graph
    ResourceAccess = @($appRoles | ForEach-Object { @{ Id = $_.Id; Type = 'Role' } })
}
$key = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new((Resolve-Path $Certificate).Path)
$credential = @{
    Type = 'AsymmetricX509Cert'; Usage = 'Verify'; Key = $key.RawData; DisplayName = "Handbell until $($key.NotAfter)"
}
Update-MgApplication -ApplicationId $app.Id -RequiredResourceAccess @($access) -KeyCredentials @($credential)

$enterprise = Get-MgServicePrincipal -Filter "appId eq '$($app.AppId)'"
if (-not $enterprise) {
    $enterprise = New-MgServicePrincipal -AppId $app.AppId
}
# Of nothing there is no property to read, so each is read by itself.
$granted = @(Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $enterprise.Id -All |
        ForEach-Object { $_.AppRoleId })
foreach ($role in $appRoles | Where-Object { $_.Id -notin $granted }) {
    New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $enterprise.Id -PrincipalId $enterprise.Id `
        -ResourceId $graphApp.Id -AppRoleId $role.Id | Out-Null
}

# 3. One shared mailbox, and the three roles for it alone.
if (-not (Get-EXOMailbox -Identity $Mailbox -ErrorAction SilentlyContinue)) {
    New-Mailbox -Shared -Name $Name -PrimarySmtpAddress $Mailbox | Out-Null
}
if (-not (Get-ServicePrincipal -Identity $app.AppId -ErrorAction SilentlyContinue)) {
    # The object id of the enterprise application, not of the registration.
    New-ServicePrincipal -AppId $app.AppId -ObjectId $enterprise.Id -DisplayName $Name | Out-Null
}
if (-not (Get-ManagementScope -Identity $Scope -ErrorAction SilentlyContinue)) {
    New-ManagementScope -Name $Scope -RecipientRestrictionFilter "PrimarySmtpAddress -eq '$Mailbox'" | Out-Null
}
foreach ($role in $Roles) {
    $assignment = "Handbell $role"
    if (-not (Get-ManagementRoleAssignment -Identity $assignment -ErrorAction SilentlyContinue)) {
        $limited = @{ Name = $assignment; Role = $role; App = $app.AppId; CustomResourceScope = $Scope }
        New-ManagementRoleAssignment @limited | Out-Null
    }
}
$scoped = Test-ServicePrincipalAuthorization -Identity $app.AppId -Resource $Mailbox
$scoped | Format-Table -Property @('RoleName', 'InScope')

# 4. The sites: write where the lists are, read where the policies are.
function Grant-Site([uri] $Where, [string] $Right) {
    $path = $Where.AbsolutePath.TrimEnd('/')
    $named = if ($path) { "$($Where.Host):$path" } else { $Where.Host }
    $id = (Invoke-MgGraphRequest -Uri "/v1.0/sites/$named")['id']
    $ours = (Invoke-MgGraphRequest -Uri "/v1.0/sites/$id/permissions")['value'] | Where-Object {
        $whose = @($_['grantedToIdentitiesV2']) | Where-Object { $_ -and $_['application'] }
        @($whose | ForEach-Object { $_['application']['id'] }) -contains $app.AppId
    }
    # The list does not say what may be done; each one does.
    $held = @($ours) | ForEach-Object {
        (Invoke-MgGraphRequest -Uri "/v1.0/sites/$id/permissions/$($_['id'])")['roles']
    }
    if (@($held) -notcontains $Right) {
        $who = @{ application = @{ id = $app.AppId; displayName = $Name } }
        $body = @{ roles = @($Right); grantedToIdentities = @($who) } | ConvertTo-Json -Depth 5
        $asked = @{ Method = 'POST'; Body = $body; ContentType = 'application/json' }
        Invoke-MgGraphRequest -Uri "/v1.0/sites/$id/permissions" @asked | Out-Null
    }
    $id
}
if ($Site) {
    Write-Output "HANDBELL_MICROSOFT_SITE=$(Grant-Site $Site 'write')"
}
if ($PolicySite) {
    $id = if ($PolicySite -eq $Site) { Grant-Site $Site 'write' } else { Grant-Site $PolicySite 'read' }
    Write-Output 'One of these, the library the policies are in:'
    $libraries = (Invoke-MgGraphRequest -Uri "/v1.0/sites/$id/drives")['value']
    $libraries | ForEach-Object { Write-Output "$($_['name']): HANDBELL_MICROSOFT_LIBRARY=$($_['id'])" }
}

# 6. What the tab in Teams signs in with.
if ($TeamsApp) {
    $app = Get-MgApplication -ApplicationId $app.Id
    $known = $app.Api.Oauth2PermissionScopes | Where-Object Value -EQ 'access_as_user' | Select-Object -First 1
    $scopeId = if ($known) { $known.Id } else { [guid]::NewGuid().ToString() }
    $opened = @{
        Id = $scopeId; Value = 'access_as_user'; Type = 'User'; IsEnabled = $true
        AdminConsentDisplayName = 'Open Handbell in Teams'
        AdminConsentDescription = 'Lets Teams tell Handbell who has its tab open.'
        UserConsentDisplayName = 'Open Handbell in Teams'
        UserConsentDescription = 'Lets Teams tell Handbell who has its tab open.'
    }
    $uri = 'api://{0}/{1}' -f $Address.Authority.ToLower(), $app.AppId
    $api = @{ RequestedAccessTokenVersion = 2; Oauth2PermissionScopes = @($opened) }
    Update-MgApplication -ApplicationId $app.Id -IdentifierUris @($uri) -Api $api
    $trusted = $TeamsClients | ForEach-Object { @{ AppId = $_; DelegatedPermissionIds = @($scopeId) } }
    # The clients can be trusted with a scope only once it is there; what is left out here would be taken away.
    Update-MgApplication -ApplicationId $app.Id -Api ($api + @{ PreAuthorizedApplications = @($trusted) })
}

# What Handbell's settings take.
Write-Output "HANDBELL_MICROSOFT_TENANT=$((Get-MgContext).TenantId)"
Write-Output "HANDBELL_MICROSOFT_CLIENT_ID=$($app.AppId)"
Write-Output "HANDBELL_MICROSOFT_MAILBOX=$Mailbox"
Write-Output 'The mailbox roles take 30 minutes to 2 hours to act.'
