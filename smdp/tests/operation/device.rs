// SPDX-License-Identifier: MIT OR Apache-2.0
//! A device with the real card, which downloads from a server that may be gone at any moment.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use certs::{Curve, Pki, Role};
use rsp::der;
use rsp::env::SeededEnv;
use rsp::json::{Es9Ok, Es9Request, Es9Response, Function, Interface, decode_response};
use rsp::sgp22::*;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use veuicc::terminal::{Terminal, TerminalOptions};
use veuicc::{Card, CardConfig};

use super::process::PATIENCE;

/// What ends an attempt.
#[derive(Debug)]
pub(super) enum Stop {
    /// The server is gone.
    Lost(io::Error),
    /// It refused.
    Refused(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Lost(error)
    }
}

/// How far a download is known to have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    /// Nothing that would change the order.
    Nothing,
    /// The package was asked for.
    Asked,
    /// The package is here.
    Delivered,
    /// The result was sent.
    Told,
    /// The result was acknowledged.
    Acknowledged,
}

/// Is called before each request.
pub(super) type Before<'a> = &'a mut dyn FnMut(Function);

/// A card in a device.
pub(super) struct Device {
    terminal: Terminal<Card>,
    client: Arc<ClientConfig>,
    /// A result that is not acknowledged yet.
    result: Option<HandleNotification>,
    pub(super) seen: Seen,
    /// Packages that were installed.
    pub(super) installed: usize,
}

impl Device {
    pub(super) fn new(pki: &Pki, eid: [u8; 16]) -> Self {
        let config = CardConfig::from_pki(pki, eid).unwrap();
        let card = Card::new(config, Box::new(SeededEnv::new(1, "card")));
        let ci = pki.credential(Role::Ci, Curve::NistP256).unwrap();
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from(ci.certificate.clone()))
            .unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let client = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            terminal: Terminal::open(card, TerminalOptions::default()).unwrap(),
            client: Arc::new(client),
            result: None,
            seen: Seen::Nothing,
            installed: 0,
        }
    }

    fn es10<T: rasn::Decode>(&mut self, request: &impl rasn::Encode) -> T {
        let response = self.terminal.es10(&der::encode(request).unwrap()).unwrap();
        der::decode(&response).unwrap()
    }

    /// Downloads and installs, or goes on where it was: a result that is here is told again.
    pub(super) fn download(
        &mut self,
        server: SocketAddr,
        matching_id: &str,
        before: Before<'_>,
    ) -> Result<(), Stop> {
        let mut wire = Wire::open(server, &self.client)?;
        if self.result.is_none() {
            let package = self.package(&mut wire, matching_id, before)?;
            let result = self.terminal.load_bound_profile_package(&package).unwrap();
            let result: ProfileInstallationResult = der::decode(&result).unwrap();
            let outcome = &result.profile_installation_result_data.final_result;
            let is_success = matches!(
                outcome,
                ProfileInstallationResultDataFinalResult::SuccessResult(_)
            );
            assert!(is_success, "{outcome:?}");
            self.installed += 1;
            self.result = Some(HandleNotification {
                pending_notification: PendingNotification::ProfileInstallationResult(result),
                additions: Default::default(),
            });
        }
        let Some(result) = self.result.clone() else {
            return Ok(());
        };
        self.seen = Seen::Told;
        refused(wire.call(&Es9Request::HandleNotification(result), before)?)?;
        self.seen = Seen::Acknowledged;
        self.result = None;
        Ok(())
    }

    /// The bound profile package.
    fn package(
        &mut self,
        wire: &mut Wire,
        matching_id: &str,
        before: Before<'_>,
    ) -> Result<Vec<u8>, Stop> {
        let ok = self.authenticate(wire, matching_id, before)?;
        let transaction_id = ok.transaction_id.clone();
        let (signed2, signature2, certificate) = ok.download_parts().unwrap();
        let prepare_download_response: PrepareDownloadResponse =
            self.es10(&PrepareDownloadRequest {
                smdp_signed2: signed2.clone(),
                smdp_signature2: signature2.clone(),
                hash_cc: None,
                smdp_certificate: certificate.clone(),
                additions: Default::default(),
            });
        let request = GetBoundProfilePackageRequest {
            transaction_id,
            prepare_download_response,
            additions: Default::default(),
        };
        self.seen = self.seen.max(Seen::Asked);
        let answer = wire.call(&Es9Request::GetBoundProfilePackage(request), before)?;
        let Es9Ok::GetBoundProfilePackage(ok) = refused(answer)? else {
            panic!("another answer")
        };
        self.seen = Seen::Delivered;
        Ok(der::encode(&ok.bound_profile_package).unwrap())
    }

    fn authenticate(
        &mut self,
        wire: &mut Wire,
        matching_id: &str,
        before: Before<'_>,
    ) -> Result<AuthenticateClientOk, Stop> {
        let challenge: GetEuiccChallengeResponse = self.es10(&GetEuiccChallengeRequest::default());
        let request = InitiateAuthenticationRequest {
            euicc_challenge: challenge.euicc_challenge,
            smdp_address: "smdp1.test.example".to_owned(),
            euicc_info1: self.es10(&GetEuiccInfo1Request::default()),
            lpa_rsp_capability: None,
            additions: Default::default(),
        };
        let answer = wire.call(&Es9Request::InitiateAuthentication(request), before)?;
        let Es9Ok::InitiateAuthentication(ok) = refused(answer)? else {
            panic!("another answer")
        };
        let params = CtxParams1::for_device(
            Some(matching_id.to_owned()),
            DeviceInfo {
                tac: [0x35; 8].into(),
                device_capabilities: DeviceCapabilities::default(),
                imei: None,
                preferred_languages: None,
                device_test_mode: None,
                lpa_rsp_capability: None,
                additions: Default::default(),
            },
        );
        let transaction_id = ok.transaction_id.clone();
        let authenticate_server_response = self.es10(&ok.into_authenticate_server(params));
        let request = AuthenticateClientRequest {
            transaction_id,
            authenticate_server_response,
            use_matching_id_for_acr: None,
            additions: Default::default(),
        };
        let answer = wire.call(&Es9Request::AuthenticateClient(request), before)?;
        match refused(answer)? {
            Es9Ok::AuthenticateClient(ok) => Ok(ok),
            other => panic!("{other:?}"),
        }
    }
}

fn refused(response: Es9Response) -> Result<Es9Ok, Stop> {
    response.map_err(|failure| Stop::Refused(failure.to_string()))
}

/// One TLS connection.
struct Wire(StreamOwned<ClientConnection, TcpStream>);

impl Wire {
    fn open(server: SocketAddr, client: &Arc<ClientConfig>) -> io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("smdp1.test.example").unwrap();
        let connection =
            ClientConnection::new(Arc::clone(client), name).map_err(io::Error::other)?;
        Ok(Self(StreamOwned::new(connection, stream)))
    }

    fn call(&mut self, request: &Es9Request, before: Before<'_>) -> io::Result<Es9Response> {
        let function = request.function();
        let body = request.to_json().unwrap();
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: smdp1.test.example\r\nContent-Type: application/json\r\n\
             X-Admin-Protocol: gsma/rsp/v2.5.0\r\nContent-Length: {}\r\n\r\n",
            function.path(),
            body.len()
        );
        before(function);
        self.0.write_all(&[head.as_bytes(), &body].concat())?;
        self.0.flush()?;
        let (status, body) = self.read()?;
        let expected = if function.has_response_body() {
            200
        } else {
            204
        };
        assert_eq!(status, expected, "{function}");
        Ok(decode_response(Interface::Es9, function, &body).unwrap())
    }

    fn read(&mut self) -> io::Result<(u16, Vec<u8>)> {
        let mut head = Vec::new();
        let mut octet = [0];
        while !head.ends_with(b"\r\n\r\n") {
            self.0.read_exact(&mut octet)?;
            head.extend(octet);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        self.0.read_exact(&mut body)?;
        Ok((status, body))
    }
}
