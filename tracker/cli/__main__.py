"""``python -m tracker.cli`` is ``tracker``."""

from tracker.cli import main

if __name__ == "__main__":
    main()
