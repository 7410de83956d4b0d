"""The one place that names connectors: services, the web application."""
