# SPDX-License-Identifier: MIT OR Apache-2.0
"""Python's http.client and ssl: client.py MANNER HOST:PORT NAME CA PATH BODY

NAME is the one of SNI and of the certificate. Prints version, status, body of each answer.
"""

import http.client
import socket
import ssl
import sys

manner, address, name, ca, path, body = sys.argv[1:]
host, port = address.rsplit(":", 1)
context = ssl.create_default_context(cafile=ca)
body = open(body, "rb").read()
JSON = {"Content-Type": "application/json;charset=UTF-8"}


class Connection(http.client.HTTPSConnection):
    """A connection to an address, for a name."""

    def connect(self):
        plain = socket.create_connection((host, int(port)), 30)
        self.sock = context.wrap_socket(plain, server_hostname=name)


def tell(answer):
    text = answer.read().decode()
    print("HTTP/%s %d" % ({10: "1.0", 11: "1.1"}[answer.version], answer.status), text)


def ask(connection, data, headers=JSON, **more):
    connection.request("POST", path, body=data, headers=headers, **more)
    answer = connection.getresponse()
    tell(answer)
    print("will close" if answer.will_close else "stays open")


def head(more):
    lines = ["POST %s HTTP/1.1" % path, "Host: " + name, "Content-Length: %d" % len(body)]
    return "\r\n".join(lines + more + ["", ""]).encode()


def usual():
    """Several requests on one connection, the last of which closes it."""
    connection = Connection(name)
    for _ in range(3):
        ask(connection, body)
    ask(connection, body, {"Connection": "close", **JSON})


def chunked():
    """Chunks of seven bytes."""
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    ask(Connection(name), iter(pieces), encode_chunked=True)


def large():
    """Bodies that nobody wants, sent whole before the answer is read."""
    for size in (100_000, 3_000_000):
        ask(Connection(name), b"x" * size)


def slow():
    """A few bytes at a time, each in a record of its own."""
    connection = Connection(name)
    connection.connect()
    message = head(["Connection: close"]) + body
    for at in range(0, len(message), 5):
        connection.sock.sendall(message[at : at + 5])
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    tell(answer)


def half_closed():
    """Nothing more to say, and so its half of TCP is closed before the answer."""
    connection = Connection(name)
    connection.connect()
    connection.sock.sendall(head([]) + body)
    # shutdown of the ssl module would forget TLS as well
    socket.socket.shutdown(connection.sock, socket.SHUT_WR)
    answer = http.client.HTTPResponse(connection.sock)
    answer.begin()
    tell(answer)


try:
    globals()[manner]()
except (OSError, http.client.HTTPException) as error:
    print(type(error).__name__, error)
