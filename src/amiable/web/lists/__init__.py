"""Lists: customers, invoices, aged balance, open credits, search, saved views."""
