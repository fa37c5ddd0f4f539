//! A refused form comes back filled in: the page it stood on is asked for once more, and gets what
//! was typed and what is wrong with it.
//!
//! In: a form that was refused before or outside its use case, and the page that the browser says it
//! came from. Out: that page with the form filled in, as 422. Never: a page of elsewhere, a password
//! sent back, an answer to a program changed.

use actix_web::{
    HttpMessage as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse, Url},
    http::{
        Method, StatusCode, Uri,
        header::{ACCEPT, REFERER},
    },
    middleware::Next,
};

use super::error::Problem;

/// The form as it was typed, left by its reader on the request.
pub struct Typed(pub Vec<(String, String)>);

/// A form on its way back to its page.
#[derive(Debug, Clone)]
pub struct Again {
    /// What was typed.
    pub form: Vec<(String, String)>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// The page of ours that a form stood on.
fn page_of(req: &ServiceRequest) -> Option<Uri> {
    let said = |name| req.headers().get(name).and_then(|value| value.to_str().ok());
    if *req.method() != Method::POST || !said(ACCEPT)?.contains("text/html") {
        return None;
    }
    let page: Uri = said(REFERER)?.parse().ok()?;
    let is_ours = page.authority()?.as_str() == req.connection_info().host();
    let path = page.path_and_query().filter(|_| is_ours)?;
    path.as_str().parse().ok()
}

/// The refusal of a form that its page did not get to show.
fn refused(response: &ServiceResponse) -> Option<Problem> {
    let is_refused = response.status() == StatusCode::UNPROCESSABLE_ENTITY;
    let problem = response.response().extensions().get::<Problem>().cloned();
    problem.filter(|_| is_refused)
}

/// Brings refused forms back to their pages.
pub async fn bring_back(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let page = page_of(&req);
    let response = next.call(req).await?.map_into_boxed_body();
    let typed = response.request().extensions_mut().remove::<Typed>();
    let (Some(page), Some(problem), Some(Typed(form))) = (page, refused(&response), typed) else {
        return Ok(response);
    };
    let (req, told) = response.into_parts();
    let mut again = ServiceRequest::from_request(req);
    again.extensions_mut().insert(Again { form, problem });
    again.match_info_mut().set(Url::new(page.clone()));
    let head = again.head_mut();
    head.method = Method::GET;
    head.uri = page;
    let shown = next.call(again).await?.map_into_boxed_body();
    let has_form = shown.status() == StatusCode::UNPROCESSABLE_ENTITY && refused(&shown).is_none();
    if has_form {
        return Ok(shown);
    }
    let (req, _) = shown.into_parts();
    Ok(ServiceResponse::new(req, told))
}
