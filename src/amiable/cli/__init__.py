"""The command line: reads the request, calls one verb or one store read, prints one record."""
