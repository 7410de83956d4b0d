<#
.SYNOPSIS
Registers Handbell in a school's Microsoft 365, limited to one mailbox and the sites named. Safe to run again.

.DESCRIPTION
Steps 2 to 4 (and the registration's part of 6) of microsoft.md. Needs PowerShell 7 and the modules Microsoft.Graph and
ExchangeOnlineManagement. It asks for no secret and prints none.

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

Connect-MgGraph -NoWelcome -Scopes 'Application.ReadWrite.All', 'AppRoleAssignment.ReadWrite.All', 'Sites.FullControl.All'
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
$granted = Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $enterprise.Id
foreach ($role in $appRoles | Where-Object { $_.Id -notin $granted.AppRoleId }) {
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
        New-ManagementRoleAssignment -Name $assignment -Role $role -App $app.AppId -CustomResourceScope $Scope | Out-Null
    }
}
Test-ServicePrincipalAuthorization -Identity $app.AppId -Resource $Mailbox | Format-Table RoleName, InScope

# 4. The sites: write where the lists are, read where the policies are.
function Grant-Site([uri] $Where, [string] $Right) {
    $path = $Where.AbsolutePath.TrimEnd('/')
    $found = Invoke-MgGraphRequest -Uri "/v1.0/sites/$($Where.Host):$path"
    $there = Invoke-MgGraphRequest -Uri "/v1.0/sites/$($found.id)/permissions"
    $ours = $there.value | Where-Object {
        $_.grantedToIdentitiesV2.application.id -contains $app.AppId -and $_.roles -contains $Right
    }
    if (-not $ours) {
        $body = @{ roles = @($Right); grantedToIdentities = @(@{ application = @{ id = $app.AppId; displayName = $Name } }) }
        Invoke-MgGraphRequest -Method POST -Uri "/v1.0/sites/$($found.id)/permissions" -Body $body | Out-Null
    }
    $found.id
}
if ($Site) {
    "HANDBELL_MICROSOFT_SITE=$(Grant-Site $Site 'write')"
}
if ($PolicySite) {
    $id = if ($PolicySite -eq $Site) { Grant-Site $Site 'write' } else { Grant-Site $PolicySite 'read' }
    (Invoke-MgGraphRequest -Uri "/v1.0/sites/$id/drives").value | ForEach-Object {
        "HANDBELL_MICROSOFT_LIBRARY=$($_.id)   # $($_.name)"
    }
}

# 6. What the tab in Teams signs in with.
if ($TeamsApp) {
    $api = $app.Api
    $scopeId = ($api.Oauth2PermissionScopes | Where-Object Value -eq 'access_as_user').Id ?? [guid]::NewGuid().ToString()
    $opened = @{
        Id = $scopeId; Value = 'access_as_user'; Type = 'User'; IsEnabled = $true
        AdminConsentDisplayName = 'Open Handbell in Teams'
        AdminConsentDescription = 'Lets Teams tell Handbell who has its tab open.'
        UserConsentDisplayName = 'Open Handbell in Teams'
        UserConsentDescription = 'Lets Teams tell Handbell who has its tab open.'
    }
    Update-MgApplication -ApplicationId $app.Id -IdentifierUris @("api://$($Address.Authority.ToLower())/$($app.AppId)") `
        -Api @{ RequestedAccessTokenVersion = 2; Oauth2PermissionScopes = @($opened) }
    $trusted = $TeamsClients | ForEach-Object { @{ AppId = $_; DelegatedPermissionIds = @($scopeId) } }
    # The clients can be trusted with a scope only once it is there; what is left out here would be taken away.
    Update-MgApplication -ApplicationId $app.Id -Api @{
        RequestedAccessTokenVersion = 2; Oauth2PermissionScopes = @($opened); PreAuthorizedApplications = @($trusted)
    }
}

"HANDBELL_MICROSOFT_TENANT=$((Get-MgContext).TenantId)"
"HANDBELL_MICROSOFT_CLIENT_ID=$($app.AppId)"
"HANDBELL_MICROSOFT_MAILBOX=$Mailbox"
'The mailbox roles take 30 minutes to 2 hours to act.'
