"""The rules of the house, checked by code: each rule with a good and a bad example."""
