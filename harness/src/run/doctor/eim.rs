// SPDX-License-Identifier: MIT OR Apache-2.0
//! A look at an eIM: it starts, shows its certificate, answers, takes an order, has it executed by
//! the card, and trusts the SM-DP+.

mod work;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rsp::der::{decode, encode};
use rsp::sgp32::{
    GetEimPackageRequest, GetEimPackageResponse,
    GetEimPackageResponseEimPackageError as PackageError,
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::advice::{Contact, contact_advice, listening, order_advice, start_advice};
use super::probe::Probe;
use super::{Checklist, fingerprint, tls_words};
use crate::case::Binding;
use crate::fixture::EimFixture;
use crate::run::SetUpError;
use crate::run::actors::Stage;
use crate::run::cast::eim_tls;
use crate::run::eim_under_test::setting;
use crate::under_test::{Description, EimError, EimProgram, Setting};
use crate::wire::esipa_client::{Client, Speech};
use crate::wire::net::Resolver;
use crate::wire::tls::{Trust, check_server, client_config, server_name};

/// The eIM and what is known of it.
struct Patient<'a> {
    stage: &'a Stage<'a>,
    description: &'a Description,
    fixture: &'a EimFixture,
    program: EimProgram,
    client: Client,
    eid: [u8; 16],
    patience: Duration,
}

pub(super) async fn examine(
    stage: &Stage<'_>,
    description: &Arc<Description>,
    list: &mut Checklist<'_>,
) -> Result<(), SetUpError> {
    let fixture = stage.cast.euicc.eims.first();
    let fixture = fixture.ok_or_else(|| SetUpError::Value("no eIM on the card".to_owned()))?;
    let smdp = super::smdp(stage).await?;
    let setting = setting(stage, fixture, description)?;
    let Some(program) = started(description, &setting, list).await else {
        return Ok(());
    };
    let client = client(stage, fixture, program.address())?;
    let patient = Patient {
        stage,
        description,
        fixture,
        program,
        client,
        eid: setting.euicc.eid,
        patience: stage.cast.options.timeout,
    };
    patient.look_over(&setting, &smdp, list).await?;
    if let Some((words, _)) = patient.program.stop().await {
        list.fine("end", words);
    }
    Ok(())
}

/// Starts it and waits until it serves.
async fn started(
    description: &Description,
    setting: &Setting,
    list: &mut Checklist<'_>,
) -> Option<EimProgram> {
    let began = Instant::now();
    let before = listening();
    let program = match Box::pin(EimProgram::start_bare(setting)).await {
        Ok(program) => program,
        Err(error) => {
            list.wrong(
                "start",
                &error,
                &start_advice(description, &error),
                Vec::new(),
            );
            return None;
        }
    };
    match program.ready(description).await {
        Ok(()) => {
            let words = if description.start.is_empty() {
                format!("somebody serves on {}", program.address())
            } else {
                let seconds = began.elapsed().as_secs_f64();
                format!("serves ESipa on {} after {seconds:.1} s", program.address())
            };
            list.fine("start", words);
            Some(program)
        }
        Err(error) => {
            let mut advice = start_advice(description, &error);
            if matches!(error, EimError::Silent { .. }) {
                let new: Vec<_> = listening()
                    .into_iter()
                    .filter(|it| !before.contains(it))
                    .collect();
                if !new.is_empty() {
                    let ports: Vec<String> = new.iter().map(u16::to_string).collect();
                    let ports = ports.join(", ");
                    advice.push(format!(
                        "ports that were opened since the start: {ports}; is one of them its own?"
                    ));
                }
            }
            let output = program.stop().await.map(|(_, output)| output);
            list.wrong("start", &error, &advice, output.unwrap_or_default());
            None
        }
    }
}

/// A client that takes whoever answers: whom the card trusts is looked at by itself.
fn client(
    stage: &Stage<'_>,
    fixture: &EimFixture,
    address: SocketAddr,
) -> Result<Client, SetUpError> {
    let resolver = Resolver::new();
    resolver.insert(fixture.fqdn(), address);
    let now = stage.cast.env("clock").now();
    let client = Client::new(fixture.fqdn(), resolver, &Trust::Anyone, now)
        .map_err(SetUpError::of("eIM"))?;
    let speech = Speech {
        binding: stage.cast.speech.wire_binding(),
        dialect: stage.cast.speech.dialect,
        ..Speech::default()
    };
    Ok(client
        .with_timeout(stage.cast.options.timeout)
        .speaking(speech))
}

impl Patient<'_> {
    async fn look_over(
        &self,
        setting: &Setting,
        smdp: &Probe,
        list: &mut Checklist<'_>,
    ) -> Result<(), SetUpError> {
        if self.stage.cast.speech.binding == Binding::Coap {
            list.skipped(
                "TLS",
                "over CoAP, run the smoke suite: harness run --suite smoke",
            );
            return Ok(());
        }
        if self.tls(list).await? && self.contact(setting, list).await {
            let ordered = self.order(list).await;
            let executed = match ordered {
                Some(id) => self.execution(&id, list).await,
                None => false,
            };
            if executed {
                self.download(smdp, list).await;
            }
        }
        Ok(())
    }

    /// Which certificate it shows, and whether the card trusts it.
    async fn tls(&self, list: &mut Checklist<'_>) -> Result<bool, SetUpError> {
        let now = self.stage.cast.env("clock").now();
        let expected = match &self.stage.cast.own.tls {
            Some(own) => own.clone(),
            None => eim_tls(&self.stage.cast.options.pki, self.fixture.fqdn())?.certificate,
        };
        let leaf = match shown(self.program.address(), self.fixture.fqdn(), now).await {
            Ok(leaf) => leaf,
            Err((words, meaning)) => {
                let meaning = meaning.unwrap_or("the handshake fails");
                let advice = vec![format!(
                    "ESipa is HTTPS with TLS 1.2 or 1.3 (SGP.32 §6.1); is {} its ESipa port, or that of another interface?",
                    self.program.address()
                )];
                let output = self.program.output().await;
                list.wrong("TLS", format!("{meaning}: {words}"), &advice, output);
                return Ok(false);
            }
        };
        let trust = Trust::Certificate(expected.clone());
        match check_server(&trust, &leaf, self.fixture.fqdn(), now) {
            Ok(()) => list.fine(
                "TLS",
                format!(
                    "shows the certificate that the card trusts ({})",
                    fingerprint(&leaf)
                ),
            ),
            Err(error) => {
                let found = format!(
                    "the card will not trust it: {error}; it shows {}, the card has {}",
                    fingerprint(&leaf),
                    fingerprint(&expected)
                );
                let advice = vec![
                    "let it use certificate and key of [trust] tls ({tls_certificate}, {tls_key})"
                        .to_owned(),
                    "or name its own certificate in [eim] tls-certificate, for the card to trust"
                        .to_owned(),
                ];
                list.wrong("TLS", found, &advice, Vec::new());
            }
        }
        Ok(true)
    }

    /// Whether it answers an IPA.
    async fn contact(&self, setting: &Setting, list: &mut Checklist<'_>) -> bool {
        if let Err(error) = self.program.manage(setting).await {
            let output = self.program.output().await;
            list.wrong(
                "eUICC",
                &error,
                &order_advice(self.description, &error),
                output,
            );
            return false;
        }
        match self.poll().await {
            Ok(GetEimPackageResponse::EimPackageError(error))
                if error == PackageError::NO_EIM_PACKAGE_AVAILABLE =>
            {
                list.fine(
                    "first contact",
                    "answers getEimPackageRequest: no package is available",
                );
                true
            }
            Ok(GetEimPackageResponse::EimPackageError(error)) => {
                let advice = vec![
                    format!(
                        "the EID is {}: does the eIM manage it?",
                        hex::encode(self.eid)
                    ),
                    "make it known by a request or command `euicc` in [order]".to_owned(),
                ];
                let found = format!("answers getEimPackageRequest with eimPackageError {error}");
                list.wrong("first contact", found, &advice, Vec::new());
                false
            }
            Ok(_) => {
                list.fine(
                    "first contact",
                    "answers getEimPackageRequest with a package",
                );
                true
            }
            Err(error) => {
                let output = self.program.output().await;
                list.wrong("first contact", &error, &contact_advice(&error), output);
                false
            }
        }
    }

    async fn poll(&self) -> Result<GetEimPackageResponse, Contact> {
        let request = GetEimPackageRequest {
            eid_value: self.eid.into(),
            notify_state_change: None,
            state_change_cause: None,
            r_plmn: None,
            additions: Default::default(),
        };
        self.ask(&request).await
    }

    async fn ask<Q: rasn::Encode, R: rasn::Decode>(&self, request: &Q) -> Result<R, Contact> {
        let message = encode(request).map_err(|error| Contact::Message(error.to_string()))?;
        let answer = self.client.post(message).await?;
        decode(&answer)
            .map_err(|error| Contact::Message(format!("{error}: {}", hex::encode(&answer))))
    }
}

/// The certificate that a server shows.
async fn shown(
    address: SocketAddr,
    host: &str,
    now: i64,
) -> Result<Vec<u8>, (String, Option<&'static str>)> {
    let plain = |error: String| (error, None);
    let config = client_config(&Trust::Anyone, now).map_err(|error| plain(error.to_string()))?;
    let name = server_name(host).map_err(|error| plain(error.to_string()))?;
    let socket = TcpStream::connect(address)
        .await
        .map_err(|error| tls_words(&error))?;
    let handshake = TlsConnector::from(config).connect(name, socket);
    let stream = tokio::time::timeout(Duration::from_secs(10), handshake).await;
    let stream = stream
        .map_err(|_| plain("no handshake within 10 s".to_owned()))?
        .map_err(|error| tls_words(&error))?;
    let (_, session) = stream.get_ref();
    let leaf = session.peer_certificates().and_then(<[_]>::first);
    leaf.map(|leaf| leaf.to_vec())
        .ok_or_else(|| plain("no certificate came".to_owned()))
}
