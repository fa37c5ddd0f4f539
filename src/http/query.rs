//! What stands behind the question mark of an address, read into a struct.
//!
//! In: the query of a request. Out: the struct. Never: an unknown name taken; a refusal in another shape
//! than that of every other.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode, web};
use serde::de::DeserializeOwned;

use super::{ctx::Ctx, error::Failure, input::named};

/// The query of a request.
pub struct Query<T>(T);

impl<T> Query<T> {
    /// What was asked.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> std::ops::Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let message = match web::Query::<T>::from_query(req.query_string()) {
                Ok(read) => return Ok(Self(read.into_inner())),
                Err(error) => error.to_string(),
            };
            // its own words begin with what went wrong where
            let message = message.rsplit_once("error: ").map_or(&*message, |(_, said)| said);
            let ctx = Ctx::from_request(&req, &mut Payload::None).await?;
            let refusal = named(message, None);
            Err(Failure::refused(&ctx.context, StatusCode::UNPROCESSABLE_ENTITY, &refusal).into())
        })
    }
}
