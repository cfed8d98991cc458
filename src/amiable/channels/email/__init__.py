"""Mail: a message turned into bytes, and handed to an SMTP server."""
