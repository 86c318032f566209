// SPDX-License-Identifier: MIT OR Apache-2.0
//! The two interfaces of an SM-DS behind listeners.

use std::sync::Arc;

use hyper::Method;
use rsp::chain::{CertificateView, Role};
use rsp::json::{Es12Function, Function, asn1_function};

use super::{Registrant, SmDsService};
use crate::fault::Faults;
use crate::http::{Answering, Call, Client, Handler, Resource};
use crate::service::{ASN1, ASN1_PATH, Binding, HttpAnswer, JSON};

/// ES11 for devices: the paths of ES9+ (SGP.22 §6.5.2).
#[derive(Debug, Clone)]
pub struct Es11Handler(pub Arc<SmDsService>);

/// ES12 for SM-DP+, ES15 for alternative SM-DS; a client certificate is needed.
#[derive(Debug, Clone)]
pub struct Es12Handler(pub Arc<SmDsService>);

/// Binding and function of ES11 behind a path; the others of ES9+ are not for an SM-DS. In the
/// ASN.1 binding the body names the function.
fn es11(path: &str, body: &[u8]) -> Result<(Binding, Function), u16> {
    let (binding, function) = if path == ASN1_PATH {
        (Binding::Asn1, asn1_function(body).map_err(|_| 400_u16)?)
    } else {
        (Binding::Json, Function::from_path(path).ok_or(404_u16)?)
    };
    match function {
        Function::InitiateAuthentication | Function::AuthenticateClient => Ok((binding, function)),
        _ if binding == Binding::Asn1 => Err(400),
        _ => Err(404),
    }
}

impl Handler for Es11Handler {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        let media_type = if path == ASN1_PATH {
            ASN1
        } else {
            es11(path, &[]).ok()?;
            JSON
        };
        Some(Resource {
            methods: &[Method::POST],
            media_type,
            needs_client: false,
            admin_protocol: Some(self.0.admin_protocol()),
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            match es11(&call.path, &call.body) {
                Ok((binding, function)) => {
                    self.0
                        .call_es11(binding, function, call.protocol, &call.body)
                }
                Err(status) => HttpAnswer::empty(status),
            }
        })
    }

    fn faults(&self) -> Option<&Faults> {
        Some(self.0.faults())
    }
}

impl Handler for Es12Handler {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        Es12Function::from_path(path).map(|_| Resource {
            methods: &[Method::POST],
            media_type: JSON,
            needs_client: true,
            admin_protocol: Some(self.0.admin_protocol()),
        })
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            let Some(function) = Es12Function::from_path(&call.path) else {
                return HttpAnswer::empty(404);
            };
            let Some(client) = &call.client else {
                return HttpAnswer::empty(401);
            };
            if !is_rsp_server(client) {
                return HttpAnswer::empty(403);
            }
            // The task outlives a caller that goes away while the root is asked, so that no event
            // is left half registered.
            let service = Arc::clone(&self.0);
            let registrant = Registrant::from(client);
            let task =
                tokio::spawn(
                    async move { service.call_es12(function, &registrant, &call.body).await },
                );
            task.await.unwrap_or_else(|error| {
                tracing::error!(%error, "request was not answered");
                HttpAnswer::empty(500)
            })
        })
    }

    fn faults(&self) -> Option<&Faults> {
        Some(self.0.faults())
    }
}

/// Whether the holder is an SM-DP+ or SM-DS; a certificate without any role has been pinned.
fn is_rsp_server(client: &Client) -> bool {
    let Ok(certificate) = CertificateView::parse(&client.certificate) else {
        return true;
    };
    let mut roles = certificate.policies().iter().filter_map(Role::from_policy);
    roles.all(|(role, _)| matches!(role, Role::DpTls | Role::DsTls))
}
