"""Runs compiled rules over facts: durable-rules in its safe subset, and the reference matcher."""
