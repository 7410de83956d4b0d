// Handbell on Azure Container Apps: the pages, two workers, PostgreSQL reached from inside the network only.
//   az deployment group create -g RESOURCE_GROUP -f deploy/azure/main.bicep -p baseUrl=https://bell.trust.example ...
// The image is one you built from deploy/Dockerfile and pushed to a registry this subscription may pull from.

@description('Where everything is: a region in the UK keeps the school\'s data in the UK.')
param location string = 'uksouth'

@description('Begins the name of every resource.')
@minLength(3)
@maxLength(12)
param name string = 'handbell'

@description('The image, by registry, name and digest or version.')
param image string

@description('The registry\'s server, where it wants an identity: school.azurecr.io. Empty: the image is public.')
param registry string = ''

@description('Resource id of an identity that may pull from that registry.')
param registryIdentity string = ''

@description('Resource id of a user-assigned identity that the school\'s app registration trusts. Empty: none.')
param appIdentity string = ''

@description('That identity\'s client id.')
param appIdentityClient string = ''

@description('More settings, such as those of step 5 of microsoft.md: [{ name: \'HANDBELL_...\', value: \'...\' }]')
param moreSettings array = []

@description('The address people reach Handbell on; links in e-mails start with it.')
param baseUrl string

@description('The sending address, and how its mail leaves.')
param mailFrom string
param smtpHost string
param smtpUsername string

@secure()
param smtpPassword string

@description('Signs personal links: 32 characters or more, the same for good.')
@secure()
@minLength(32)
param secretKey string

@description('Signs evidence packs (handbell evidence make-key). Keep a copy apart from every backup.')
@secure()
param signingKey string

@description('Keys that seal cases (handbell cases make-key). Keep a copy apart from every backup.')
@secure()
param caseKeys string

@secure()
@minLength(16)
param metricsToken string

@secure()
@minLength(16)
param databasePassword string

@description('Two workers are enough for some hundred schools; see capacity.md.')
@minValue(1)
@maxValue(20)
param workers int = 2

@description('Standard_B1ms to try, Standard_D2ds_v5 from some hundred schools on.')
param databaseSku string = 'Standard_B1ms'

@allowed(['Burstable', 'GeneralPurpose', 'MemoryOptimized'])
param databaseTier string = 'Burstable'

var unique = uniqueString(resourceGroup().id, name)
var databaseUser = 'handbell'
var files = 'files'

resource network 'Microsoft.Network/virtualNetworks@2023-11-01' = {
  name: '${name}-network'
  location: location
  properties: {
    addressSpace: {
      addressPrefixes: ['10.20.0.0/16']
    }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.20.0.0/23'
          delegations: [
            {
              name: 'apps'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'database'
        properties: {
          addressPrefix: '10.20.2.0/28'
          delegations: [
            {
              name: 'database'
              properties: {
                serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers'
              }
            }
          ]
        }
      }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = {
  name: '${name}-${unique}.private.postgres.database.azure.com'
  location: 'global'
}

resource zoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = {
  parent: zone
  name: '${name}-link'
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: network.id
    }
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers@2023-12-01-preview' = {
  name: '${name}-${unique}'
  location: location
  sku: {
    name: databaseSku
    tier: databaseTier
  }
  properties: {
    version: '15'
    administratorLogin: databaseUser
    administratorLoginPassword: databasePassword
    storage: {
      storageSizeGB: 32
      autoGrow: 'Enabled'
    }
    backup: {
      backupRetentionDays: 30
      geoRedundantBackup: 'Disabled'
    }
    highAvailability: {
      mode: 'Disabled'
    }
    network: {
      delegatedSubnetResourceId: network.properties.subnets[1].id
      privateDnsZoneArmResourceId: zone.id
    }
  }
  dependsOn: [zoneLink]
}

resource schools 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2023-12-01-preview' = {
  parent: database
  name: 'handbell'
  properties: {
    charset: 'UTF8'
    collation: 'en_US.utf8'
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2022-10-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource storage 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: take('${toLower(replace(name, '-', ''))}${unique}', 24)
  location: location
  sku: {
    name: 'Standard_ZRS'
  }
  kind: 'StorageV2'
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
  }
}

resource fileService 'Microsoft.Storage/storageAccounts/fileServices@2023-01-01' = {
  parent: storage
  name: 'default'
}

resource share 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-01-01' = {
  parent: fileService
  name: files
  properties: {
    shareQuota: 100
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-apps'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
    vnetConfiguration: {
      infrastructureSubnetId: network.properties.subnets[0].id
      internal: false
    }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
  }
}

resource environmentFiles 'Microsoft.App/managedEnvironments/storages@2024-03-01' = {
  parent: environment
  name: files
  properties: {
    azureFile: {
      accountName: storage.name
      accountKey: storage.listKeys().keys[0].value
      shareName: share.name
      accessMode: 'ReadWrite'
    }
  }
}

var databaseUrl = 'postgresql://${databaseUser}:${uriComponent(databasePassword)}@${database.properties.fullyQualifiedDomainName}/${schools.name}?sslmode=require'

var secrets = [
  { name: 'database-url', value: databaseUrl }
  { name: 'secret-key', value: secretKey }
  { name: 'signing-key', value: signingKey }
  { name: 'case-keys', value: caseKeys }
  { name: 'smtp-password', value: smtpPassword }
  { name: 'metrics-token', value: metricsToken }
]

// The machine vouches for the app with this identity (ManagedIdentityCredential); Container Apps keep no token in a file.
var vouching = empty(appIdentity) ? [] : [{ name: 'HANDBELL_MICROSOFT_IDENTITY', value: appIdentityClient }]

var settings = concat(moreSettings, vouching, [
  { name: 'HANDBELL_BASE_URL', value: baseUrl }
  { name: 'HANDBELL_DATA', value: '/data' }
  { name: 'HANDBELL_HOST', value: '0.0.0.0' }
  { name: 'HANDBELL_PORT', value: '8000' }
  // Where the environment's own proxy asks from; others may not say for whom they ask.
  { name: 'HANDBELL_PROXIES', value: '100.64.0.0/10,10.20.0.0/23' }
  { name: 'HANDBELL_LOG_FORMAT', value: 'json' }
  { name: 'HANDBELL_MAIL', value: 'smtp' }
  { name: 'HANDBELL_MAIL_FROM', value: mailFrom }
  { name: 'HANDBELL_SMTP_HOST', value: smtpHost }
  { name: 'HANDBELL_SMTP_USERNAME', value: smtpUsername }
  { name: 'HANDBELL_DATABASE_URL_FILE', value: '/run/secrets/database-url' }
  { name: 'HANDBELL_SECRET_KEY_FILE', value: '/run/secrets/secret-key' }
  { name: 'HANDBELL_SIGNING_KEY_FILE', value: '/run/secrets/signing-key' }
  { name: 'HANDBELL_CASE_KEYS_FILE', value: '/run/secrets/case-keys' }
  { name: 'HANDBELL_SMTP_PASSWORD_FILE', value: '/run/secrets/smtp-password' }
  { name: 'HANDBELL_METRICS_TOKEN_FILE', value: '/run/secrets/metrics-token' }
])

var registries = empty(registry) ? [] : [{ server: registry, identity: registryIdentity }]

var ofRegistry = empty(registryIdentity) ? {} : { '${registryIdentity}': {} }
var ofApp = empty(appIdentity) ? {} : { '${appIdentity}': {} }
var identities = union(ofRegistry, ofApp)
var identity = empty(identities) ? { type: 'None' } : { type: 'UserAssigned', userAssignedIdentities: identities }

var mounts = [
  { volumeName: 'secrets', mountPath: '/run/secrets' }
  { volumeName: files, mountPath: '/data' }
]

var volumes = [
  {
    name: 'secrets'
    storageType: 'Secret'
    secrets: map(secrets, one => { secretRef: one.name, path: one.name })
  }
  {
    name: files
    storageType: 'AzureFile'
    storageName: files
    mountOptions: 'uid=10001,gid=10001,dir_mode=0700,file_mode=0600,nobrl'
  }
]

resource web 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-web'
  location: location
  identity: identity
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      ingress: {
        external: true
        targetPort: 8000
        transport: 'http'
        allowInsecure: false
      }
      registries: registries
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: 'web'
          image: image
          args: ['web']
          env: settings
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          volumeMounts: mounts
          probes: [
            {
              type: 'Startup'
              httpGet: { path: '/health/live', port: 8000 }
              periodSeconds: 2
              failureThreshold: 60
            }
            {
              type: 'Liveness'
              httpGet: { path: '/health/live', port: 8000 }
              periodSeconds: 15
              timeoutSeconds: 5
              failureThreshold: 4
            }
            {
              type: 'Readiness'
              httpGet: { path: '/health/ready', port: 8000 }
              periodSeconds: 10
              timeoutSeconds: 10
              failureThreshold: 3
            }
          ]
        }
      ]
      scale: {
        minReplicas: 1
        maxReplicas: 4
        rules: [
          {
            name: 'requests'
            http: {
              metadata: {
                concurrentRequests: '40'
              }
            }
          }
        ]
      }
      volumes: volumes
    }
  }
  dependsOn: [environmentFiles]
}

resource worker 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-worker'
  location: location
  identity: identity
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: registries
      secrets: secrets
    }
    template: {
      terminationGracePeriodSeconds: 90
      containers: [
        {
          name: 'worker'
          image: image
          args: ['worker']
          env: settings
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          volumeMounts: mounts
        }
      ]
      scale: {
        minReplicas: workers
        maxReplicas: workers
      }
      volumes: volumes
    }
  }
  dependsOn: [environmentFiles]
}

@description('Point a CNAME of the name in baseUrl here, and bind a certificate to it.')
output host string = web.properties.configuration.ingress.fqdn
