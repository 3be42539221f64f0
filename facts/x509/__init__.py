"""Certificates and CRLs, read from their DER so tolerantly that every field can be asked for."""
