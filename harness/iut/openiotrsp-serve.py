#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Runs OpenIoTRSP's eim-server for one case: openiotrsp-serve.py ESIPA_PORT API_PORT SCRATCH EID EIM_ID

It wants keys in DER, a PostgreSQL database, and somebody who speaks TLS for it. The environment says
where things are: EIM_SERVER, the program (else eim-server on the PATH); EIM_FOLDER, its checkout, where
it finds the migrations of its database; PGHOST, PGPORT and PGUSER, a database server on which this user
may create databases without a password.
"""

import asyncio
import os
import signal
import ssl
import subprocess
import sys

ESIPA_PORT, API_PORT, SCRATCH, EID, EIM_ID = sys.argv[1:6]
DATABASE = f"eim_under_test_{API_PORT}"


def path(name):
    return os.path.join(SCRATCH, name)


def run(command):
    """Runs a program; what it says when it fails is the last line."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr.strip() or done.returncode}")


def sql(command):
    run(["psql", "-q", "-d", "postgres", "-c", command])


def der(kind, source, target):
    """Writes a PEM file again in DER."""
    how = {
        "key": ["pkcs8", "-topk8", "-nocrypt", "-in", path(source)],
        "certificate": ["x509", "-in", path(source)],
    }[kind]
    run(["openssl", *how, "-outform", "DER", "-out", path(target)])


def server():
    host, port = os.environ.get("PGHOST", "127.0.0.1"), os.environ.get("PGPORT", "5432")
    user = os.environ.get("PGUSER", "postgres")
    settings = {
        "DATABASE_URL": f"postgres://{user}@{host}:{port}/{DATABASE}?sslmode=disable",
        "EIM_LISTEN_ADDR": f"127.0.0.1:{API_PORT}",
        "ESIPA_COAP_LISTEN_ADDR": "127.0.0.1:0",
        "EIM_ID": EIM_ID,
        "EIM_KEY_PATH": path("signing.der"),
        "EIM_CERT_PATH": path("signing-certificate.der"),
        "EUICC_CERT_PATH": path("euicc.der"),
        "EUM_CERT_PATH": path("eum.der"),
        "CI_CERT_PATH": path("ca.der"),
        "DEMO_EID": EID,
        "DEMO_ENQUEUE_ON_START": "false",
    }
    environment = dict(os.environ, **{f"OPENIOTRSP_{name}": value for name, value in settings.items()})
    program = os.environ.get("EIM_SERVER", "eim-server")
    return subprocess.Popen([program], cwd=os.environ.get("EIM_FOLDER", SCRATCH), env=environment)


async def pipe(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def connected(reader, writer):
    try:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", int(API_PORT))
    except OSError:
        writer.close()
        return
    await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))


async def serve():
    """Speaks TLS in front of the program, once that serves, until the end is wanted."""
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", int(API_PORT))
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path("esipa.pem"), path("esipa.key"))
    end = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, end.set)
    async with await asyncio.start_server(connected, "127.0.0.1", int(ESIPA_PORT), ssl=context):
        await end.wait()


def main():
    sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    sql(f"CREATE DATABASE {DATABASE}")
    der("key", "signing.key", "signing.der")
    der("certificate", "signing.pem", "signing-certificate.der")
    der("certificate", "ca.pem", "ca.der")
    program = server()
    try:
        asyncio.run(serve())
    finally:
        program.terminate()
        program.wait(5)
        sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


main()
