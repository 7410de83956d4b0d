variable "project" {
  description = "The Google Cloud project's id."
  type        = string
}

variable "region" {
  description = "Where everything is; europe-west2 is London."
  type        = string
  default     = "europe-west2"
}

variable "image" {
  description = "The image in Artifact Registry, by digest or version."
  type        = string
}

variable "base_url" {
  description = "The address people reach Handbell on; links in e-mails start with it."
  type        = string

  validation {
    condition     = startswith(var.base_url, "https://")
    error_message = "Begin it with https://."
  }
}

variable "mail_from" {
  description = "The sending address."
  type        = string
}

variable "smtp_host" {
  description = "The mail server."
  type        = string
}

variable "smtp_username" {
  description = "Sign-in name at the mail server."
  type        = string
}

variable "smtp_password" {
  description = "Password at the mail server."
  type        = string
  sensitive   = true
}

variable "secret_key" {
  description = "Signs personal links: 32 characters or more, the same for good."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.secret_key) >= 32
    error_message = "Give 32 characters or more."
  }
}

variable "signing_key" {
  description = "Signs evidence packs (handbell evidence make-key). Keep a copy apart from every backup."
  type        = string
  sensitive   = true
}

variable "case_keys" {
  description = "Keys that seal cases (handbell cases make-key). Keep a copy apart from every backup."
  type        = string
  sensitive   = true
}

variable "metrics_token" {
  description = "Who brings it reads /metrics: 16 characters or more."
  type        = string
  sensitive   = true
}

variable "database_password" {
  description = "The password of the database's user."
  type        = string
  sensitive   = true
}

variable "database_tier" {
  description = "db-f1-micro to try, db-custom-2-7680 from some hundred schools on; see capacity.md."
  type        = string
  default     = "db-custom-1-3840"
}

variable "database_availability" {
  description = "REGIONAL keeps a second machine ready in another zone, at about twice the price."
  type        = string
  default     = "ZONAL"

  validation {
    condition     = contains(["ZONAL", "REGIONAL"], var.database_availability)
    error_message = "ZONAL or REGIONAL."
  }
}

variable "workers" {
  description = "How many workers; two are enough for some hundred schools."
  type        = number
  default     = 2
}
