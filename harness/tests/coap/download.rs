// SPDX-License-Identifier: MIT OR Apache-2.0
//! The mock eIM and the reference IPA over CoAP: indirect downloads and eUICC packages.

use certs::TEST_EID;
use harness::iut::{IndirectDownload, Order, OrderStatus};
use harness::wire::binding::Binding;
use harness::wire::coap::{DtlsVersion, Settings};
use serde_json::json;

use crate::device::{Anchor, World, package};
use crate::proxy::{Fate, Proxy};
use crate::{HOST, quick};

impl World {
    fn order(&self, order: Order) -> String {
        self.eim.order(TEST_EID, order).unwrap()
    }

    fn order_download(&self) -> String {
        let download = IndirectDownload::new(&Self::activation_code());
        self.order(Order::IndirectDownload(download))
    }

    fn order_enable(&self, iccid: &[u8]) -> String {
        let value = json!({"psmoList": [{"enable": {"iccid": hex::encode(iccid)}}]});
        let package = rsp::schema::from_value("EuiccPackage", &value).unwrap();
        self.order(Order::EuiccPackage(package))
    }

    fn assert_done(&self, id: &str) {
        assert_eq!(self.eim.order_status(id), Some(OrderStatus::Done));
    }
}

/// Downloads and enables `profile`.
async fn life(world: &World, profile: &smdp::Profile, coap: Settings) {
    let download = world.order_download();
    world.run(coap.clone()).await.unwrap();
    world.assert_done(&download);
    let iccid = profile.iccid();
    assert_eq!(world.profiles(), [(iccid.to_vec(), false)]);
    let enable = world.order_enable(&iccid);
    world.run(coap).await.unwrap();
    world.assert_done(&enable);
    assert_eq!(world.profiles(), [(iccid.to_vec(), true)]);
}

#[tokio::test]
async fn a_profile_of_12_kb_arrives_although_every_fifth_datagram_is_lost() {
    let Some(profile) = package("saip2.3-bertlv-suci.der") else {
        return;
    };
    assert!(profile.package().len() > 11_000);
    for (seed, version) in [(1, DtlsVersion::V12), (2, DtlsVersion::V13)] {
        let world = World::new(&profile, Anchor::Certificate, quick()).await;
        let fate = Fate {
            lost: 20,
            one_address: false,
            seed,
        };
        let proxy = Proxy::start(world.resolver.resolve(HOST).unwrap(), fate).await;
        world.resolver.insert(HOST, proxy.address);
        life(&world, &profile, Settings { version, ..quick() }).await;
        let (lost, carried) = (proxy.lost(), proxy.carried());
        assert!(
            lost * 8 > carried,
            "the network was too good: {lost} {carried}"
        );
    }
}

#[tokio::test]
async fn a_profile_arrives_whatever_the_card_trusts() {
    let profile = package("operational").unwrap();
    for anchor in [Anchor::Certificate, Anchor::Ca, Anchor::PublicKey] {
        let world = World::new(&profile, anchor, quick()).await;
        life(&world, &profile, quick()).await;
    }
}

#[tokio::test]
async fn an_eim_that_the_card_knows_by_coap_only_is_polled_over_coap() {
    let profile = package("operational").unwrap();
    let world = World::new(&profile, Anchor::Certificate, quick()).await;
    let download = world.order_download();
    let device = world.device(Binding::Asn1, quick());
    Box::pin(harness::ipa::run(device)).await.unwrap();
    world.assert_done(&download);
}

#[tokio::test]
async fn a_profile_arrives_in_the_smallest_blocks() {
    let profile = package("operational").unwrap();
    let world = World::new(&profile, Anchor::Certificate, quick()).await;
    let coap = Settings {
        block_size: 16,
        ..quick()
    };
    life(&world, &profile, coap).await;
}
