"""Why a rule fired, what stopped it, what would have made it fire, and what is ruled out."""
