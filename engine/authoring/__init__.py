"""What authors are told of their rules: lint, the tests inside rule files, mutation, coverage."""
