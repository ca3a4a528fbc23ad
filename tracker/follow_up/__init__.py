"""Follow-up: what is due by contract, rule and law, for whom, and who has not been contacted."""
