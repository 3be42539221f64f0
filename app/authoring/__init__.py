"""The commands for authors of rules: lint, test, new, docs, graph."""
