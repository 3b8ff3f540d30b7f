"""``python -m oboro``."""

from oboro.cli import main

if __name__ == "__main__":
    main()
