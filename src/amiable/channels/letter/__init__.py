"""Letters on paper: a folder the office prints from, a postal service, registered numbers."""
