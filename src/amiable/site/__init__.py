"""The Django project: settings, and later URLs."""
