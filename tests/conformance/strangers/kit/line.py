"""Lines for strangers that serve: a pty answered by a function, and two ptys joined like a null-modem cable."""

import os
import pty
import select
import threading
import tty


def answered(handle):
    """The name of a pty on which ``handle(bytes) -> bytes`` answers."""
    master, slave = pty.openpty()
    tty.setraw(slave)

    def work():
        while True:
            reply = handle(os.read(master, 4096))
            if reply:
                os.write(master, reply)

    threading.Thread(target=work, daemon=True).start()
    return os.ttyname(slave)


def joined():
    """The names of two ptys; what is written to one is read from the other."""
    ends = [pty.openpty() for _ in range(2)]
    for _, slave in ends:
        tty.setraw(slave)
    masters = [master for master, _ in ends]

    def work():
        while True:
            for master in select.select(masters, [], [])[0]:
                os.write(masters[1 - masters.index(master)], os.read(master, 4096))

    threading.Thread(target=work, daemon=True).start()
    return [os.ttyname(slave) for _, slave in ends]
