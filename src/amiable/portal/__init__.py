"""Portal: the face customers see, by a link and without a password."""
