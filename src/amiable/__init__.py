"""amiable: get paid without annoying your customers."""

__version__ = "0.1.0"
