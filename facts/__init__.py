"""What was observed: inputs read, certificates judged, facts with provenance."""
