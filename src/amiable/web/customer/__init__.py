"""One customer: everything about it on one page."""
