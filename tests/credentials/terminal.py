"""Talks to a program on a pseudo-terminal: terminal.py (QUESTION ANSWER)... -- PROGRAM ARGUMENT...

Answers each question once the terminal shows nothing of what is typed any more. Prints all that the terminal showed,
and whether it shows again what is typed; ends as the program did.
"""

import fcntl
import os
import pty
import select
import sys
import termios
import time

PATIENCE_SECONDS = 60


def shows_what_is_typed(terminal):
    return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)


def main():
    at = sys.argv.index("--")
    talk, command = sys.argv[1:at], sys.argv[at + 1:]
    deadline = time.monotonic() + PATIENCE_SECONDS
    # Both ends are held open, so that the terminal can be looked at when the program is gone.
    terminal, other_end = pty.openpty()
    child = os.fork()
    if child == 0:
        os.setsid()
        fcntl.ioctl(other_end, termios.TIOCSCTTY, 0)
        for stream in range(3):
            os.dup2(other_end, stream)
        os.execv(command[0], command)
    shown, answered, ended = b"", 0, None
    while ended is None or select.select([terminal], [], [], 0)[0]:
        if select.select([terminal], [], [], 0.02)[0]:
            shown += os.read(terminal, 1024)
        if talk and talk[0].encode() in shown[answered:] and not shows_what_is_typed(terminal):
            answered = len(shown)
            os.write(terminal, talk[1].encode())
            talk = talk[2:]
        if ended is None:
            finished, status = os.waitpid(child, os.WNOHANG)
            ended = os.waitstatus_to_exitcode(status) if finished else None
        if time.monotonic() > deadline:
            os.kill(child, 9)
            sys.exit(f"still running, and showed: {shown.decode()}")
    sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
    print("typing is", "shown" if shows_what_is_typed(terminal) else "hidden")
    sys.exit(ended)


main()
