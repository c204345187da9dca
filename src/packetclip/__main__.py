"""``python -m packetclip``: the command line."""

from packetclip.cli.main import main

if __name__ == "__main__":
    main()
