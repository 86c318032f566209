// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIM under test: our own, or a program of somebody else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;

use super::SetUpError;
use super::actors::{Serving, Stage, address, coap_settings, environment, listen};
use super::cast::{eim_signing, eim_tls};
use crate::case::Binding;
use crate::eim::Eim;
use crate::fixture::EimFixture;
use crate::iut::{Order, OrderStatus};
use crate::under_test::trust::Material;
use crate::under_test::{Description, EimError, EimProgram, LAST_BREATH, OrderError, Setting};
use crate::verdict::Fault;

/// The work of an order step.
pub(super) struct Work {
    /// What is ordered.
    pub(super) order: Order,
    /// The address of the IPA, when the package is to be injected instead of being fetched.
    pub(super) inject: Option<String>,
}

/// Places an order with an eIM of ours; what is to be injected is injected at once.
pub(super) fn place(eim: &Arc<Eim>, eid: [u8; 16], work: Work) -> Result<String, String> {
    let id = eim
        .order_at(eid, work.order, work.inject.as_deref())
        .map_err(|error| error.to_string())?;
    if work.inject.is_some() {
        let (eim, injected) = (eim.clone(), id.clone());
        tokio::spawn(async move {
            if let Err(error) = eim.inject(&injected).await {
                tracing::info!("order {injected}: {error}");
            }
        });
    }
    Ok(id)
}

/// An eIM at work.
pub(super) enum EimUnderTest {
    /// That of this harness.
    BuiltIn {
        eim: Arc<Eim>,
        address: SocketAddr,
        _server: Serving,
    },
    /// A program of somebody else.
    Program {
        program: Box<EimProgram>,
        /// How long an order may take to come to what a case looks for.
        patience: Duration,
    },
}

/// An order that was not taken, or whose status is not known, and whose fault that is.
#[derive(Debug)]
pub(super) struct NoOrder {
    pub(super) fault: Fault,
    pub(super) reason: String,
}

impl NoOrder {
    pub(super) fn harness(reason: impl ToString) -> Self {
        Self {
            fault: Fault::Harness,
            reason: reason.to_string(),
        }
    }
}

impl EimUnderTest {
    /// Starts the eIM. The SM-DP+ serves already; its address is in the resolver.
    pub(super) async fn start(stage: &Stage<'_>, fixture: &EimFixture) -> Result<Self, SetUpError> {
        if let Some(description) = &stage.cast.options.under_test {
            return Self::start_program(stage, fixture, description).await;
        }
        let listener = listen().await?;
        let address = address(&listener)?;
        let mut settings = stage.cast.options.eim.clone();
        settings.dialect = stage.cast.speech.dialect;
        let environment = environment(&stage.cast, fixture, listener, &stage.resolver, settings)?;
        let eim = Eim::new(environment).map_err(SetUpError::of("eIM"))?;
        let (server, address) = if stage.cast.speech.binding == Binding::Coap {
            let socket = UdpSocket::bind(("127.0.0.1", 0)).await;
            let socket = socket.map_err(SetUpError::of("socket"))?;
            let address = socket.local_addr().map_err(SetUpError::of("socket"))?;
            let server = eim.serve_coap(socket, coap_settings(stage, "coap eim"));
            (
                Serving::Coap(server.map_err(SetUpError::of("eIM"))?),
                address,
            )
        } else {
            let server = eim.serve().await.map_err(SetUpError::of("eIM"))?;
            (Serving::Https(server), address)
        };
        Ok(Self::BuiltIn {
            eim,
            address,
            _server: server,
        })
    }

    async fn start_program(
        stage: &Stage<'_>,
        fixture: &EimFixture,
        description: &Arc<Description>,
    ) -> Result<Self, SetUpError> {
        let setting = setting(stage, fixture, description)?;
        let program = Box::pin(EimProgram::start(&setting)).await;
        let program = program.map_err(|error| match error {
            EimError::Unsupported(words) => SetUpError::Unsupported(words),
            other => SetUpError::of("eIM")(other),
        })?;
        Ok(Self::Program {
            program: Box::new(program),
            patience: stage.cast.options.timeout,
        })
    }

    /// Where its ESipa server listens.
    pub(super) const fn address(&self) -> SocketAddr {
        match self {
            Self::BuiltIn { address, .. } => *address,
            Self::Program { program, .. } => program.address(),
        }
    }

    /// Places an order for an EID and returns its id.
    pub(super) async fn order(&self, eid: [u8; 16], work: Work) -> Result<String, NoOrder> {
        match self {
            Self::BuiltIn { eim, .. } => place(eim, eid, work).map_err(NoOrder::harness),
            Self::Program { .. } if work.inject.is_some() => Err(NoOrder {
                fault: Fault::Unsupported,
                reason: "the order adapter has no way to ask for an injection".to_owned(),
            }),
            Self::Program { program, .. } => match program.orders().place(eid, &work.order).await {
                Ok(id) => Ok(id),
                Err(error) => Err(blamed(program, &error).await),
            },
        }
    }

    /// The status of an order: waiting, sent, done, failed or unknown. A program of somebody else
    /// is asked until it says the wanted one, or the order has come to its end.
    pub(super) async fn status(&self, id: &str, wanted: &str) -> Result<String, NoOrder> {
        let status = match self {
            Self::BuiltIn { eim, .. } => eim.order_status(id),
            Self::Program { program, patience } => {
                let mut all = OrderStatus::ALL.into_iter();
                let wanted = all.find(|status| status.as_str() == wanted);
                let wanted = wanted.unwrap_or(OrderStatus::Done);
                let found = program.orders().status_within(id, wanted, *patience);
                match found.await {
                    Ok(status) => Some(status),
                    Err(error) => return Err(blamed(program, &error).await),
                }
            }
        };
        Ok(status
            .map_or("unknown", |status| status.as_str())
            .to_owned())
    }

    /// Ends a program; says how it ended, when that was before it was asked to, and what it wrote.
    pub(super) async fn stop(&self) -> (Option<String>, Vec<u8>) {
        let Self::Program { program, .. } = self else {
            return (None, Vec::new());
        };
        let ended = program.ended().await;
        let output = program.stop().await.map(|(_, output)| output);
        (ended, output.unwrap_or_default())
    }
}

/// What the case gives to a program.
pub(super) fn setting(
    stage: &Stage<'_>,
    fixture: &EimFixture,
    description: &Arc<Description>,
) -> Result<Setting, SetUpError> {
    let options = &stage.cast.options;
    let euicc = stage.cast.known_euicc(fixture);
    Ok(Setting {
        description: description.clone(),
        case: stage.case.id.clone(),
        seed: options.seed,
        eim_id: fixture.id.clone(),
        material: Material {
            tls: Some(eim_tls(&options.pki, fixture.fqdn())?),
            signing: Some(eim_signing(&options.pki, &fixture.id)?),
            euicc: euicc.certificates.clone(),
            ..Material::of(&options.pki).map_err(SetUpError::of("PKI"))?
        },
        euicc,
        hosts: stage.resolver.entries(),
    })
}

/// Whose fault it is that an order came to nothing.
async fn blamed(program: &EimProgram, error: &OrderError) -> NoOrder {
    if error.is_unsupported() {
        return NoOrder {
            fault: Fault::Unsupported,
            reason: error.to_string(),
        };
    }
    let patience = if error.is_cut_off() {
        LAST_BREATH
    } else {
        Duration::ZERO
    };
    match program.ended_within(patience).await {
        Some(words) => NoOrder {
            fault: Fault::Misbehaved,
            reason: format!("the eIM ended: {words} ({error})"),
        },
        None if error.is_refusal() => NoOrder {
            fault: Fault::Unclear,
            reason: format!("the eIM refuses on its northbound interface: {error}"),
        },
        None => NoOrder::harness(error),
    }
}
