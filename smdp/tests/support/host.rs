// SPDX-License-Identifier: MIT OR Apache-2.0
//! Interfaces in this process, called without sockets.

use std::sync::Arc;

use hyper::Method;
use rsp::json::{Es9Request, Function, Interface, asn1_function};
use smdp::http::{Call, Handler};
use smdp::{ASN1, ASN1_PATH, Binding, HttpAnswer, JSON};
use tokio::runtime::{Builder, Runtime};

use super::answer::Answer;
use super::record::record;

/// One or more interfaces. The first that knows a path answers, as behind one listener.
pub(crate) struct Host {
    mounts: Vec<(&'static str, Arc<dyn Handler>)>,
    pub(crate) runtime: Runtime,
    /// Whether answers are held to the form of SGP.22; a test of faults puts this to false.
    pub(crate) conformant: bool,
}

impl Host {
    pub(crate) fn new() -> Self {
        let mut builder = Builder::new_multi_thread();
        Self {
            mounts: Vec::new(),
            runtime: builder.worker_threads(1).enable_all().build().unwrap(),
            conformant: true,
        }
    }

    /// Adds an interface under the name that coverage knows it by: `ES9+`, `ES11`, `ES2+`, `ES12`.
    pub(crate) fn mount(&mut self, interface: &'static str, handler: Arc<dyn Handler>) {
        self.mounts.push((interface, handler));
    }

    pub(crate) fn handlers(&self) -> Vec<Arc<dyn Handler>> {
        self.mounts.iter().map(|mount| mount.1.clone()).collect()
    }

    fn find(&self, path: &str) -> Option<&(&'static str, Arc<dyn Handler>)> {
        self.mounts
            .iter()
            .find(|mount| mount.1.resource(path).is_some())
    }

    /// Hands a call to its interface; 404, 405, 401 and 415 as the HTTP shell has them come from
    /// [`super::wire`] only.
    #[track_caller]
    pub(crate) fn send(&self, call: Call) -> HttpAnswer {
        let (interface, handler) = self.find(&call.path).expect("a path of the host");
        let function = function_name(&call.path, &call.body);
        let answer = self.runtime.block_on(handler.call(call));
        self.note(interface, &function, &answer);
        answer
    }

    /// A POST with nothing special about it.
    #[track_caller]
    pub(crate) fn post(&self, path: &str, media_type: &str, body: &[u8]) -> HttpAnswer {
        let (_, handler) = self.find(path).expect("a path of the host");
        let expected = handler.resource(path).unwrap().media_type;
        assert_eq!(expected, media_type, "media type of {path}");
        self.send(Call {
            method: Method::POST,
            path: path.to_owned(),
            body: body.to_vec(),
            ..Call::default()
        })
    }

    /// Calls a function of ES9+ or ES11.
    #[track_caller]
    pub(crate) fn call(&self, binding: Binding, request: Es9Request) -> Answer {
        let function = request.function();
        let (path, media_type, body) = envelope(binding, &request);
        let http = self.post(&path, media_type, &body);
        Answer {
            interface: self.interface(&path),
            function,
            binding,
            http,
        }
    }

    pub(crate) fn interface(&self, path: &str) -> Interface {
        match self.find(path) {
            Some((name, _)) if *name == "ES11" => Interface::Es11,
            _ => Interface::Es9,
        }
    }

    /// Takes note of an answer that came from this host, also over a socket.
    #[track_caller]
    pub(crate) fn note(&self, interface: &str, function: &str, answer: &HttpAnswer) {
        if self.conformant {
            record(interface, function, answer);
        }
    }

    /// Takes note of an answer to a path.
    #[track_caller]
    pub(crate) fn note_path(&self, path: &str, request: &[u8], answer: &HttpAnswer) {
        if let Some((interface, _)) = self.find(path) {
            self.note(interface, &function_name(path, request), answer);
        }
    }
}

/// Path, media type and body of a request, which must be all there in JSON.
#[track_caller]
pub(crate) fn envelope(binding: Binding, request: &Es9Request) -> (String, &'static str, Vec<u8>) {
    let function = request.function();
    match binding {
        Binding::Json => {
            let json = request.to_json().unwrap();
            let read = Es9Request::from_json(function, &json).unwrap();
            assert_eq!(read.to_der().unwrap(), request.to_der().unwrap());
            (function.path(), JSON, json)
        }
        Binding::Asn1 => (ASN1_PATH.to_owned(), ASN1, request.to_asn1().unwrap()),
    }
}

/// The function that a request calls: by its path, or in the ASN.1 binding by its tag.
fn function_name(path: &str, body: &[u8]) -> String {
    if path == ASN1_PATH {
        let function = asn1_function(body);
        return function.map_or("undecodable", Function::name).to_owned();
    }
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
