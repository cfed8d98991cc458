"""Tools to build, test and measure amiable. Never shipped with it."""
