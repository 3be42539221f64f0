"""From a rule file to compiled rules: YAML, the rule model, conditions, texts, fixes, packs."""
