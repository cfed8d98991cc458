"""Messages nobody knows the fate of, and the stop for what leaves by itself."""
