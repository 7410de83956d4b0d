"""What every school has without a vendor: any mail server, a folder, a CSV file."""
