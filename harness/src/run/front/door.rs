// SPDX-License-Identifier: MIT OR Apache-2.0
//! A listening socket that can refuse for a while.
//!
//! Traps: connections are refused by the system only while nobody listens, but the port has to stay
//! ours; and it has to happen before the step that says so has returned, or a client that is quick
//! still gets in. So the socket stays bound and only stops listening.

use std::io;
use std::net::{SocketAddr, TcpListener as Socket};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use rustix::net::{Shutdown, listen, shutdown};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Handle;

use crate::case::{Interface, NetworkState};
use crate::network::Network;

/// Connections that wait to be accepted.
const BACKLOG: u32 = 256;
/// Ports that are tried; another process may be quicker.
const ATTEMPTS: usize = 100;

/// The socket of a relay.
#[derive(Debug)]
pub(super) struct Door {
    address: SocketAddr,
    /// Keeps the port, whether somebody listens or not.
    socket: Socket,
    runtime: Handle,
    leaf: Mutex<Leaf>,
}

#[derive(Debug, Default)]
struct Leaf {
    /// None while connections are refused.
    listener: Option<TcpListener>,
    /// Whoever waits for a connection.
    waiting: Option<Waker>,
}

impl Door {
    /// Listens at `address`; port 0 stands for any that is free. Must be called inside a tokio
    /// runtime.
    pub(super) fn open(address: SocketAddr) -> io::Result<Arc<Self>> {
        let socket = match address.port() {
            0 => any_port(address)?,
            _ => listening(address)?,
        };
        let door = Self {
            address: socket.local_addr()?,
            leaf: Mutex::default(),
            runtime: Handle::current(),
            socket,
        };
        door.leaf().listener = Some(door.listener()?);
        Ok(Arc::new(door))
    }

    /// Where it listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Refuses and admits as `network` says of `interface`.
    pub(super) fn follow(self: &Arc<Self>, network: &Network, interface: Interface) {
        let door = Arc::downgrade(self);
        network.on_set(move |on, state| {
            let Some(door) = door.upgrade().filter(|_| on == interface) else {
                return;
            };
            if let Err(error) = door.turn(state != NetworkState::Refuse) {
                tracing::warn!(%error, "relay cannot change what it listens to");
            }
        });
        if network.state(interface) == NetworkState::Refuse
            && let Err(error) = self.turn(false)
        {
            tracing::warn!(%error, "relay cannot stop listening");
        }
    }

    fn turn(&self, open: bool) -> io::Result<()> {
        let mut leaf = self.leaf();
        if leaf.listener.is_some() == open {
            return Ok(());
        }
        if open {
            listen(&self.socket, BACKLOG.cast_signed())?;
            leaf.listener = Some(self.listener()?);
        } else {
            shutdown(&self.socket, Shutdown::Read)?;
            leaf.listener = None;
        }
        if let Some(waiting) = leaf.waiting.take() {
            waiting.wake();
        }
        Ok(())
    }

    fn listener(&self) -> io::Result<TcpListener> {
        let _inside = self.runtime.enter();
        TcpListener::from_std(self.socket.try_clone()?)
    }

    /// The next connection.
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        let mut next = pin!(std::future::poll_fn(|context| self.poll(context)));
        next.as_mut().await
    }

    fn poll(&self, context: &Context<'_>) -> Poll<io::Result<TcpStream>> {
        let mut leaf = self.leaf();
        leaf.waiting = Some(context.waker().clone());
        let Some(listener) = &leaf.listener else {
            return Poll::Pending;
        };
        let mut context = Context::from_waker(context.waker());
        let accepted = listener.poll_accept(&mut context);
        accepted.map_ok(|(stream, _)| stream)
    }

    fn leaf(&self) -> MutexGuard<'_, Leaf> {
        self.leaf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket at a free port. The system takes back a port that it chose itself as soon as nobody
/// listens; one that was asked for by its number stays.
fn any_port(address: SocketAddr) -> io::Result<Socket> {
    for _ in 0..ATTEMPTS {
        let free = Socket::bind(address)?.local_addr()?;
        match listening(free) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => (),
            other => return other,
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

fn listening(address: SocketAddr) -> io::Result<Socket> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // else it could not listen again beside connections that it has accepted
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}
