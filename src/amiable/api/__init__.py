"""The API: other programs see and do what people see and do at the desk, under /api/v1."""
