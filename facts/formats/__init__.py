"""Every container in which people send certificates, recognised and read."""
