"""What a credit team does: one verb, one function, one transaction."""
