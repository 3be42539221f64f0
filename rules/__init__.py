"""The knowledge, as YAML. Holds no Python."""
