//! A total match from what went wrong to a status and to a page or JSON
//! `{code, message, advice, basis, field, request_id}`; internals are never shown.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::RETRY_AFTER},
};
use serde::Serialize;

use super::ctx::Context;
use crate::{
    app::Error,
    domain::refusal::{
        Refusal,
        common::{NOT_YOURS, PASSWORD},
    },
    words::{self, Fact},
};

/// What people and programs are told when something is refused or went wrong.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Stable, for programs.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub advice: String,
    /// The article, order or rule it rests on.
    pub basis: String,
    /// The field to mend, by its JSON name.
    pub field: Option<String>,
    /// To quote when asking for help; the log has it.
    pub request_id: String,
}

/// An error on its way to the client: it knows the language and the form asked for.
#[derive(Debug)]
pub struct Failure {
    /// The status.
    pub status: StatusCode,
    /// What is said.
    pub problem: Problem,
    /// Seconds to wait before asking again, where waiting helps.
    pub wait: Option<u64>,
    context: Context,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.problem.code)
    }
}

impl Failure {
    /// The failure of a use case, as this request is told it.
    #[must_use]
    pub fn of(context: &Context, error: Error) -> Self {
        match error {
            // who is not signed in is asked to, before being told what he may not do
            Error::Refused(refusal) if refusal.reason == &NOT_YOURS && context.person.is_none() => {
                Self::plain(context, StatusCode::UNAUTHORIZED, "unauthenticated")
            }
            Error::Forbidden if context.person.is_none() => {
                Self::plain(context, StatusCode::UNAUTHORIZED, "unauthenticated")
            }
            Error::Refused(refusal) if refusal.reason == &NOT_YOURS => {
                Self::refused(context, StatusCode::FORBIDDEN, &refusal)
            }
            Error::Refused(refusal) => Self::refused(context, StatusCode::UNPROCESSABLE_ENTITY, &refusal),
            Error::NotFound => Self::plain(context, StatusCode::NOT_FOUND, "not_found"),
            Error::Forbidden => Self::plain(context, StatusCode::FORBIDDEN, "forbidden"),
            Error::Stale => Self::plain(context, StatusCode::CONFLICT, "stale"),
            Error::Slow(wait) => Self {
                wait: Some(wait),
                ..Self::plain(context, StatusCode::TOO_MANY_REQUESTS, "too_many")
            },
            Error::Unknown => Self::plain(context, StatusCode::SERVICE_UNAVAILABLE, "unknown"),
            Error::Fault(fault) => {
                tracing::error!(%fault, request_id = %context.request_id, "fault");
                Self::plain(context, StatusCode::INTERNAL_SERVER_ERROR, "fault")
            }
        }
    }

    /// A refusal under another status, e.g. 401 or 413.
    #[must_use]
    pub fn refused(context: &Context, status: StatusCode, refusal: &Refusal) -> Self {
        Self {
            status,
            problem: Self::told(context, refusal),
            wait: None,
            context: context.clone(),
        }
    }

    /// What this request is told of a refusal.
    #[must_use]
    pub fn told(context: &Context, refusal: &Refusal) -> Problem {
        let code = refusal.reason.code;
        let facts: Vec<(&str, String)> = refusal
            .facts
            .iter()
            .map(|(name, value)| (*name, words::fact(context.lang, value)))
            .collect();
        let facts: Vec<Fact<'_>> = facts
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let key = words::refusal(code);
        Problem {
            code: code.to_owned(),
            message: words::say(context.lang, &key, &facts),
            advice: words::find(context.lang, &format!("{key}-do"), &facts).unwrap_or_default(),
            basis: refusal.basis().to_owned(),
            field: refusal.field.clone(),
            request_id: context.request_id.clone(),
        }
    }

    /// An error that is no rule's: not found, forbidden, stale, unknown, fault, unauthenticated.
    #[must_use]
    pub fn plain(context: &Context, status: StatusCode, code: &str) -> Self {
        let key = format!("error-{}", code.replace('_', "-"));
        let problem = Problem {
            code: code.to_owned(),
            message: words::say(context.lang, &key, &[]),
            advice: words::find(context.lang, &format!("{key}-do"), &[]).unwrap_or_default(),
            basis: basis_of(code).to_owned(),
            field: None,
            request_id: context.request_id.clone(),
        };
        Self {
            status,
            problem,
            wait: (status == StatusCode::SERVICE_UNAVAILABLE).then_some(2),
            context: context.clone(),
        }
    }
}

/// What an error that is no rule's rests on.
fn basis_of(code: &str) -> &'static str {
    match code {
        "unauthenticated" | "forbidden" => NOT_YOURS.basis,
        "csrf" => PASSWORD.basis,
        "not_found" => "RFC 9110, 15.5.5",
        "stale" => "RFC 9110, 15.5.10",
        "malformed" => "RFC 9110, 15.5.1",
        "too_many" => "RFC 6585, 4",
        _ => "",
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(wait) = self.wait {
            response.insert_header((RETRY_AFTER, wait.to_string()));
        }
        if self.context.wants_html {
            let mut page = super::page::problem(&self.context, self.status, &self.problem, response);
            page.extensions_mut().insert(self.problem.clone());
            page
        } else {
            response.json(&self.problem)
        }
    }
}
