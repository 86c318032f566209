// SPDX-License-Identifier: MIT OR Apache-2.0
//! What a listener shows in TLS: certificates that the PKI issues for the names of its servers, or
//! those of files.
//!
//! Trap: a server is called by its address, by what it accepts beside it, and by where it listens; a
//! name that its certificate lacks is one by which no client that verifies can reach it.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use certs::Role;
use rsp::activation::is_fqdn;
use rsp::chain::CertificateView;
use rsp::ecdsa::PrivateKey;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use smdp::config::{InterfaceConfig, ListenerConfig, TlsFiles};
use smdp::credentials::TlsIdentity;

use super::Failure;
use super::state::{Served, tls_role};

/// The names of a server in its certificate, its address first.
pub(super) fn hosts(address: &str, also_accept: &[String], local: &[SocketAddr]) -> Vec<String> {
    let local = local.iter().map(|local| local.ip().to_string());
    let others = also_accept.iter().filter_map(|other| host(other));
    let others: BTreeSet<_> = local
        .chain(["localhost".to_owned()])
        .chain(others)
        .filter(|other| other != address)
        .collect();
    std::iter::once(address.to_owned()).chain(others).collect()
}

/// The name or IP address in an address that may have a port; nothing when there is none.
fn host(address: &str) -> Option<String> {
    if let Ok(socket) = address.parse::<SocketAddr>() {
        return Some(socket.ip().to_string());
    }
    if let Ok(ip) = address.parse::<IpAddr>() {
        return Some(ip.to_string());
    }
    let name = match address.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => address,
    };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    is_fqdn(&name).then_some(name)
}

/// Names as the PKI takes them.
pub(super) fn texts(hosts: &[String]) -> Vec<&str> {
    hosts.iter().map(String::as_str).collect()
}

/// The certificates of a listener, the one for clients that name no server first. A listener for
/// SM-DP+ and SM-DS shows each by its own name.
pub(super) fn of_listener(
    config: &ListenerConfig,
    served: &Served,
) -> Result<Vec<TlsIdentity>, Failure> {
    if !config.tls_files.is_empty() {
        return config.tls_files.iter().map(of_files).collect();
    }
    let is_smds =
        |it: &InterfaceConfig| matches!(it, InterfaceConfig::Es11 | InterfaceConfig::Es12);
    let dp = (tls_role(served.entity), &served.hosts);
    let ds = (Role::DsTls, &served.smds_hosts);
    let shown = [
        (!config.interfaces.iter().all(is_smds)).then_some(dp),
        config.interfaces.iter().any(is_smds).then_some(ds),
    ];
    let curve = config.tls_certificate.into();
    let identities = shown.into_iter().flatten().map(|(role, hosts)| {
        TlsIdentity::from_pki(&served.pki, role, &texts(hosts), curve).map_err(Failure::input)
    });
    identities.collect()
}

fn of_files(files: &TlsFiles) -> Result<TlsIdentity, Failure> {
    let chain = certificates(&files.chain)?;
    let pem = std::fs::read(&files.key)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", files.key.display())))?;
    let wrong = |expected: &str| {
        let path = files.key.display();
        Failure::input(format!("{path}: expected {expected}"))
    };
    if let Ok(key) = PrivateKey::from_pem(&String::from_utf8_lossy(&pem)) {
        let leaf = chain.first().map(|der| CertificateView::parse(der));
        let spki = key.public_key().to_spki();
        if !matches!(leaf, Some(Ok(leaf)) if *leaf.spki() == spki) {
            let certificate = files.chain.display();
            return Err(wrong(&format!(
                "the key of the certificate in {certificate}"
            )));
        }
        let key_pkcs8 = key.to_pkcs8_der().map_err(Failure::work)?;
        return Ok(TlsIdentity { chain, key_pkcs8 });
    }
    let key = PrivatePkcs8KeyDer::from_pem_slice(&pem)
        .map_err(|_| wrong("a private key in PEM: PKCS #8, or of SEC 1 on the curves of SGP.22"))?;
    let key_pkcs8 = key.secret_pkcs8_der().to_vec();
    Ok(TlsIdentity { chain, key_pkcs8 })
}

/// The certificates of a file, PEM or DER.
pub(super) fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, Failure> {
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::input(format!("cannot read {}: {error}", path.display())))?;
    let pem: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match pem {
        Ok(pem) if !pem.is_empty() => Ok(pem.iter().map(|it| it.to_vec()).collect()),
        _ if CertificateView::parse(&bytes).is_ok() => Ok(vec![bytes]),
        _ => {
            let problem = "expected a certificate in PEM or DER";
            Err(Failure::input(format!("{}: {problem}", path.display())))
        }
    }
}
