// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests byte by byte (RFC 9112), over OpenSSL's client: what no library writes, and some device
//! does.

use crate::programs::Program::OpenSsl;
use crate::table::{Row, check};
use crate::world::World;

const fn raw(input: &'static str, says: &'static [&'static str]) -> Row {
    Row {
        input,
        ..Row::new(OpenSsl, &[], says)
    }
}

/// The refusal of an object without members.
const FAILED: &str = "\"status\":\"Failed\"";
const OK: &str = "HTTP/1.1 200 OK\r\n";

#[test]
fn openssl_sends_requests_as_they_are() {
    let rows = [
        raw(
            "POST {path} HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}",
            &["HTTP/1.0 200 OK\r\n", FAILED],
        ),
        raw(
            "POST {path} HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}\
             POST {path} HTTP/1.0\r\nContent-Length: 3\r\n\r\n{ }",
            &["connection: keep-alive\r\n", "}HTTP/1.0 200 OK\r\n", FAILED],
        ),
        raw(
            "POST {path} HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            &[OK, "connection: close\r\n", FAILED],
        ),
        raw(
            "POST {path} HTTP/1.1\r\nhOST: x\r\nCONTENT-length: 2\r\ncontent-TYPE: application/json\r\n\
             connection: CLOSE\r\n\r\n{}",
            &[OK, FAILED],
        ),
        raw(
            "POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\nConnection: close\r\n\r\n\
             1;a=b\r\n{\r\n1\r\n}\r\n0\r\nTrailer: x\r\n\r\n",
            &[OK, FAILED],
        ),
        // the second and third are there before the first is answered
        raw(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}\
             GET {path} HTTP/1.1\r\nHost: x\r\n\r\n\
             POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            &[
                OK,
                "}HTTP/1.1 405 Method Not Allowed\r\n",
                "connection: close\r\n",
            ],
        ),
        raw(
            "POST https://elsewhere.example:1{path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\
             Connection: close\r\n\r\n{}",
            &[OK, FAILED],
        ),
        raw(
            "POST {path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\
             Connection: close\r\n\r\n{}",
            &["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", FAILED],
        ),
        raw(
            "\r\n\r\nPOST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            &[OK, FAILED],
        ),
        raw(
            "POST {path} HTTP/1.1\nHost: x\nContent-Length: 2\nConnection: close\n\n{}",
            &[OK, FAILED],
        ),
        Row {
            never: &["content-length: 0"],
            ..raw(
                "HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                &["HTTP/1.1 405 Method Not Allowed\r\n", "allow: POST\r\n"],
            )
        },
        raw(
            "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            &["HTTP/1.1 404 Not Found\r\n"],
        ),
        raw("GET / HTTP/0.9\r\n\r\n", &["HTTP/1.1 400 Bad Request\r\n"]),
        raw(
            "POST {path} HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
            &["HTTP/1.1 400 Bad Request\r\n"],
        ),
        raw(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            &["HTTP/1.1 400 Bad Request\r\n"],
        ),
    ];
    let common = [
        "-quiet",
        "-connect",
        "{nist}",
        "-servername",
        "smdp1.test.example",
    ];
    let world = World::seeded();
    check(&world, &common, &rows);
    check(&world, &[&common[..], &["-tls1_2"]].concat(), &rows);
}
