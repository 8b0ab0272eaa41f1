"""What every stranger's script needs: saying what it got. Imports nothing of MaskGlow; runs in any environment."""

import json
import sys


def note(check, call, *arguments, **options):
    """Print what a call gave, or the name of the error that it raised; returns what it gave."""
    try:
        got = call(*arguments, **options)
    except Exception as error:  # noqa: BLE001 - whatever a stranger raises is what it says
        got = {"error": type(error).__name__}
        print(f"{check}: {error!r}", file=sys.stderr, flush=True)
    say(check, got)
    return got


def say(check, got):
    """Print one finding."""
    print(json.dumps({"check": check, "got": got}, default=str), flush=True)


def serving(url):
    """Tell where the stranger serves, and stay until nobody needs it any more."""
    print(json.dumps({"url": url}), flush=True)
    sys.stdin.read()


def host_and_port(url):
    """socket://host:port taken apart."""
    host, _, port = url.removeprefix("socket://").rpartition(":")
    return host, int(port)
