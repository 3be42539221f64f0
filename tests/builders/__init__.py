"""PKIs, nodes and bundles made in code: for tests, rule files' own tests, and the demo."""
