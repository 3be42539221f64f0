"""What was given: archives, folders and files, and whose each file is."""
