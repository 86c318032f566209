// SPDX-License-Identifier: MIT OR Apache-2.0
//! Places of a type, told from misspelt ones.

use std::collections::HashSet;

use rsp::schema::{self, Kind, Member, Type};

/// Whether values of the type can have a place that ends in `path`.
#[must_use]
pub fn is_place(type_name: &str, path: &str) -> bool {
    place(type_name, path).is_some()
}

/// The type of the place that ends in `path`; for what the schema keeps closed, that of the closed
/// part.
#[must_use]
pub fn place(type_name: &str, path: &str) -> Option<&'static Type> {
    let parts: Vec<&str> = path
        .split(['.', '[', ']'])
        .filter(|part| !part.is_empty())
        .collect();
    let ty = schema::find_type(type_name)?;
    leads(ty, &parts, false).or_else(|| below(ty, &parts, &mut HashSet::new()))
}

/// Where the path leads from some type below this one.
fn below(
    ty: &'static Type,
    parts: &[&str],
    seen: &mut HashSet<*const Type>,
) -> Option<&'static Type> {
    seen.insert(std::ptr::from_ref(ty));
    inner(ty).into_iter().find_map(|ty| {
        if seen.contains(&std::ptr::from_ref(ty)) {
            return None;
        }
        leads(ty, parts, false).or_else(|| below(ty, parts, seen))
    })
}

fn inner(ty: &'static Type) -> Vec<&'static Type> {
    match ty.kind() {
        Kind::Sequence(members) | Kind::Set(members) | Kind::Choice(members) => {
            members.iter().map(Member::ty).collect()
        }
        Kind::SequenceOf(_, element) | Kind::SetOf(_, element) | Kind::Alias(element) => {
            vec![element]
        }
        _ => Vec::new(),
    }
}

/// `inside`: whether a part of the path has led here.
fn leads(ty: &'static Type, parts: &[&str], inside: bool) -> Option<&'static Type> {
    let Some((part, rest)) = parts.split_first() else {
        return Some(ty);
    };
    match ty.kind() {
        Kind::Sequence(members) | Kind::Set(members) | Kind::Choice(members) => members
            .iter()
            .filter(|member| member.name() == *part)
            .find_map(|member| leads(member.ty(), rest, true)),
        Kind::SequenceOf(_, element) | Kind::SetOf(_, element) => {
            part.parse::<usize>().ok()?;
            leads(element, rest, true)
        }
        Kind::Alias(ty) => leads(ty, parts, inside),
        // what the schema keeps closed may have anything inside
        Kind::Opaque | Kind::Any => inside.then_some(ty),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_place;

    #[test]
    fn places_of_a_type_are_told_from_others() {
        let ty = "InitiateAuthenticationResponse";
        for (path, there) in [
            ("serverSigned1.serverAddress", true),
            ("serverAddress", true),
            ("initiateAuthenticationOk.transactionId", true),
            ("serverSigned1.smdpOid", false),
            ("serverAdress", false),
            ("serverAddress.0", false),
        ] {
            assert_eq!(is_place(ty, path), there, "{path}");
        }
        assert!(is_place("ProfileInfoListResponse", "0.iccid"));
        assert!(!is_place("NoType", "a"));
    }
}
