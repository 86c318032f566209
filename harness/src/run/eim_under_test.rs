// SPDX-License-Identifier: MIT OR Apache-2.0
//! The eIM under test: our own, or a program of somebody else.

mod no_order;
mod played;

pub(super) use no_order::NoOrder;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, UdpSocket};

use super::SetUpError;
use super::actors::{Serving, Stage, address, coap_settings, environment};
use super::cast::{eim_signing, eim_tls};
use super::speech::can_speak;
use crate::case::{At, Binding, IutAction, Step};
use crate::eim::Eim;
use crate::fixture::EimFixture;
use crate::iut::{Order, OrderStatus};
use crate::under_test::scratch::Scratch;
use crate::under_test::trust::Material;
use crate::under_test::{Description, EimError, EimProgram, Setting};
use crate::verdict::{Fault, Finding};
use no_order::blamed;
use played::{Played, not_again};

/// How often the built-in eIM is tried to be started again, 10 ms apart.
const TRIES: u32 = 300;

/// How long an injection is waited for.
const INJECTION: Duration = Duration::from_secs(5);

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

/// The same for the eIM under test, and waits until an injection has come to its end: what comes of
/// it does not depend on who is faster.
async fn place_and_wait(eim: &Arc<Eim>, eid: [u8; 16], work: Work) -> Result<String, String> {
    let id = eim
        .order_at(eid, work.order, work.inject.as_deref())
        .map_err(|error| error.to_string())?;
    if work.inject.is_some() {
        match tokio::time::timeout(INJECTION, eim.inject(&id)).await {
            Ok(Ok(())) => (),
            Ok(Err(error)) => tracing::info!("order {id}: {error}"),
            Err(_) => tracing::info!("order {id}: the injection takes too long"),
        }
    }
    Ok(id)
}

/// An eIM at work.
pub(super) enum EimUnderTest {
    /// That of this harness.
    BuiltIn {
        /// None while it is ended.
        running: Option<(Arc<Eim>, Serving)>,
        address: SocketAddr,
        /// Where it keeps its state, when it is started again.
        store: Option<Scratch>,
        /// How often it was started.
        starts: u32,
    },
    /// A program of somebody else.
    Program {
        program: Box<EimProgram>,
        /// How long an order may take to come to what a case looks for.
        patience: Duration,
    },
    /// One that is played from a tape.
    Played(Played),
}

impl EimUnderTest {
    /// Starts the eIM. The SM-DP+ serves already; its address is in the resolver.
    pub(super) async fn start(stage: &Stage<'_>, fixture: &EimFixture) -> Result<Self, SetUpError> {
        let options = &stage.cast.options;
        if let Some(player) = &options.played {
            let played = Played::start(stage, fixture, player).await;
            return played.map(Self::Played);
        }
        if let Some(description) = &options.under_test {
            return Self::start_program(stage, fixture, description).await;
        }
        let store = match is_ended_by(&stage.case.file.steps) {
            true => Some(Scratch::new().map_err(SetUpError::of("folder"))?),
            false => None,
        };
        let place = Place {
            address: None,
            store: store.as_ref(),
            start: 1,
        };
        let (eim, serving, address) = built_in(stage, fixture, &place).await?;
        Ok(Self::BuiltIn {
            running: Some((eim, serving)),
            address,
            store,
            starts: 1,
        })
    }

    /// Whether it was ended by the case.
    pub(super) const fn is_ended(&self) -> bool {
        match self {
            Self::BuiltIn { running, .. } => running.is_none(),
            Self::Program { .. } => false,
            Self::Played(played) => played.is_ended(),
        }
    }

    /// Ends it, as a loss of power would.
    pub(super) async fn end(&mut self) -> Result<(), Finding> {
        match self {
            Self::BuiltIn { running, .. } => {
                if let Some((eim, serving)) = running.take() {
                    serving.end().await;
                    drop(eim);
                }
                Ok(())
            }
            Self::Program { .. } => Err(not_again()),
            Self::Played(played) => played.end(true),
        }
    }

    /// Starts it again where it was, with the state that it has kept.
    pub(super) async fn start_again(
        &mut self,
        stage: &Stage<'_>,
        fixture: &EimFixture,
    ) -> Result<(), SetUpError> {
        if let Self::Played(played) = self {
            // it was possible when it was ended
            return played.end(false).or(Ok(()));
        }
        let Self::BuiltIn {
            running,
            address,
            store,
            starts,
        } = self
        else {
            return Ok(());
        };
        *starts = starts.saturating_add(1);
        let place = Place {
            address: Some(*address),
            store: store.as_ref(),
            start: *starts,
        };
        let mut tries: u32 = 0;
        loop {
            match built_in(stage, fixture, &place).await {
                Ok((eim, serving, _)) => {
                    *running = Some((eim, serving));
                    return Ok(());
                }
                // the connections of the one before let go of its file one after the other
                Err(_) if tries < TRIES => tries = tries.saturating_add(1),
                Err(error) => return Err(error),
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn start_program(
        stage: &Stage<'_>,
        fixture: &EimFixture,
        description: &Arc<Description>,
    ) -> Result<Self, SetUpError> {
        can_speak(stage.case, description)?;
        let setting = setting(stage, fixture, description)?;
        let program = Box::pin(EimProgram::start(&setting)).await;
        let program = program.map_err(|error| match error {
            EimError::Unsupported(words) => SetUpError::Unsupported(words),
            EimError::Euicc(refusal) if refusal.is_refusal() => {
                let words = format!("the eIM does not take the eUICC of the case: {refusal}");
                SetUpError::Unclear(words)
            }
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
            Self::Played(played) => played.address(),
        }
    }

    /// Places an order for an EID and returns its id.
    pub(super) async fn order(&self, eid: [u8; 16], work: Work) -> Result<String, NoOrder> {
        match self {
            Self::BuiltIn { running, .. } => match running {
                Some((eim, _)) => {
                    let placed = place_and_wait(eim, eid, work)
                        .await
                        .map_err(|reason| NoOrder {
                            by_eim: true,
                            ..NoOrder::harness(reason)
                        });
                    let placed = placed?;
                    // an order that was taken outlives the eIM
                    eim.commit().await.map_err(NoOrder::harness)?;
                    Ok(placed)
                }
                None => Err(NoOrder::harness("the eIM is not running")),
            },
            Self::Played(played) => played.answer().await,
            Self::Program { .. } if work.inject.is_some() => Err(NoOrder {
                fault: Fault::Unsupported,
                reason: "the order adapter has no way to ask for an injection".to_owned(),
                by_eim: false,
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
            Self::BuiltIn { running, .. } => match running {
                Some((eim, _)) => settled(eim, id, wanted).await,
                None => None,
            },
            Self::Played(played) => return played.answer().await,
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
        let program = match self {
            Self::BuiltIn { .. } => return (None, Vec::new()),
            Self::Played(played) => return played.stop(),
            Self::Program { program, .. } => program,
        };
        let ended = program.ended().await;
        let output = program.stop().await.map(|(_, output)| output);
        (ended, output.unwrap_or_default())
    }
}

/// The status of an order. What becomes of one that was injected shows when its answer was taken,
/// which nobody sees: the wanted status is waited for.
async fn settled(eim: &Eim, id: &str, wanted: &str) -> Option<OrderStatus> {
    let mut tries: u32 = 0;
    loop {
        let found = eim.order_status(id)?;
        if found.as_str() == wanted || tries >= TRIES || !eim.is_injected(id) {
            return Some(found);
        }
        tries = tries.saturating_add(1);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Where and how the built-in eIM is started.
struct Place<'a> {
    /// Any, when there is none yet.
    address: Option<SocketAddr>,
    store: Option<&'a Scratch>,
    start: u32,
}

async fn built_in(
    stage: &Stage<'_>,
    fixture: &EimFixture,
    place: &Place<'_>,
) -> Result<(Arc<Eim>, Serving, SocketAddr), SetUpError> {
    let over_coap = stage.cast.speech.binding == Binding::Coap;
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let wanted = place.address.unwrap_or(anywhere);
    let listener = TcpListener::bind(if over_coap { anywhere } else { wanted }).await;
    let listener = listener.map_err(SetUpError::of("socket"))?;
    let mut address = address(&listener)?;
    let mut settings = stage.cast.options.eim.clone();
    settings.dialect = stage.cast.speech.dialect;
    let needs = &stage.case.file.needs;
    settings.no_transaction_ids = needs.iter().any(
        |need| matches!(need.terms.as_slice(), [term] if term.negated && term.option == "O_S_TRID"),
    );
    // the clock of a case stands still: what was not delivered is due again at once
    settings.relay.retry_after = 0;
    settings.db = place.store.map(|folder| folder.path().join("eim.db"));
    let mut environment = environment(&stage.cast, fixture, listener, &stage.resolver, settings)?;
    if place.start > 1 {
        // what it draws at random it does not draw again
        environment.env = stage.cast.env(&format!("eim {}", place.start));
    }
    let eim = Eim::new(environment).map_err(SetUpError::of("eIM"))?;
    let serving = if over_coap {
        let socket = UdpSocket::bind(wanted).await;
        let socket = socket.map_err(SetUpError::of("socket"))?;
        address = socket.local_addr().map_err(SetUpError::of("socket"))?;
        let server = eim.serve_coap(socket, coap_settings(stage, "coap eim"));
        Serving::Coap(server.map_err(SetUpError::of("eIM"))?)
    } else {
        Serving::Https(eim.serve().await.map_err(SetUpError::of("eIM"))?)
    };
    Ok((eim, serving, address))
}

/// Whether a step ends the eIM.
fn is_ended_by(steps: &[At<Step>]) -> bool {
    steps.iter().any(|step| match &**step {
        Step::Iut(action) => *action != IutAction::Start,
        Step::AnyOrder(steps) => is_ended_by(steps),
        Step::Either(ways) => ways.iter().any(|way| is_ended_by(way)),
        _ => false,
    })
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
