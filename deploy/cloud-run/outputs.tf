output "address" {
  description = "Where the pages are until the name in base_url is mapped to the service."
  value       = google_cloud_run_v2_service.web.uri
}

output "database" {
  description = "The instance, for gcloud sql and for restoring."
  value       = google_sql_database_instance.schools.connection_name
}
