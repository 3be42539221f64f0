"""What people are told: the report document and one renderer per format."""
