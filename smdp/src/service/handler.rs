// SPDX-License-Identifier: MIT OR Apache-2.0
//! ES9+ behind a listener: its paths, and listeners that stand for some of the CIs only.

use std::sync::Arc;

use hyper::Method;
use rsp::json::{Function, asn1_function};

use super::{ASN1, Binding, HttpAnswer, Incoming, JSON, SmDpService};
use crate::fault::Faults;
use crate::http::{Answering, Call, Handler, Resource};

/// Path of the ASN.1 binding (SGP.22 §6.6).
pub const ASN1_PATH: &str = "/gsma/rsp2/asn1";

/// ES9+ on a listener that authenticates under some CIs only, as a server with one listener per CI
/// does. Sessions are those of the service: a device may go on at another listener.
#[derive(Debug)]
pub struct Es9Handler {
    service: Arc<SmDpService>,
    cis: Vec<Vec<u8>>,
}

impl Es9Handler {
    /// Limits a service to CIs, by their key identifiers.
    pub fn new(service: Arc<SmDpService>, cis: Vec<Vec<u8>>) -> Self {
        Self { service, cis }
    }
}

impl Handler for Es9Handler {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        self.service.resource(path)
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { self.service.es9(&call, Some(&self.cis)) })
    }

    fn faults(&self) -> Option<&Faults> {
        Some(self.service.faults())
    }
}

impl Handler for SmDpService {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        let media_type = if path == ASN1_PATH {
            ASN1
        } else {
            Function::from_path(path)?;
            JSON
        };
        Some(Resource {
            methods: &[Method::POST],
            media_type,
            needs_client: false,
            admin_protocol: Some(&self.admin_protocol),
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move { self.es9(&call, None) })
    }

    fn faults(&self) -> Option<&Faults> {
        Some(&self.faults)
    }
}

impl SmDpService {
    /// Answers a call to one of the paths of ES9+.
    fn es9(&self, call: &Call, cis: Option<&[Vec<u8>]>) -> HttpAnswer {
        let (binding, function) = if call.path == ASN1_PATH {
            match asn1_function(&call.body) {
                Ok(function) => (Binding::Asn1, function),
                Err(error) => {
                    tracing::info!(%error, "body refused");
                    return HttpAnswer::empty(400);
                }
            }
        } else {
            match Function::from_path(&call.path) {
                Some(function) => (Binding::Json, function),
                None => return HttpAnswer::empty(404),
            }
        };
        self.exchange(&Incoming {
            binding,
            function,
            protocol: call.protocol,
            body: &call.body,
            cis,
        })
    }
}
