// SPDX-License-Identifier: MIT OR Apache-2.0
//! Faults of HTTP: status, headers, framing, pace, and where an answer is broken off (SGP.22 §6.2,
//! §6.3, RFC 9110, RFC 9112). The answer inside is right unless it is replaced.

use std::time::Duration;

use super::{Act, Done, Fault, NotDone, Parameter};
use crate::http::{Cut, End, Framing};
use crate::service::{ASN1, HttpAnswer, JSON};

const fn milliseconds(default: u64) -> Parameter {
    Parameter::Number {
        what: "MILLISECONDS",
        default,
        least: 1,
        most: 600_000,
    }
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        name: "http-slow",
        sentence: "the answer begins after so many milliseconds: the device waits as long as its \
                   timer allows",
        parameter: milliseconds(30_000),
        act: Act::Answer(|parameter, answer| {
            answer.manner.wait = Duration::from_millis(number(parameter)?);
            Ok(())
        }),
    },
    Fault {
        name: "http-slow-body",
        sentence: "the body comes in pieces of 16 octets, so many milliseconds apart: the device's \
                   timer runs anew or ends it",
        parameter: milliseconds(1000),
        act: Act::Answer(|parameter, answer| {
            answer.manner.pace = Some((16, Duration::from_millis(number(parameter)?)));
            Ok(())
        }),
    },
    Fault {
        name: "http-stall",
        sentence: "the answer stops in the middle of its body and the connection stays open: the \
                   device's timer ends it",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| cut(answer, Cut::InBody, End::Stall)),
    },
    Fault {
        name: "http-no-answer",
        sentence: "the connection is closed without an answer, although the request was carried \
                   out: the device asks again or ends the session (SGP.22 §3.0.2)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| cut(answer, Cut::BeforeHeader, End::Close)),
    },
    Fault {
        name: "http-cut-in-header",
        sentence: "the connection is closed within the header: the answer is incomplete (RFC 9112 \
                   §8)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| cut(answer, Cut::InHeader, End::Close)),
    },
    Fault {
        name: "http-cut-in-body",
        sentence: "the connection is closed in the middle of the body: the answer is incomplete \
                   (RFC 9112 §8)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| cut(answer, Cut::InBody, End::Close)),
    },
    Fault {
        name: "http-dropped",
        sentence: "the connection is dropped in the middle of the body, without the closure alert \
                   of TLS: the answer is incomplete (RFC 8446 §6.1)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| cut(answer, Cut::InBody, End::Drop)),
    },
    Fault {
        name: "http-length-short",
        sentence: "content-length is one less than the body: the JSON or DER inside ends early \
                   (RFC 9112 §6.3)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.manner.framing = Framing::WrongLength(-1);
            Ok(())
        }),
    },
    Fault {
        name: "http-length-long",
        sentence: "content-length is ten more than the body, and the connection is closed: the \
                   answer is incomplete (RFC 9112 §8)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.manner.framing = Framing::WrongLength(10);
            Ok(())
        }),
    },
    Fault {
        name: "http-length-missing",
        sentence: "no content-length: the body ends with the connection, which is allowed (RFC \
                   9112 §6.3)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.manner.framing = Framing::Close;
            Ok(())
        }),
    },
    Fault {
        name: "http-chunked",
        sentence: "the body comes in chunks, which every client of HTTP/1.1 reads (RFC 9112 §7.1)",
        parameter: Parameter::Number {
            what: "OCTETS",
            default: 100,
            least: 1,
            most: 1 << 20,
        },
        act: Act::Answer(|parameter, answer| {
            let size = usize::try_from(number(parameter)?).map_err(NotDone::new)?;
            answer.manner.framing = Framing::Chunked(size);
            Ok(())
        }),
    },
    Fault {
        name: "http-chunks-broken",
        sentence: "the second chunk has a size that is no number: the answer is malformed (RFC \
                   9112 §7.1)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.manner.framing = Framing::BrokenChunks;
            Ok(())
        }),
    },
    Fault {
        name: "http-interim",
        sentence: "an interim answer (100, 102 or 103) comes first, which a client skips (RFC 9110 \
                   §15.2)",
        parameter: Parameter::Choice(&["100", "102", "103"]),
        act: Act::Answer(|parameter, answer| {
            let code = u16::try_from(number(parameter)?).map_err(NotDone::new)?;
            answer.manner.interim = vec![code];
            Ok(())
        }),
    },
    Fault {
        name: "http-redirect",
        sentence: "a redirection to another path of the same server: it is not followed with a \
                   POST unasked (RFC 9110 §15.4)",
        parameter: Parameter::Choice(&["302", "301", "303", "307", "308"]),
        act: Act::Answer(|parameter, answer| redirect(parameter, answer, "/moved")),
    },
    Fault {
        name: "http-redirect-away",
        sentence: "a redirection to another host: it is not followed, for the device authenticates \
                   the server it was told of (SGP.22 §2.6.6)",
        parameter: Parameter::Choice(&["302", "301", "303", "307", "308"]),
        act: Act::Answer(|parameter, answer| {
            redirect(
                parameter,
                answer,
                "https://elsewhere.test.example/gsma/rsp2/",
            )
        }),
    },
    Fault {
        name: "http-html",
        sentence: "a web page with status 200, as of a captive portal: it is not read (SGP.22 \
                   §6.2)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.status = 200;
            answer.media_type = "text/html";
            answer.body = b"<!doctype html><title>Welcome</title><p>Please sign in.</p>".to_vec();
            Ok(())
        }),
    },
    Fault {
        name: "http-status",
        sentence: "this status without a body: the function has no result, a notification stays on \
                   the eUICC (SGP.22 §6.3, §3.5)",
        parameter: Parameter::Number {
            what: "STATUS",
            default: 500,
            least: 200,
            most: 599,
        },
        act: Act::Answer(|parameter, answer| {
            answer.status = u16::try_from(number(parameter)?).map_err(NotDone::new)?;
            answer.body.clear();
            Ok(())
        }),
    },
    Fault {
        name: "http-busy",
        sentence: "503 or 429 with a Retry-After of two minutes: the device comes back later (RFC \
                   9110 §10.2.3)",
        parameter: Parameter::Choice(&["503", "429"]),
        act: Act::Answer(|parameter, answer| {
            answer.status = u16::try_from(number(parameter)?).map_err(NotDone::new)?;
            answer.body.clear();
            set(answer, "retry-after", "120")
        }),
    },
    Fault {
        name: "http-status-beside-body",
        sentence: "this status with the body of a success: the status counts (SGP.22 §6.3)",
        parameter: Parameter::Number {
            what: "STATUS",
            default: 500,
            least: 300,
            most: 599,
        },
        act: Act::Answer(|parameter, answer| {
            answer.status = u16::try_from(number(parameter)?).map_err(NotDone::new)?;
            Ok(())
        }),
    },
    Fault {
        name: "http-empty",
        sentence: "status 200 without a body, as some servers acknowledge a notification: for it \
                   a success, for every other function no answer (SGP.22 §6.3)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.status = 200;
            answer.body.clear();
            Ok(())
        }),
    },
    Fault {
        name: "http-no-content",
        sentence: "204 where a body is due: the function has no result (SGP.22 §6.3)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.status = 204;
            answer.body.clear();
            Ok(())
        }),
    },
    Fault {
        name: "http-body-on-204",
        sentence: "a body behind 204, which has none: a client takes it for the next answer or \
                   closes (RFC 9112 §6.3)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.status = 204;
            if answer.body.is_empty() {
                answer.body = b"{}".to_vec();
            }
            // written by hand, for a library would leave it out
            set(answer, "x-content", "behind 204")
        }),
    },
    Fault {
        name: "http-huge",
        sentence: "the body is followed by white space up to so many megabytes: the device stops \
                   at a limit of its own",
        parameter: Parameter::Number {
            what: "MEGABYTES",
            default: 64,
            least: 1,
            most: 256,
        },
        act: Act::Answer(|parameter, answer| {
            let size = usize::try_from(number(parameter)? << 20).map_err(NotDone::new)?;
            answer.body.resize(size.max(answer.body.len()), b' ');
            Ok(())
        }),
    },
    Fault {
        name: "http-huge-header",
        sentence: "a header of 128 kilobytes: the device refuses it at a limit of its own (RFC \
                   9110 §5.4)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| set(answer, "x-padding", &"x".repeat(128 << 10))),
    },
    Fault {
        name: "http-1-0",
        sentence: "the status line says HTTP/1.0: a client reads it and closes (RFC 9110 §2.5)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.manner.http10 = true;
            Ok(())
        }),
    },
    Fault {
        name: "http-capitals",
        sentence: "header names are written in capitals, which have no meaning (RFC 9110 §5.1)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            answer.manner.capitals = true;
            Ok(())
        }),
    },
    Fault {
        name: "http-content-type",
        sentence: "the content type is another than the binding has: the answer is not read \
                   (SGP.22 §6.2, §6.6)",
        parameter: Parameter::Text {
            what: "TYPE",
            default: "text/plain",
        },
        act: Act::Answer(|parameter, answer| set(answer, "content-type", parameter)),
    },
    Fault {
        name: "http-content-type-of-other-binding",
        sentence: "the content type is the one of the other binding (SGP.22 §6.2, §6.6): the \
                   answer is not read",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| {
            let other = if answer.media_type == ASN1 {
                JSON
            } else {
                ASN1
            };
            set(answer, "content-type", other)
        }),
    },
    Fault {
        name: "http-content-type-missing",
        sentence: "a body without a content type: a strict device does not read it (SGP.22 §6.2)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| without(answer, "content-type")),
    },
    Fault {
        name: "http-admin-protocol",
        sentence: "X-Admin-Protocol has this value, such as one of a version that is not \
                   supported (SGP.22 §6.2)",
        parameter: Parameter::Text {
            what: "VALUE",
            default: "gsma/rsp/v9.0.0",
        },
        act: Act::Answer(|parameter, answer| set(answer, "x-admin-protocol", parameter)),
    },
    Fault {
        name: "http-admin-protocol-missing",
        sentence: "X-Admin-Protocol is missing, which is mandatory in answers (SGP.22 §6.2)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| without(answer, "x-admin-protocol")),
    },
    Fault {
        name: "http-gzip",
        sentence: "content-encoding says gzip, which nobody asked for and which the body is not: \
                   it cannot be read (RFC 9110 §8.4)",
        parameter: Parameter::None,
        act: Act::Answer(|_, answer| set(answer, "content-encoding", "gzip")),
    },
];

fn number(parameter: &str) -> Result<u64, NotDone> {
    parameter.parse().map_err(NotDone::new)
}

fn cut(answer: &mut HttpAnswer, cut: Cut, end: End) -> Done {
    answer.manner.cut = Some(cut);
    answer.manner.end = end;
    Ok(())
}

fn set(answer: &mut HttpAnswer, name: &'static str, value: &str) -> Done {
    answer.manner.set.push((name, value.to_owned()));
    Ok(())
}

fn without(answer: &mut HttpAnswer, name: &'static str) -> Done {
    answer.manner.without.push(name);
    Ok(())
}

fn redirect(parameter: &str, answer: &mut HttpAnswer, to: &str) -> Done {
    answer.status = u16::try_from(number(parameter)?).map_err(NotDone::new)?;
    answer.body.clear();
    set(answer, "location", to)
}
