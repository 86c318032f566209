// SPDX-License-Identifier: MIT OR Apache-2.0
//! The exchanges of a case as a message-sequence picture in SVG.
//!
//! Colours come from the page, by class. Every message is a group that can be clicked and focused;
//! `data-m` names it: number of the exchange and `q` for the request, `r` for the response.

use std::fmt::Write as _;

use super::text::{clipped, escaped};
use crate::case::Interface;
use crate::record::ExchangeRecord;

/// Distance of two lifelines.
const GAP: usize = 214;
/// Room beside the outer lifelines; on the left it holds the numbers.
const MARGIN: usize = 70;
/// Height of the names at the top.
const HEAD: usize = 40;
/// Height of one message.
const ROW: usize = 27;
/// The longest label between neighbours.
const LABEL: usize = 36;
/// Runs of alike exchanges (segments of a package) from this length on are folded.
const FOLD: usize = 5;
/// Requests on ESipa that make the eIM speak to a server before it answers.
const RELAYED: [&str; 6] = [
    "initiateAuthentication",
    "authenticateClient",
    "getBoundProfilePackage",
    "cancelSession",
    "handleNotification",
    "provideEimPackageResult",
];

/// Who stands at a lifeline, from left to right.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Party {
    Euicc,
    Ipa,
    Eim,
    Smdp,
    Smds,
}

impl Party {
    /// Its name; `terminal` is who has the card.
    const fn name(self, terminal: &'static str) -> &'static str {
        match self {
            Self::Euicc => "eUICC",
            Self::Ipa => terminal,
            Self::Eim => "eIM",
            Self::Smdp => "SM-DP+",
            Self::Smds => "SM-DS",
        }
    }
}

/// One line of the picture.
#[derive(Clone, Copy, Debug)]
enum Row<'a> {
    Request(&'a ExchangeRecord),
    Response(&'a ExchangeRecord),
    /// As many exchanges like the one before.
    Fold(&'a ExchangeRecord, usize),
}

/// An exchange between whom.
struct Between<'a> {
    exchange: &'a ExchangeRecord,
    client: Party,
    server: Party,
}

/// Client and server of every exchange. The tape names interfaces; a request to a server that
/// follows its like on ESipa comes from the eIM (ES9+', ES11').
fn parties(tape: &[ExchangeRecord]) -> Vec<Between<'_>> {
    let mut relays = false;
    let mut between = Vec::with_capacity(tape.len());
    for exchange in tape {
        let caller = |relays: bool| if relays { Party::Eim } else { Party::Ipa };
        let (client, server) = match exchange.interface {
            Interface::Esipa => {
                let name = &exchange.request.name;
                relays = RELAYED.iter().any(|stem| name.starts_with(stem));
                (Party::Ipa, Party::Eim)
            }
            Interface::Es10b => {
                relays = false;
                (Party::Ipa, Party::Euicc)
            }
            Interface::Es9Plus => (caller(relays), Party::Smdp),
            Interface::Es11 => (caller(relays), Party::Smds),
        };
        between.push(Between {
            exchange,
            client,
            server,
        });
    }
    between
}

/// The lines in order: an answer follows what was done for it, and long runs are folded.
fn rows<'a>(between: &[Between<'a>]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut open: Option<&ExchangeRecord> = None;
    let mut rest = between;
    while let Some((one, after)) = rest.split_first() {
        let relayed = one.client == Party::Eim;
        if !relayed && let Some(waiting) = open.take() {
            rows.push(Row::Response(waiting));
        }
        rows.push(Row::Request(one.exchange));
        let followed = after.first().is_some_and(|next| next.client == Party::Eim);
        if !relayed && followed {
            open = Some(one.exchange);
            rest = after;
            continue;
        }
        rows.push(Row::Response(one.exchange));
        rest = after;
        let alike = after.iter().take_while(|next| same(one, next)).count();
        if alike >= FOLD
            && let Some((folded, last)) = after.split_at_checked(alike - 1)
            && let Some(first) = folded.first()
        {
            rows.push(Row::Fold(first.exchange, folded.len()));
            rest = last;
        }
    }
    rows.extend(open.map(Row::Response));
    rows
}

fn same(one: &Between<'_>, next: &Between<'_>) -> bool {
    let (one, next) = (one.exchange, next.exchange);
    one.interface == next.interface
        && one.request.name == next.request.name
        && one.response_name() == next.response_name()
        && next.notes.is_empty()
}

/// What is drawn around.
struct Picture {
    parties: Vec<Party>,
    bad: Option<usize>,
    out: String,
    y: usize,
    terminal: &'static str,
}

/// The picture of the case `id`; `bad` is the number of the exchange that the verdict is based on.
pub(super) fn sequence(id: &str, tape: &[ExchangeRecord], bad: Option<usize>) -> String {
    let between = parties(tape);
    let mut all: Vec<Party> = between
        .iter()
        .flat_map(|it| [it.client, it.server])
        .collect();
    all.sort_unstable();
    all.dedup();
    let rows = rows(&between);
    let mut picture = Picture {
        parties: all,
        bad,
        out: String::new(),
        y: HEAD + 8,
        // cases are in folders by the role under test
        terminal: if id.starts_with("lpa/") { "LPA" } else { "IPA" },
    };
    picture.frame(rows.len());
    for row in rows {
        let (Row::Request(it) | Row::Response(it) | Row::Fold(it, _)) = row;
        let sides = between.iter().find(|side| side.exchange.index == it.index);
        if let Some(sides) = sides {
            picture.row(row, sides);
        }
    }
    picture.out.push_str("</svg>");
    picture.out
}

impl Picture {
    fn x(&self, party: Party) -> usize {
        let place = self.parties.iter().position(|it| *it == party);
        MARGIN + GAP * place.unwrap_or_default()
    }

    fn frame(&mut self, rows: usize) {
        let width = 2 * MARGIN + GAP * self.parties.len().saturating_sub(1);
        let height = HEAD + 8 + ROW * rows + 18;
        // writing to a String cannot fail
        let _ = write!(
            self.out,
            "<svg xmlns='http://www.w3.org/2000/svg' class='seq' viewBox='0 0 {width} {height}' \
             width='{width}' height='{height}' role='group' aria-label='Message sequence'>"
        );
        for party in self.parties.clone() {
            let (x, name) = (self.x(party), party.name(self.terminal));
            let _ = write!(
                self.out,
                "<line class='life' x1='{x}' x2='{x}' y1='{HEAD}' y2='{}'/>\
                 <rect class='who' x='{}' y='8' width='92' height='28' rx='6'/>\
                 <text class='whot' x='{x}' y='27'>{name}</text>",
                height - 6,
                x - 46,
            );
        }
    }

    fn row(&mut self, row: Row<'_>, sides: &Between<'_>) {
        self.y += ROW;
        let (client, server) = (self.x(sides.client), self.x(sides.server));
        let span = client.abs_diff(server) / GAP;
        let it = sides.exchange;
        match row {
            Row::Request(_) => {
                self.message(it, 'q', (client, server), &it.request.name, span);
            }
            Row::Response(_) => match &it.response {
                Some(response) => {
                    self.message(it, 'r', (server, client), &response.name, span);
                }
                None => self.message(it, 'r', (server, client), "no answer", span),
            },
            Row::Fold(_, count) => {
                let label = format!("{count} more like this");
                self.message(it, 'q', (client, server), &label, span);
            }
        }
    }

    fn message(
        &mut self,
        it: &ExchangeRecord,
        way: char,
        (from, to): (usize, usize),
        label: &str,
        span: usize,
    ) {
        let y = self.y;
        let fold = way == 'q' && label != it.request.name;
        let mut classes = "m".to_owned();
        for (applies, class) in [
            (self.bad == Some(it.index), " bad"),
            (way == 'r', " res"),
            (way == 'r' && it.response.is_none(), " none"),
            (fold, " fold"),
            (!it.notes.is_empty() && way == 'q', " noted"),
        ] {
            if applies {
                classes.push_str(class);
            }
        }
        let (left, right) = (from.min(to), from.max(to));
        let word = if way == 'q' { "request" } else { "response" };
        let name = escaped(label);
        let _ = write!(
            self.out,
            "<g class='{classes}' tabindex='0' role='button' data-m='{index}{way}' \
             aria-label='{index} {word} {name}'><title>#{index} {interface} {name}{notes}</title>\
             <rect class='hit' x='{left}' y='{}' width='{}' height='{ROW}'/>\
             <line class='wire' x1='{from}' x2='{to}' y1='{y}' y2='{y}'/>{}\
             <text class='lab' x='{}' y='{}'>{}</text>",
            y - 19,
            right - left,
            head(from, to, y),
            usize::midpoint(left, right),
            y - 6,
            escaped(&clipped(label, LABEL * span.max(1))),
            index = it.index,
            interface = it.interface,
            notes = escaped(&notes(it)),
        );
        if way == 'q' && !fold {
            let _ = write!(
                self.out,
                "<text class='num' x='6' y='{}'>#{}</text>",
                y + 4,
                it.index
            );
        }
        self.out.push_str("</g>");
    }
}

fn notes(it: &ExchangeRecord) -> String {
    it.notes
        .iter()
        .fold(String::new(), |text, note| text + "\n! " + note)
}

/// The head of an arrow.
fn head(from: usize, to: usize, y: usize) -> String {
    let back = if to > from { to - 8 } else { to + 8 };
    format!(
        "<path class='tip' d='M{to} {y} L{back} {} L{back} {} Z'/>",
        y - 4,
        y + 4
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::MessageRecord;

    fn exchange(index: usize, interface: Interface, request: &str) -> ExchangeRecord {
        let message = |name: &str| MessageRecord {
            name: name.to_owned(),
            value: serde_json::json!({}),
            bytes: String::new(),
        };
        ExchangeRecord {
            index,
            interface,
            host: None,
            request: message(request),
            response: Some(message("answer")),
            notes: Vec::new(),
            http: None,
        }
    }

    fn order(picture: &str) -> Vec<&str> {
        let parts = picture.split("data-m='").skip(1);
        parts.filter_map(|part| part.split('\'').next()).collect()
    }

    #[test]
    fn an_answer_follows_what_was_done_for_it() {
        let tape = [
            exchange(1, Interface::Es10b, "getEuiccChallengeRequest"),
            exchange(2, Interface::Esipa, "initiateAuthenticationRequestEsipa"),
            exchange(3, Interface::Es9Plus, "initiateAuthenticationRequest"),
            exchange(4, Interface::Es10b, "authenticateServerRequest"),
            exchange(5, Interface::Es9Plus, "authenticateClientRequest"),
        ];
        let picture = sequence("ipa/x", &tape, Some(4));
        let expected = ["1q", "1r", "2q", "3q", "3r", "2r", "4q", "4r", "5q", "5r"];
        assert_eq!(order(&picture), expected);
        assert_eq!(picture.matches("class='m bad'").count(), 1);
        let clients: Vec<_> = parties(&tape).iter().map(|it| it.client).collect();
        let (ipa, eim) = (Party::Ipa, Party::Eim);
        assert_eq!(clients, [ipa, ipa, eim, ipa, ipa]);
    }

    #[test]
    fn segments_are_folded() {
        let tape: Vec<_> = (1..=9)
            .map(|index| exchange(index, Interface::Es10b, "boundProfilePackageSegment"))
            .collect();
        let picture = sequence("ipa/x", &tape, None);
        assert_eq!(order(&picture), ["1q", "1r", "2q", "9q", "9r"]);
        assert!(picture.contains("7 more like this"), "{picture}");
        assert!(picture.contains(">IPA<") && !picture.contains(">LPA<"));
        assert!(sequence("lpa/x", &tape, None).contains(">LPA<"));
    }

    #[test]
    fn what_a_peer_sent_stays_text() {
        let mut one = exchange(1, Interface::Esipa, "<script>'\"&");
        one.notes.push("</title><b>".to_owned());
        let picture = sequence("ipa/x", &[one], None);
        assert!(
            !picture.contains("<script") && !picture.contains("<b>"),
            "{picture}"
        );
    }
}
