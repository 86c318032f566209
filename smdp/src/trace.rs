// SPDX-License-Identifier: MIT OR Apache-2.0
//! Every exchange as a JSON line: bodies as they were on the wire, and what they say.
//!
//! One file holds all, or a folder holds a file per session. An exchange belongs to the session
//! that its TransactionID names, in the answer or else in the request.

mod transaction;

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsp::schema;
use serde_json::{Map, Value, json};

use crate::fault::Faults;
use crate::http::{Answering, Call, Handler, Resource};
use crate::service::ASN1;

/// Member of a body that is not taken apart: it is large, and encrypted.
const OPAQUE: &str = "boundProfilePackage";

/// Why a trace cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {}", .0.display(), .1)]
pub struct TraceError(PathBuf, #[source] std::io::Error);

/// Writes exchanges.
#[derive(Debug)]
pub struct Tracer(Mutex<Sink>);

#[derive(Debug)]
struct Sink {
    place: Place,
    /// How many exchanges there were.
    count: u64,
}

#[derive(Debug)]
enum Place {
    File(PathBuf, File),
    Folder(PathBuf),
}

impl Tracer {
    /// Appends to a file when the path ends in `.jsonl`, and makes a folder otherwise.
    ///
    /// # Errors
    /// The file or folder cannot be made.
    pub fn open(path: &Path) -> Result<Self, TraceError> {
        let problem = |error| TraceError(path.to_owned(), error);
        let is_file = path
            .extension()
            .is_some_and(|extension| extension == "jsonl");
        let place = if is_file {
            Place::File(path.to_owned(), append(path).map_err(problem)?)
        } else {
            std::fs::create_dir_all(path).map_err(problem)?;
            Place::Folder(path.to_owned())
        };
        Ok(Self(Mutex::new(Sink { place, count: 0 })))
    }

    /// Writes one exchange. What cannot be written is told in the log and stops nobody.
    fn write(&self, mut line: Map<String, Value>) {
        let mut sink = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sink.count += 1;
        line.insert("number".to_owned(), sink.count.into());
        let name = line.get("transactionId").and_then(Value::as_str);
        let name = format!("{}.jsonl", name.unwrap_or("no-session"));
        let text = format!("{}\n", Value::Object(line));
        let (path, written) = match &mut sink.place {
            Place::File(path, file) => (path.clone(), file.write_all(text.as_bytes())),
            Place::Folder(folder) => {
                let path = folder.join(name);
                let written = append(&path).and_then(|mut file| file.write_all(text.as_bytes()));
                (path, written)
            }
        };
        if let Err(error) = written {
            let error = TraceError(path, error);
            tracing::warn!(%error, "exchange not traced");
        }
    }
}

fn append(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

/// A handler whose exchanges are traced.
pub struct TracedHandler {
    inner: Arc<dyn Handler>,
    tracer: Arc<Tracer>,
}

impl TracedHandler {
    /// Puts a tracer before a handler.
    pub fn new(inner: Arc<dyn Handler>, tracer: Arc<Tracer>) -> Self {
        Self { inner, tracer }
    }
}

impl Handler for TracedHandler {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        self.inner.resource(path)
    }

    fn call(&self, call: Call) -> Answering<'_> {
        let mut line = request(&call);
        let is_asn1 = self
            .inner
            .resource(&call.path)
            .is_some_and(|resource| resource.media_type == ASN1);
        Box::pin(async move {
            let sent = call.body.clone();
            let answer = self.inner.call(call).await;
            let id = transaction::of(&answer.body).or_else(|| transaction::of(&sent));
            line.insert("transactionId".to_owned(), id.into());
            line.insert("request".to_owned(), body(&sent, is_asn1, true));
            let mut said = body(&answer.body, is_asn1, false);
            if let Value::Object(said) = &mut said {
                said.insert("status".to_owned(), answer.status.into());
            }
            line.insert("answer".to_owned(), said);
            self.tracer.write(line);
            answer
        })
    }

    fn faults(&self) -> Option<&Faults> {
        self.inner.faults()
    }
}

/// Who asked what of whom.
fn request(call: &Call) -> Map<String, Value> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let client = call.client.as_ref().map(|client| match &client.oid {
        Some(oid) => oid.to_string(),
        None => STANDARD.encode(&client.certificate),
    });
    let members = [
        ("number", Value::Null),
        (
            "time",
            since.map_or(0.0, |since| since.as_secs_f64()).into(),
        ),
        ("transactionId", Value::Null),
        ("host", call.host.clone().into()),
        ("path", call.path.clone().into()),
        ("client", client.into()),
    ];
    members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// A body as it was, and what it says.
fn body(bytes: &[u8], is_asn1: bool, is_request: bool) -> Value {
    if is_asn1 {
        let name = if is_request {
            "RemoteProfileProvisioningRequest"
        } else {
            "RemoteProfileProvisioningResponse"
        };
        let decoded = schema::decode_lenient(name, bytes).to_value();
        return json!({ "hex": hex::encode_upper(bytes), "decoded": decoded });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => json!({ "text": text, "decoded": members(bytes) }),
        Err(_) => json!({ "hex": hex::encode_upper(bytes) }),
    }
}

/// The members of a JSON body that hold an ASN.1 structure, decoded.
fn members(bytes: &[u8]) -> Value {
    let Ok(Value::Object(members)) = serde_json::from_slice(bytes) else {
        return Value::Null;
    };
    let decoded = members.iter().filter(|(name, _)| *name != OPAQUE);
    let decoded = decoded.filter_map(|(name, value)| {
        schema::find_type(name)?;
        let der = STANDARD.decode(value.as_str()?).ok()?;
        Some((name.clone(), schema::decode_lenient(name, &der).to_value()))
    });
    Value::Object(decoded.collect())
}
