"""The desk in a browser, asked through Django's test client."""
