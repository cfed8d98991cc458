"""``python -m amiable.worker``: one worker, until it is told to stop."""

import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amiable.site.settings")
    django.setup()
    # Only now: tables may be imported once Django is set up.
    from amiable.worker.run import run

    run()
