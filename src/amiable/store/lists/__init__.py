"""Lists over whole ledgers: filtered by indexes, read a page at a time, never counted through."""
