// SPDX-License-Identifier: MIT OR Apache-2.0
//! An SM-DS ready to be asked, servers that register events at it, and wires between servers in
//! one process.

use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex};

use certs::{Curve, Pki, Role};
use hyper::Method;
use rsp::chain::CertificateView;
use rsp::env::{Clock, SeededEnv};
use rsp::id::Eid;
use rsp::json::{CallHeader, DeleteEvent, Es12Request, Failure, RegisterEvent, read_status};
use smdp::config::SmDsConfig;
use smdp::http::{Call, Client, Handler};
use smdp::peer::{Calling, Message, PeerError, Peers};
use smdp::smds::{Es11Handler, Es12Handler, SmDs, SmDsCredentials, SmDsService};
use smdp::{Binding, Faults, HttpAnswer};

use crate::support::euicc::Euicc;
use crate::support::host::Host;
use crate::support::kit::pki;
use crate::support::lpa::Lpa;

/// Address of the root SM-DS.
pub(crate) const ROOT: &str = "smds1.test.example";
/// Address of the alternative SM-DS.
pub(crate) const ALTERNATIVE: &str = "smds2.test.example";
/// The SM-DP+ of most events.
pub(crate) const SMDP: &str = "smdp1.test.example";

/// An SM-DS with ES11 in both bindings and ES12.
pub(crate) struct DsKit {
    pub(crate) pki: Arc<Pki>,
    pub(crate) service: Arc<SmDsService>,
    pub(crate) clock: Clock,
    host: Host,
}

impl Deref for DsKit {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl DerefMut for DsKit {
    fn deref_mut(&mut self) -> &mut Host {
        &mut self.host
    }
}

impl DsKit {
    pub(crate) fn new() -> Self {
        Self::with(SmDsConfig::default())
    }

    pub(crate) fn with(config: SmDsConfig) -> Self {
        let pki = pki();
        let credentials = SmDsCredentials::from_pki(&pki, &[&config.address]).unwrap();
        let faults = Faults::lending((*pki).clone(), Role::DsTls, &[&config.address]);
        let clock = Clock::default();
        let env = SeededEnv::with_clock(1, &config.address, clock.clone());
        let smds = SmDs::new(config, credentials).unwrap();
        let service = SmDsService::new(smds, Box::new(env)).with_faults(Arc::new(faults));
        let service = Arc::new(service);
        let mut host = Host::new();
        host.mount("ES11", Arc::new(Es11Handler(service.clone())));
        host.mount("ES12", Arc::new(Es12Handler(service.clone())));
        Self {
            pki,
            service,
            clock,
            host,
        }
    }

    /// An alternative SM-DS below [`ROOT`].
    pub(crate) fn alternative() -> Self {
        Self::with(SmDsConfig {
            address: ALTERNATIVE.to_owned(),
            root: Some(ROOT.to_owned()),
            ..SmDsConfig::default()
        })
    }

    /// A device that asks for every event of the test EID.
    pub(crate) fn lpa(&self) -> Lpa {
        self.lpa_on(Curve::NistP256, Binding::Json)
    }

    pub(crate) fn lpa_on(&self, curve: Curve, binding: Binding) -> Lpa {
        self.lpa_around(Euicc::new(&self.pki, curve), binding)
    }

    pub(crate) fn lpa_around(&self, mut euicc: Euicc, binding: Binding) -> Lpa {
        euicc.address = self.service.with_smds(|smds| smds.config().address.clone());
        Lpa {
            matching_id: None,
            ..Lpa::around(euicc, binding)
        }
    }

    /// What a device with the test EID is told when it asks for everything: EventID and address.
    #[track_caller]
    pub(crate) fn listed(&self) -> Vec<(String, String)> {
        let answer = self.lpa().authenticate(self);
        entries(&answer.events())
    }

    /// Sends a request of ES12 as the holder of a certificate.
    #[track_caller]
    pub(crate) fn es12(&self, client: &Client, request: &Es12Request) -> Result<(), Failure> {
        let answer = self.es12_raw(Some(client), &request.function().path(), &request.to_json());
        assert_eq!(answer.status, 200);
        read_status(&answer.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn es12_raw(&self, client: Option<&Client>, path: &str, body: &[u8]) -> HttpAnswer {
        self.send(call(client, path, body))
    }

    #[track_caller]
    pub(crate) fn register(&self, client: &Client, event_id: &str) -> Result<(), Failure> {
        self.es12(client, &register(event_id))
    }

    #[track_caller]
    pub(crate) fn delete(&self, client: &Client, event_id: &str) -> Result<(), Failure> {
        self.es12(client, &delete(event_id))
    }

    /// How many events there are, whomever they are for.
    pub(crate) fn events(&self) -> usize {
        self.service.with_smds(|smds| smds.events().len())
    }
}

pub(crate) fn call(client: Option<&Client>, path: &str, body: &[u8]) -> Call {
    Call {
        method: Method::POST,
        path: path.to_owned(),
        client: client.cloned(),
        body: body.to_vec(),
        ..Call::default()
    }
}

/// EventID and address of each entry.
pub(crate) fn entries(ok: &rsp::sgp22::AuthenticateClientOkEs11) -> Vec<(String, String)> {
    let entries = ok.event_entries.iter();
    entries
        .map(|entry| (entry.event_id.clone(), entry.rsp_server_address.clone()))
        .collect()
}

pub(crate) fn entry(event_id: &str, address: &str) -> (String, String) {
    (event_id.to_owned(), address.to_owned())
}

/// The holder of a role's TLS certificate, as a listener sees it.
pub(crate) fn client(role: Role) -> Client {
    let pki = pki();
    let credential = pki.credential(role, Curve::NistP256).unwrap();
    let view = CertificateView::parse(&credential.certificate).unwrap();
    Client {
        certificate: credential.certificate.clone(),
        oid: view
            .registered_id()
            .map(|oid| rsp::asn1::ObjectIdentifier::from_content(oid.as_bytes())),
    }
}

/// The first SM-DP+ as a client.
pub(crate) fn smdp1() -> Client {
    client(Role::DpTls)
}

/// The second SM-DP+ as a client.
pub(crate) fn smdp2() -> Client {
    client(Role::Dp2Tls)
}

pub(crate) fn test_eid() -> Eid {
    Eid::from_bytes(&certs::TEST_EID).unwrap()
}

pub(crate) fn header() -> CallHeader {
    CallHeader {
        function_requester_identifier: "2.999.10".to_owned(),
        function_call_identifier: "1".to_owned(),
    }
}

/// Registers an event of [`SMDP`] for the test EID, without the root.
pub(crate) fn registration(event_id: &str) -> RegisterEvent {
    RegisterEvent {
        header: header(),
        eid: test_eid(),
        rsp_server_address: SMDP.to_owned(),
        event_id: event_id.to_owned(),
        forwarding_indicator: false,
    }
}

pub(crate) fn register(event_id: &str) -> Es12Request {
    Es12Request::RegisterEvent(registration(event_id))
}

/// Registers an event, at the root too.
pub(crate) fn register_forwarded(event_id: &str) -> Es12Request {
    Es12Request::RegisterEvent(RegisterEvent {
        forwarding_indicator: true,
        ..registration(event_id)
    })
}

pub(crate) fn delete(event_id: &str) -> Es12Request {
    Es12Request::DeleteEvent(DeleteEvent {
        header: header(),
        eid: test_eid(),
        event_id: event_id.to_owned(),
    })
}

#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(
    response: Result<T, Failure>,
    subject: &str,
    reason: &str,
) {
    let failure = response.unwrap_err();
    assert!(
        failure.is(subject, reason),
        "expected {subject}/{reason}, got {failure}"
    );
}

/// Wires to servers in this process, which see `client` at the other end.
pub(crate) struct Wires {
    client: Client,
    servers: HashMap<String, Arc<dyn Handler>>,
    pub(crate) sent: Mutex<Vec<Message>>,
    /// What happens instead of the next calls.
    pub(crate) broken: Mutex<Option<PeerError>>,
}

impl Wires {
    pub(crate) fn new(client: Client, servers: &[(&str, &DsKit)]) -> Arc<Self> {
        let handler =
            |kit: &DsKit| -> Arc<dyn Handler> { Arc::new(Es12Handler(kit.service.clone())) };
        let servers = servers
            .iter()
            .map(|(address, kit)| ((*address).to_owned(), handler(kit)));
        Arc::new(Self {
            client,
            servers: servers.collect(),
            sent: Mutex::default(),
            broken: Mutex::default(),
        })
    }
}

impl Peers for Wires {
    fn call<'a>(&'a self, message: &'a Message) -> Calling<'a> {
        Box::pin(async move {
            self.sent.lock().unwrap().push(message.clone());
            if let Some(error) = self.broken.lock().unwrap().clone() {
                return Err(error);
            }
            let absent = || PeerError::Unreachable {
                address: message.address.clone(),
                problem: "no such server".to_owned(),
            };
            let server = self.servers.get(&message.address).ok_or_else(absent)?;
            let call = call(Some(&self.client), &message.path, &message.body);
            let answer = server.call(call).await;
            match answer.status {
                200 | 204 => Ok(answer.body),
                status => Err(PeerError::Http(status)),
            }
        })
    }
}
