"""Serves pypiserver behind TLS: `tls_pypiserver.py PORT DIRECTORY HTPASSWD CERTIFICATE KEY [CLIENT_CA]`.

With CLIENT_CA, a client has to show a certificate of that authority.
"""

from socketserver import ThreadingMixIn
import ssl
import sys
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pypiserver


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def address_string(self):
        # Never ask a name server who is calling.
        return self.client_address[0]


def main():
    port, directory, htpasswd, certificate, key, *client_ca = sys.argv[1:]
    app = pypiserver.app(
        roots=[directory], password_file=htpasswd, authenticate=["update"], disable_fallback=True
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    for authority in client_ca:
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
    server = make_server("127.0.0.1", int(port), app, ThreadingServer, QuietHandler)
    # The handshake is left to the thread of each connection, so that one client cannot hold up the others.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.serve_forever()


if __name__ == "__main__":
    main()
