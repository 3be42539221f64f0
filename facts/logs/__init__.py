"""What the logs say: lines found, read and counted."""
