// SPDX-License-Identifier: MIT OR Apache-2.0
//! The network as a request meets it.

use std::sync::Arc;
use std::time::Duration;

use smdp::http::{Answering, Call, Cut, End, Resource};

use crate::case::{Interface, NetworkState};
use crate::network::Network;
use crate::wire::binding::Binding;
use crate::wire::esipa::{Answer, Delivery, Handler};

/// What becomes of a request.
struct Fate {
    delivery: Delivery,
    /// How late the answer is.
    delay: Duration,
}

impl Fate {
    /// Nothing happens to it.
    const PLAIN: Self = Self {
        delivery: Delivery::Whole,
        delay: Duration::ZERO,
    };

    /// Looks at the network. A request that is lost never gets further.
    async fn of(network: &Network, interface: Interface) -> Self {
        let delivery = match network.state(interface) {
            NetworkState::Drop => std::future::pending().await,
            NetworkState::Gone | NetworkState::Refuse => Delivery::Nothing,
            NetworkState::Cut => Delivery::Half,
            NetworkState::Back => return Self::PLAIN,
            NetworkState::Delay(delay) => {
                return Self {
                    delay: seconds(delay),
                    ..Self::PLAIN
                };
            }
        };
        Self {
            delivery,
            ..Self::PLAIN
        }
    }
}

/// A time as a case writes it; no more than an hour.
pub(super) fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds.clamp(0.0, 3600.0)).unwrap_or_default()
}

pub(super) fn esipa(network: Network, interface: Interface, handler: Handler) -> Handler {
    Arc::new(move |posted| {
        let (network, handler) = (network.clone(), handler.clone());
        Box::pin(async move {
            let fate = Fate::of(&network, interface).await;
            if fate.delivery == Delivery::Nothing {
                if posted.binding == Binding::Coap {
                    // whoever is not reached does not say so
                    std::future::pending::<()>().await;
                }
                return Answer {
                    delivery: Delivery::Nothing,
                    ..Answer::default()
                };
            }
            let answer = handler(posted).await;
            tokio::time::sleep(fate.delay).await;
            Answer {
                delivery: fate.delivery,
                ..answer
            }
        })
    })
}

/// A server of ES9+ or ES11 behind the network.
pub(super) struct Guarded {
    pub(super) network: Network,
    pub(super) interface: Interface,
    pub(super) handler: Arc<dyn smdp::http::Handler>,
    /// Who listens to its connections.
    pub(super) ear: Option<Arc<dyn smdp::http::Ear>>,
}

impl smdp::http::Handler for Guarded {
    fn resource(&self, path: &str) -> Option<Resource<'_>> {
        self.handler.resource(path)
    }

    fn call(&self, call: Call) -> Answering<'_> {
        Box::pin(async move {
            let fate = Fate::of(&self.network, self.interface).await;
            if fate.delivery == Delivery::Nothing {
                return broken(smdp::HttpAnswer::empty(204));
            }
            let answer = self.handler.call(call).await;
            tokio::time::sleep(fate.delay).await;
            match fate.delivery {
                Delivery::Half => broken(answer),
                _ => answer,
            }
        })
    }

    fn faults(&self) -> Option<&smdp::Faults> {
        self.handler.faults()
    }

    fn ear(&self) -> Option<Arc<dyn smdp::http::Ear>> {
        self.ear.clone()
    }
}

/// The answer, broken off in the middle of its body, or before its header when it has none.
fn broken(mut answer: smdp::HttpAnswer) -> smdp::HttpAnswer {
    let cut = if answer.body.is_empty() {
        Cut::BeforeHeader
    } else {
        Cut::InBody
    };
    answer.manner.cut = Some(cut);
    answer.manner.end = End::Drop;
    answer
}
