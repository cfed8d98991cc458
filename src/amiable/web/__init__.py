"""The desk in a browser: each view reads the request, calls one verb, fills one page record."""
