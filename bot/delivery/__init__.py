"""The jobs that plan the morning and send messages."""
