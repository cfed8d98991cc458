"""``python -m amiable``."""

from amiable.cli.main import main

if __name__ == "__main__":
    main()
