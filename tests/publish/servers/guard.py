"""Runs a server for as long as the one who started it lives: `guard.py DIRECTORY COMMAND…`.

Whoever starts this keeps the other end of its stdin. That end closes however the starter ends, be it killed, and then
the server is ended with all that it started, and its directory removed.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading


def main():
    directory, *command = sys.argv[1:]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    ended = threading.Event()

    def wait_for_the_server():
        server.wait()
        # Without its server the guard has nothing to do, and the starter sees that it is gone.
        if not ended.is_set():
            os._exit(1)

    threading.Thread(target=wait_for_the_server, daemon=True).start()
    sys.stdin.read()
    ended.set()
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
