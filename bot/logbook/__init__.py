"""The log: devices, visitors, searches and other entries by kind, and their retention."""
