"""What facts mean: rules, matching, explanation, ranking. Knows nothing of Expressway."""
