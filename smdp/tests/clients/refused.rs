// SPDX-License-Identifier: MIT OR Apache-2.0
//! Requests that are refused: the client gets the answer, whatever it still has to send.

use crate::programs::Program::Curl;
use crate::table::{Row, check};
use crate::world::World;

const fn curl(arguments: &'static [&'static str], says: &'static [&'static str]) -> Row {
    Row::new(Curl, arguments, says)
}

const URL: &str = "https://{nist}{path}";
const ELSEWHERE: &str = "https://{nist}/elsewhere";
const JSON: &str = "Content-Type: application/json";

/// The statuses of `smdp::http`, in every version, with bodies of any size. The second answer is on
/// the same connection, where there is one.
#[test]
fn curl_gets_every_refusal() {
    let rows = [
        curl(&[URL], &[" 405", "allow: POST"]),
        curl(&["--head", URL], &[" 405", "allow: POST"]),
        curl(&["-X", "OPTIONS", URL], &[" 405", "allow: POST"]),
        curl(&["-X", "PUT", "-d", "{}", URL], &[" 405", "allow: POST"]),
        curl(&["-X", "DELETE", URL], &[" 405", "allow: POST"]),
        curl(&["-T", "{folder}/large", URL], &[" 405", "allow: POST"]),
        curl(&["-d", "{}", ELSEWHERE], &[" 404"]),
        curl(&["--data-binary", "@{folder}/middle", ELSEWHERE], &[" 404"]),
        curl(&["--data-binary", "@{folder}/large", ELSEWHERE], &[" 404"]),
        curl(&["--data-binary", "@{folder}/middle", URL], &[" 415"]),
        curl(
            &["--data-binary", "@{folder}/large", "-H", JSON, URL],
            &[" 413"],
        ),
        curl(
            &[
                "-H",
                "Expect:",
                "--data-binary",
                "@{folder}/large",
                "-H",
                JSON,
                URL,
            ],
            &[" 413"],
        ),
        curl(
            &[
                "-H",
                "Expect: 100-continue",
                "--data-binary",
                "@{folder}/large",
                "-H",
                JSON,
                URL,
            ],
            &[" 413"],
        ),
        curl(
            &[
                "-H",
                "Expect: 100-continue",
                "--data-binary",
                "@{folder}/middle",
                ELSEWHERE,
            ],
            &[" 404"],
        ),
    ];
    // HTTP/1.0 has no chunks, and curl 7.88 waits for ever on HTTP/2 once it has cut its own body short
    let in_chunks = [curl(
        &[
            "-H",
            "Transfer-Encoding: chunked",
            "--data-binary",
            "@{folder}/large",
            "-H",
            JSON,
            URL,
        ],
        &[" 413"],
    )];
    let world = World::seeded();
    for (name, size) in [("middle", 900_000), ("large", 3_000_000)] {
        std::fs::write(world.folder().join(name), vec![b'x'; size]).unwrap();
    }
    for version in ["--http1.0", "--http1.1", "--http2"] {
        let common = ["-sS", "--include", "--cacert", "{ca}", version];
        // several times, as the answer and the body are under way at once
        for _ in 0..3 {
            check(&world, &common, &rows);
            if version == "--http1.1" {
                check(&world, &common, &in_chunks);
            }
        }
    }
}
