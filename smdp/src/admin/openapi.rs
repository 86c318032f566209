// SPDX-License-Identifier: MIT OR Apache-2.0
//! The OpenAPI 3.1 description, made from the table of routes.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::route::{ROUTES, Route};
use super::{Administered, Answer, Asked, ErrorView, answer};

pub(super) fn get(_: &Administered, _: &Asked<'_>) -> Answer {
    answer(200, &description())
}

/// The description of the whole API.
fn description() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in ROUTES {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            path.insert(route.method.as_str().to_ascii_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "smdp administration",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Orders, sessions, events and faults of a mock SM-DP+ and SM-DS for tests.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [],
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut parameters = Vec::new();
    if route.path.contains("{id}") {
        parameters.push(json!({
            "name": "id", "in": "path", "required": true,
            "schema": { "type": "integer", "minimum": 1 },
        }));
    }
    for parameter in route.query {
        parameters.push(json!({
            "name": parameter.name, "in": "query",
            "description": parameter.sentence,
            "schema": (parameter.schema)(generator),
        }));
    }
    let (status, content) = route.answer;
    let success = match content {
        Some(schema) => content_of("Done.", schema(generator).to_value()),
        None => json!({ "description": "Done." }),
    };
    let error = generator.subschema_for::<ErrorView>().to_value();
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.sentence,
        "parameters": parameters,
        "responses": {
            status.to_string(): success,
            "default": content_of("Refused, with a sentence.", error),
        },
    });
    if let (Some(schema), Value::Object(operation)) = (route.body, &mut operation) {
        let schema = schema(generator).to_value();
        let body =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        operation.insert("requestBody".to_owned(), body);
    }
    operation
}

fn content_of(sentence: &str, schema: Value) -> Value {
    json!({ "description": sentence, "content": { "application/json": { "schema": schema } } })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_described_and_nothing_else() {
        let description = description();
        let described: BTreeSet<(String, String)> = description["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, operations)| {
                let methods = operations.as_object().unwrap().keys();
                methods.map(move |method| (method.to_ascii_uppercase(), path.clone()))
            })
            .collect();
        let served: BTreeSet<_> = ROUTES
            .iter()
            .map(|route| (route.method.to_string(), route.path.to_owned()))
            .collect();
        assert_eq!(described, served);
        assert_eq!(served.len(), ROUTES.len(), "a route is there twice");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let description = description();
        let text = description.to_string();
        let references = text.split("\"$ref\":\"#").skip(1);
        for pointer in references.map(|rest| rest.split('"').next().unwrap()) {
            assert!(description.pointer(pointer).is_some(), "{pointer}");
        }
    }

    #[test]
    fn every_route_knows_its_methods() {
        for route in ROUTES {
            let path = route.path.replace("{id}", "1");
            let methods = super::super::route::methods(&path);
            assert!(methods.contains(&route.method), "{} {path}", route.method);
            assert_ne!(methods, super::super::ANY, "{path}");
        }
    }
}
