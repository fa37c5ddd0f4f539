//! One answer, two renderings: a view is JSON for programs and a page for people.
//!
//! A template gets `f`, the [`Frame`] (language, person, clock, form refused), and `v`, the view.

use actix_web::{
    HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header::LOCATION},
};
use askama::Template;
use serde::Serialize;

use super::{
    ctx::{Context, Ctx},
    error::{Failure, Problem},
    input::Input,
};
use crate::{
    app::{Answer, Error, audit::file::By},
    domain::actor::Role,
    proof::stage::named,
    words::{self, Fact},
};

/// What every page shows beside its own matter.
#[derive(Clone)]
pub struct Frame {
    /// The request.
    pub c: Context,
    /// The form as sent, when it was refused.
    pub form: Vec<(String, String)>,
    /// Why it was refused.
    pub problem: Option<Problem>,
    /// A fresh key for the form on the page.
    pub key: String,
}

impl Frame {
    /// The frame of a request.
    #[must_use]
    pub fn new(ctx: &Ctx) -> Self {
        let key = ctx.app.entropy.id().0;
        let (form, problem) = match ctx.context.again.clone() {
            Some(again) => (again.form, Some(again.problem)),
            None => (Vec::new(), None),
        };
        Self {
            c: (*ctx.context).clone(),
            form,
            problem,
            key,
        }
    }

    /// The reader's language, by value, as methods take it.
    #[must_use]
    pub fn lang(&self) -> crate::words::Lang {
        self.c.lang
    }

    /// The sentence under a key.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.c.say(key, &[])
    }

    /// The sentence under a key with one fact.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl std::fmt::Display) -> String {
        self.c.say(key, &[(name, &value.to_string())])
    }

    /// The sentence under a key with its facts.
    #[must_use]
    pub fn tn(&self, key: &str, facts: &[Fact<'_>]) -> String {
        self.c.say(key, facts)
    }

    /// The word of a closed set, e.g. `stage-open`.
    #[must_use]
    pub fn word(&self, set: &str, word: impl std::fmt::Display) -> String {
        self.t(&self.word_key(set, word))
    }

    /// The key of a word of a closed set.
    #[must_use]
    pub fn word_key(&self, set: &str, word: impl std::fmt::Display) -> String {
        format!("{set}-{}", word.to_string().replace('_', "-"))
    }

    /// A stage of the protocols in words; a later attempt of a draw says which.
    #[must_use]
    pub fn key_stage(&self, stage: &str) -> String {
        match named(stage) {
            Some(stage) if stage.attempt > 1 => {
                format!("{} · {}", self.word("key-stage", stage.at(1)), stage.attempt)
            }
            Some(_) | None => self.word("key-stage", stage),
        }
    }

    /// The words of an act by its `noun.verb`.
    #[must_use]
    pub fn act(&self, name: &str) -> String {
        self.t(&format!("act-{}", name.replace(['.', '_'], "-")))
    }

    /// Who did something.
    #[must_use]
    pub fn by(&self, by: &By) -> String {
        match by {
            By::Person(name) => name.clone(),
            By::Unnamed => self.t("file-unnamed"),
            By::Party(party) => {
                let known = ["key-duty", "role"].map(|set| format!("{set}-{party}"));
                let known = known.iter().find_map(|key| words::find(self.c.lang, key, &[]));
                known.unwrap_or_else(|| party.clone())
            }
        }
    }

    /// The hint of a label: the message `<label>-hint`, where there is one.
    #[must_use]
    pub fn hint(&self, key: &str) -> Option<String> {
        words::find(self.c.lang, &format!("{key}-hint"), &[])
    }

    /// The hint of a word of a closed set.
    #[must_use]
    pub fn word_hint(&self, set: &str, word: impl std::fmt::Display) -> Option<String> {
        self.hint(&self.word_key(set, word))
    }

    /// Whether a choice is made: in the form refused, else in what stands.
    #[must_use]
    pub fn stands(
        &self,
        field: &str,
        stands: impl std::fmt::Display,
        choice: impl std::fmt::Display,
    ) -> bool {
        let choice = choice.to_string();
        if self.form.is_empty() {
            return stands.to_string() == choice;
        }
        self.form
            .iter()
            .any(|(key, value)| key == field && *value == choice)
    }

    /// The id of the field refused, as it stands in the form: `x_fen` was typed as `x_yuan`.
    #[must_use]
    pub fn anchor(&self) -> Option<String> {
        let field = self.problem.as_ref()?.field.clone()?;
        Some(match field.strip_suffix("_fen") {
            Some(stem) => format!("{stem}_yuan"),
            None => field,
        })
    }

    /// What was typed into a field of the form refused, else what stands there.
    #[must_use]
    pub fn value(&self, field: &str, stands: impl std::fmt::Display) -> String {
        let typed = self
            .form
            .iter()
            .find(|(key, _)| key == field)
            .map(|(_, value)| value.clone());
        typed.unwrap_or_else(|| stands.to_string())
    }

    /// What was typed into a field of the form refused, else nothing.
    #[must_use]
    pub fn typed(&self, field: &str) -> String {
        self.value(field, "")
    }

    /// The message that belongs to this field, if it is the one refused.
    #[must_use]
    pub fn wrong(&self, field: &str) -> Option<&Problem> {
        let stem = |name: &str| name.trim_end_matches("_yuan").trim_end_matches("_fen").to_owned();
        self.problem
            .as_ref()
            .filter(|problem| problem.field.as_deref().map(stem) == Some(stem(field)))
    }

    /// Whether the page stands at this path.
    #[must_use]
    pub fn here(&self, path: &str) -> bool {
        self.c.path.split('?').next() == Some(path)
    }

    /// Whether the page is the list of this trade.
    #[must_use]
    pub fn below_trade(&self, trade: impl std::fmt::Display) -> bool {
        self.here(&format!("/jy/{trade}"))
    }

    /// Whether the person signed in holds the role, by its word.
    #[must_use]
    pub fn is(&self, role: &str) -> bool {
        role.parse().is_ok_and(|role: Role| self.c.is(role))
    }
}

/// A view: JSON by serde, a page by its template.
pub trait View: Serialize {
    /// Renders the page.
    fn page(&self, f: &Frame) -> askama::Result<String>;
}

/// Binds a view to its template, which sees `f` and `v`.
#[macro_export]
macro_rules! page {
    ($view:ty, $path:literal) => {
        const _: () = {
            #[derive(askama::Template)]
            #[template(path = $path)]
            struct OnPaper<'a> {
                f: &'a $crate::http::page::Frame,
                v: &'a $view,
            }

            impl $crate::http::page::View for $view {
                fn page(&self, f: &$crate::http::page::Frame) -> askama::Result<String> {
                    askama::Template::render(&OnPaper { f, v: self })
                }
            }
        };
    };
}

#[derive(Template)]
#[template(path = "site/problem.html")]
struct ProblemPage<'a> {
    f: &'a Frame,
    p: &'a Problem,
}

/// The page of an error.
pub fn problem(
    c: &Context,
    status: StatusCode,
    p: &Problem,
    mut response: HttpResponseBuilder,
) -> HttpResponse {
    let f = Frame {
        c: c.clone(),
        form: Vec::new(),
        problem: None,
        key: String::new(),
    };
    if status == StatusCode::UNAUTHORIZED {
        let next: String = c.path.chars().filter(char::is_ascii_graphic).collect();
        return HttpResponse::SeeOther()
            .insert_header((LOCATION, format!("/session?next={next}")))
            .finish();
    }
    match (ProblemPage { f: &f, p }).render() {
        Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
        Err(_) => response.json(p),
    }
}

impl Ctx {
    /// The answer to a request that reads.
    pub fn show<V: View>(&self, answer: Answer<V>) -> Result<HttpResponse, Failure> {
        let view = self.ok(answer)?;
        let frame = Frame::new(self);
        let status = match &frame.problem {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        self.render(status, &view, &frame)
    }

    fn render<V: View>(&self, status: StatusCode, view: &V, frame: &Frame) -> Result<HttpResponse, Failure> {
        let mut response = HttpResponse::build(status);
        if !self.context.wants_html {
            return Ok(response.json(view));
        }
        let html = view
            .page(frame)
            .map_err(|e| Failure::of(&self.context, Error::Fault(crate::store::Fault::new("page", e))))?;
        Ok(response.content_type("text/html; charset=utf-8").body(html))
    }

    /// The answer to a request that acted: 201 with JSON, or on to `location` for a page. A refused
    /// form comes back filled in: `back` builds the view of the page it stands on.
    pub async fn done<T, V, B, F, X>(
        &self,
        input: &Input<X>,
        answer: Answer<T>,
        location: &str,
        back: B,
    ) -> Result<HttpResponse, Failure>
    where
        T: Serialize,
        V: View,
        B: FnOnce() -> F,
        F: Future<Output = Answer<V>>,
    {
        let error = match answer {
            Ok(_) if self.context.wants_html => {
                return Ok(HttpResponse::SeeOther()
                    .insert_header((LOCATION, location))
                    .finish());
            }
            Ok(done) => {
                return Ok(HttpResponse::Created()
                    .insert_header((LOCATION, location))
                    .json(&done));
            }
            Err(error) => error,
        };
        self.refused(input, error, back).await
    }

    /// As [`Ctx::done`], but what was done is shown at once: it holds what is shown only once.
    pub async fn done_here<T, V, B, F, X>(
        &self,
        input: &Input<X>,
        answer: Answer<T>,
        back: B,
    ) -> Result<HttpResponse, Failure>
    where
        T: View,
        V: View,
        B: FnOnce() -> F,
        F: Future<Output = Answer<V>>,
    {
        match answer {
            Ok(done) => self.render(StatusCode::CREATED, &done, &Frame::new(self)),
            Err(error) => self.refused(input, error, back).await,
        }
    }

    async fn refused<V, B, F, X>(
        &self,
        input: &Input<X>,
        error: Error,
        back: B,
    ) -> Result<HttpResponse, Failure>
    where
        V: View,
        B: FnOnce() -> F,
        F: Future<Output = Answer<V>>,
    {
        let failure = Failure::of(&self.context, error);
        if !self.context.wants_html || failure.status != StatusCode::UNPROCESSABLE_ENTITY {
            return Err(failure);
        }
        let view = self.ok(back().await)?;
        let frame = Frame {
            form: input.form.clone(),
            problem: Some(failure.problem),
            ..Frame::new(self)
        };
        self.render(failure.status, &view, &frame)
    }
}

mod shown;
#[cfg(test)]
mod tests;
