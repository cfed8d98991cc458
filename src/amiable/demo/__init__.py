"""The demo company: an invented creditor and its customers, written as files a user could have.

Nothing here knows the readers: it writes, and what it wrote comes back through the same import.
"""
