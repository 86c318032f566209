// SPDX-License-Identifier: MIT OR Apache-2.0

use super::*;

/// Flips single bits of a request, at places spread over all of it.
fn flipped(request: &Es9Request, step: usize) -> Vec<Vec<u8>> {
    let der = request.to_der().unwrap();
    let flip = |bit: usize| {
        let mut der = der.clone();
        der[bit / 8] ^= 0x80 >> (bit % 8);
        der
    };
    (0..der.len() * 8).step_by(step).map(flip).collect()
}

#[test]
fn no_flipped_bit_of_an_authentication_is_accepted() {
    let mut bench = Bench::new(order());
    let initiated = bench.initiated();
    let request =
        Es9Request::AuthenticateClient(bench.euicc.authenticate(&initiated, "MATCHING-1"));
    let cases = flipped(&request, 97);
    let mut decoded = 0;
    for (number, der) in cases.iter().enumerate() {
        // The session is a fresh one each time, with the random numbers of the first.
        let mut bench = Bench::new(order());
        bench.initiated();
        if let Ok(request) = Es9Request::from_der(request.function(), der) {
            decoded += 1;
            assert!(bench.call(request).is_err(), "flip {number} was accepted");
        }
    }
    assert!(
        decoded > cases.len() / 2,
        "{decoded} of {} were decoded",
        cases.len()
    );
}

#[test]
fn no_flipped_bit_of_a_package_request_is_accepted() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let request = Es9Request::GetBoundProfilePackage(bench.euicc.prepare(&ok, None));
    for (number, der) in flipped(&request, 61).iter().enumerate() {
        let mut bench = Bench::new(order());
        bench.authenticated();
        if let Ok(request) = Es9Request::from_der(request.function(), der) {
            assert!(bench.call(request).is_err(), "flip {number} was accepted");
        }
    }
}

#[test]
fn the_request_that_is_flipped_is_a_good_one() {
    let mut bench = Bench::new(order());
    let ok = bench.authenticated();
    let request = bench.euicc.prepare(&ok, None);
    let mut other = Bench::new(order());
    other.authenticated();
    other.get(request).unwrap();
}
