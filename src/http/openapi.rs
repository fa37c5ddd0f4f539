//! The interface described: one document made from the URL table, and a viewer for it that is inside
//! the program and loads nothing from elsewhere.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{HttpResponse, http::header::CONTENT_ENCODING, web};
use utoipa::{
    Modify, OpenApi as _,
    openapi::{
        OpenApi, Ref, RefOr, Required, Schema,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};
use utoipa_swagger_ui::Config;

use super::{Interface, ctx::Ctx, error::Failure};
use crate::{app::Error, store::Fault};

/// Where the document lies.
const DOCUMENT: &str = "/openapi.json";

/// `GET /openapi.json`: this document.
#[utoipa::path(get, path = "/openapi.json", tag = "public", responses((status = 200, body = Object)))]
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Interface::openapi())
}

/// `GET /interface/{path}`: the viewer of the interface.
#[utoipa::path(get, path = "/interface/{path}", tag = "public", params(("path" = String, Path)),
    responses((status = 200, content_type = "text/html", body = String)))]
pub async fn viewer(ctx: Ctx, path: web::Path<String>) -> Result<HttpResponse, Failure> {
    // no validator of another host is asked about the document
    let config = Config::from(DOCUMENT).validator_url("none");
    let file = utoipa_swagger_ui::serve(&path, Arc::new(config));
    let file = ctx.ok(file.map_err(|e| Error::Fault(Fault::new("viewer", e))))?;
    let file = ctx.ok(file.ok_or(Error::NotFound))?;
    let mut response = HttpResponse::Ok();
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, "gzip"));
    }
    Ok(response
        .content_type(file.content_type)
        .body(file.bytes.into_owned()))
}

/// What every act takes beside its input: the header that makes it happen once, the fields of the
/// envelope, and who asks.
pub(super) struct Enveloped;

impl Modify for Enveloped {
    fn modify(&self, document: &mut OpenApi) {
        let Some(parts) = &mut document.components else {
            return;
        };
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT");
        parts.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
        document.security = Some(vec![
            SecurityRequirement::default(),
            SecurityRequirement::new("token", Vec::<String>::new()),
        ]);
        for (path, item) in &mut document.paths.paths {
            for asked in [&mut item.get, &mut item.post, &mut item.put, &mut item.delete]
                .into_iter()
                .flatten()
            {
                name_holes(path, asked);
            }
            for act in [&mut item.post, &mut item.put, &mut item.delete]
                .into_iter()
                .flatten()
            {
                act.parameters.get_or_insert_default().push(once().into());
                envelop(act, &mut parts.schemas);
            }
        }
    }
}

/// What stands in braces in a path is a parameter, also where its handler says no more about it.
fn name_holes(path: &str, asked: &mut Operation) {
    let named = asked.parameters.get_or_insert_default();
    for hole in path.split('{').skip(1) {
        let name = hole.split('}').next().unwrap_or_default();
        let is_it = |one: &RefOr<Parameter>| matches!(one, RefOr::T(one) if one.name == name);
        if !named.iter().any(is_it) {
            let hole = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path);
            let hole = hole.schema(Some(ObjectBuilder::new().schema_type(Type::String)));
            named.push(hole.required(Required::True).build().into());
        }
    }
}

fn once() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Every act needs one, made by the sender, here or as `idempotency_key` of the body. It is kept for 7 days with the request's digest: the \
             same request is answered as before, another one with 422.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// The body of an act is its input with the fields of the envelope, under a name of its own.
fn envelop(act: &mut Operation, schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    let Some(RefOr::T(body)) = &mut act.request_body else {
        return;
    };
    for content in body.content.values_mut() {
        let RefOr::T(content) = content else { continue };
        let Some(RefOr::Ref(input)) = &content.schema else {
            continue;
        };
        let name = input
            .ref_location
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        let Some(RefOr::T(Schema::Object(object))) = schemas.get(&name) else {
            continue;
        };
        let mut object = object.clone();
        for (field, kind, what) in ENVELOPE {
            let field_of = ObjectBuilder::new().schema_type(kind).description(Some(what));
            object.properties.insert(field.into(), field_of.into());
        }
        let name = format!("{name}.act");
        schemas.insert(name.clone(), Schema::Object(object).into());
        content.schema = Some(Ref::from_schema_name(name).into());
    }
}

/// The fields of the envelope ([`super::input::Envelope`]).
const ENVELOPE: [(&str, Type, &str); 3] = [
    (
        "version",
        Type::Integer,
        "The version of what was seen; another one is refused with 409.",
    ),
    (
        "password",
        Type::String,
        "Asked again for a signed act (the duty table says which).",
    ),
    (
        "digest",
        Type::String,
        "hex64: SHA-256 of what is signed, as the page before the act shows it.",
    ),
];
