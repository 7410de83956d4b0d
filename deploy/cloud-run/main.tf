# Handbell on Google Cloud Run: the pages as a service, the workers as a pool, PostgreSQL in Cloud SQL.
#   terraform init && terraform apply -var project=... -var image=... -var base_url=... (see variables.tf)
# The image is one you built from deploy/Dockerfile and pushed to Artifact Registry.

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 8.7, < 9.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region
}

locals {
  secrets = {
    database-url  = "postgresql://handbell:${urlencode(var.database_password)}@/handbell?host=/cloudsql/${google_sql_database_instance.schools.connection_name}"
    secret-key    = var.secret_key
    signing-key   = var.signing_key
    case-keys     = var.case_keys
    smtp-password = var.smtp_password
    metrics-token = var.metrics_token
  }

  # Their names are no secret, and so may stand where Terraform counts things.
  settings_secrets = toset(["database-url", "secret-key", "signing-key", "case-keys", "smtp-password", "metrics-token"])

  # Each secret is a folder of its own: Cloud Run mounts one secret a volume.
  settings = {
    HANDBELL_BASE_URL           = var.base_url
    HANDBELL_DATA               = "/data"
    HANDBELL_HOST               = "0.0.0.0"
    HANDBELL_PORT               = "8000"
    HANDBELL_PROXIES            = "169.254.0.0/16"
    HANDBELL_LOG_FORMAT         = "json"
    HANDBELL_MAIL               = "smtp"
    HANDBELL_MAIL_FROM          = var.mail_from
    HANDBELL_SMTP_HOST          = var.smtp_host
    HANDBELL_SMTP_USERNAME      = var.smtp_username
    HANDBELL_DATABASE_URL_FILE  = "/secrets/database-url/value"
    HANDBELL_SECRET_KEY_FILE    = "/secrets/secret-key/value"
    HANDBELL_SIGNING_KEY_FILE   = "/secrets/signing-key/value"
    HANDBELL_CASE_KEYS_FILE     = "/secrets/case-keys/value"
    HANDBELL_SMTP_PASSWORD_FILE = "/secrets/smtp-password/value"
    HANDBELL_METRICS_TOKEN_FILE = "/secrets/metrics-token/value"
  }
}

resource "google_project_service" "needed" {
  for_each = toset([
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "sqladmin.googleapis.com",
    "storage.googleapis.com",
  ])

  service            = each.key
  disable_on_destroy = false
}

resource "google_service_account" "handbell" {
  account_id   = "handbell"
  display_name = "Handbell: the pages and the workers"
}

resource "google_project_iam_member" "database" {
  project = var.project
  role    = "roles/cloudsql.client"
  member  = google_service_account.handbell.member
}

resource "google_sql_database_instance" "schools" {
  name                = "handbell"
  database_version    = "POSTGRES_15"
  deletion_protection = true

  settings {
    tier              = var.database_tier
    edition           = "ENTERPRISE"
    availability_type = var.database_availability
    disk_size         = 10
    disk_autoresize   = true

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "02:30"

      backup_retention_settings {
        retained_backups = 30
      }
    }

    ip_configuration {
      # Reached through the Cloud SQL connector alone: no network may connect.
      ipv4_enabled = true
      ssl_mode     = "ENCRYPTED_ONLY"
    }

    maintenance_window {
      day  = 7
      hour = 3
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_sql_database" "handbell" {
  name     = "handbell"
  instance = google_sql_database_instance.schools.name
}

resource "google_sql_user" "handbell" {
  name     = "handbell"
  instance = google_sql_database_instance.schools.name
  password = var.database_password
}

resource "google_secret_manager_secret" "handbell" {
  for_each = local.settings_secrets

  secret_id = "handbell-${each.key}"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.needed]
}

resource "google_secret_manager_secret_version" "handbell" {
  for_each = local.settings_secrets

  secret      = google_secret_manager_secret.handbell[each.key].id
  secret_data = local.secrets[each.key]
}

resource "google_secret_manager_secret_iam_member" "handbell" {
  for_each = local.settings_secrets

  secret_id = google_secret_manager_secret.handbell[each.key].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.handbell.member
}

# What people send in about their training. The database is not in it.
resource "google_storage_bucket" "files" {
  name                        = "${var.project}-handbell-files"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  versioning {
    enabled = true
  }

  depends_on = [google_project_service.needed]
}

resource "google_storage_bucket_iam_member" "files" {
  bucket = google_storage_bucket.files.name
  role   = "roles/storage.objectUser"
  member = google_service_account.handbell.member
}

resource "google_cloud_run_v2_service" "web" {
  name                = "handbell-web"
  location            = var.region
  ingress             = "INGRESS_TRAFFIC_ALL"
  deletion_protection = false

  template {
    service_account                  = google_service_account.handbell.email
    timeout                          = "60s"
    max_instance_request_concurrency = 40

    scaling {
      min_instance_count = 1
      max_instance_count = 4
    }

    containers {
      image = var.image
      args  = ["web"]

      ports {
        container_port = 8000
      }

      resources {
        limits = {
          cpu    = "1"
          memory = "1Gi"
        }
        startup_cpu_boost = true
      }

      startup_probe {
        period_seconds    = 2
        failure_threshold = 60

        http_get {
          path = "/health/live"
          port = 8000
        }
      }

      liveness_probe {
        period_seconds    = 15
        timeout_seconds   = 5
        failure_threshold = 4

        http_get {
          path = "/health/live"
          port = 8000
        }
      }

      dynamic "env" {
        for_each = local.settings

        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "volume_mounts" {
        for_each = local.settings_secrets

        content {
          name       = volume_mounts.key
          mount_path = "/secrets/${volume_mounts.key}"
        }
      }

      volume_mounts {
        name       = "cloudsql"
        mount_path = "/cloudsql"
      }

      volume_mounts {
        name       = "files"
        mount_path = "/data"
      }
    }

    dynamic "volumes" {
      for_each = local.settings_secrets

      content {
        name = volumes.key

        secret {
          secret = google_secret_manager_secret.handbell[volumes.key].secret_id

          items {
            version = "latest"
            path    = "value"
          }
        }
      }
    }

    volumes {
      name = "cloudsql"

      cloud_sql_instance {
        instances = [google_sql_database_instance.schools.connection_name]
      }
    }

    volumes {
      name = "files"

      gcs {
        bucket        = google_storage_bucket.files.name
        mount_options = ["uid=10001", "gid=10001", "file-mode=600", "dir-mode=700"]
      }
    }
  }

  depends_on = [
    google_secret_manager_secret_iam_member.handbell,
    google_secret_manager_secret_version.handbell,
    google_storage_bucket_iam_member.files,
  ]
}

# People sign in at Handbell's own pages, so anybody may reach them.
resource "google_cloud_run_v2_service_iam_member" "everybody" {
  name     = google_cloud_run_v2_service.web.name
  location = var.region
  role     = "roles/run.invoker"
  member   = "allUsers"
}

resource "google_cloud_run_v2_worker_pool" "workers" {
  name                = "handbell-workers"
  location            = var.region
  deletion_protection = false

  scaling {
    manual_instance_count = var.workers
  }

  template {
    service_account = google_service_account.handbell.email

    containers {
      image = var.image
      args  = ["worker"]

      resources {
        limits = {
          cpu    = "1"
          memory = "1Gi"
        }
      }

      dynamic "env" {
        for_each = local.settings

        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "volume_mounts" {
        for_each = local.settings_secrets

        content {
          name       = volume_mounts.key
          mount_path = "/secrets/${volume_mounts.key}"
        }
      }

      volume_mounts {
        name       = "cloudsql"
        mount_path = "/cloudsql"
      }

      volume_mounts {
        name       = "files"
        mount_path = "/data"
      }
    }

    dynamic "volumes" {
      for_each = local.settings_secrets

      content {
        name = volumes.key

        secret {
          secret = google_secret_manager_secret.handbell[volumes.key].secret_id

          items {
            version = "latest"
            path    = "value"
          }
        }
      }
    }

    volumes {
      name = "cloudsql"

      cloud_sql_instance {
        instances = [google_sql_database_instance.schools.connection_name]
      }
    }

    volumes {
      name = "files"

      gcs {
        bucket        = google_storage_bucket.files.name
        mount_options = ["uid=10001", "gid=10001", "file-mode=600", "dir-mode=700"]
      }
    }
  }

  depends_on = [
    google_secret_manager_secret_iam_member.handbell,
    google_secret_manager_secret_version.handbell,
    google_storage_bucket_iam_member.files,
  ]
}
