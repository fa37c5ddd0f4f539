//! A file on its way in: a form with a file in it, or the raw body of a PUT, streamed to the disk.
//!
//! Out: the fields of the form, the file with its length and SHA-256. Never: a file held in memory,
//! more bytes taken than the limit, a cookie session acted for without its form token.

use std::{future::Future, io::Write as _, pin::Pin};

use actix_multipart::Multipart;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::StatusCode, web::Bytes};
use futures_util::{Stream, StreamExt as _};
use sha2::{Digest as _, Sha256};
use tempfile::NamedTempFile;

use super::{
    ctx::Ctx,
    error::Failure,
    input::{Envelope, check_origin},
};
use crate::{
    app::{Error, Once},
    domain::{
        document::SIZE_MAX,
        refusal::{
            Refusal,
            tender::{DOCUMENT_EMPTY, DOCUMENT_LARGE},
        },
    },
    proof::canon::Hash,
    store::Fault,
};

/// How much of a file's beginning is kept in memory, to see what it is.
const HEAD: usize = 512;
/// The largest field of text beside a file.
const FIELD_MAX: usize = 64 << 10;

/// The most fields beside a file.
const FIELDS_MAX: usize = 32;

/// A file that arrived.
pub struct Arrived {
    /// The name it was sent under; empty for a raw body.
    pub name: String,
    /// Where it lies; gone when dropped.
    pub file: NamedTempFile,
    /// Its length.
    pub n_bytes: i64,
    /// Its SHA-256.
    pub sha256: Hash,
    /// Its first bytes.
    pub head: Vec<u8>,
}

/// A request with a file.
pub struct Upload {
    /// The file.
    pub file: Arrived,
    /// The envelope.
    pub envelope: Envelope,
    /// The other fields of the form.
    pub form: Vec<(String, String)>,
}

impl Upload {
    /// A field of the form.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.form.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }
}

/// Why a body was not taken.
enum Stop {
    Large,
    Empty,
    Broken,
    Fault(Fault),
}

impl From<std::io::Error> for Stop {
    fn from(e: std::io::Error) -> Self {
        Self::Fault(e.into())
    }
}

impl Stop {
    fn failure(self, ctx: &Ctx) -> Failure {
        let refused = |status, refusal: Refusal| Failure::refused(&ctx.context, status, &refusal.at("file"));
        match self {
            Self::Large => refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                Refusal::new(&DOCUMENT_LARGE).fact("limit", format!("{} MB", SIZE_MAX >> 20)),
            ),
            Self::Empty => refused(StatusCode::UNPROCESSABLE_ENTITY, Refusal::new(&DOCUMENT_EMPTY)),
            Self::Broken => Failure::plain(&ctx.context, StatusCode::BAD_REQUEST, "malformed"),
            Self::Fault(fault) => Failure::of(&ctx.context, Error::Fault(fault)),
        }
    }
}

/// Writes what a stream brings to a temporary file beside the blobs.
async fn receive<E>(
    ctx: &Ctx,
    name: String,
    mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Arrived, Stop> {
    let mut file = NamedTempFile::new_in(&ctx.app.config.data)?;
    let (mut hasher, mut head, mut n_bytes) = (Sha256::new(), Vec::new(), 0_i64);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Stop::Broken)?;
        n_bytes = n_bytes.saturating_add(i64::try_from(piece.len()).unwrap_or(i64::MAX));
        if n_bytes > SIZE_MAX {
            return Err(Stop::Large);
        }
        head.extend(piece.iter().take(HEAD.saturating_sub(head.len())));
        hasher.update(&piece);
        file.write_all(&piece)?;
    }
    if n_bytes == 0 {
        return Err(Stop::Empty);
    }
    file.flush()?;
    Ok(Arrived {
        name,
        file,
        n_bytes,
        sha256: Hash(hasher.finalize().into()),
        head,
    })
}

/// The fields of a form and its file.
async fn read_form(ctx: &Ctx, mut parts: Multipart) -> Result<(Vec<(String, String)>, Arrived), Stop> {
    let (mut form, mut file) = (Vec::new(), None);
    while let Some(part) = parts.next().await {
        let mut part = part.map_err(|_| Stop::Broken)?;
        let key = part.name().unwrap_or_default().to_owned();
        let sent_as = part
            .content_disposition()
            .and_then(|d| d.get_filename().map(str::to_owned));
        if let Some(name) = sent_as {
            file = Some(receive(ctx, name, part).await?);
        } else if form.len() == FIELDS_MAX {
            return Err(Stop::Broken);
        } else {
            let bytes = part.bytes(FIELD_MAX).await.map_err(|_| Stop::Broken)?;
            let bytes = bytes.map_err(|_| Stop::Broken)?;
            form.push((key, String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    Ok((form, file.ok_or(Stop::Empty)?))
}

fn take(form: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = form.iter().position(|(key, _)| key == name)?;
    Some(form.remove(at).1)
}

impl FromRequest for Upload {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let ctx = Ctx::from_request(req, &mut Payload::None);
        let body = payload.take();
        let req = req.clone();
        Box::pin(async move {
            let ctx = ctx.await?;
            // nobody sends files without saying who he is
            ctx.person()?;
            let read = if req.content_type() == "multipart/form-data" {
                read_form(&ctx, Multipart::new(req.headers(), body)).await
            } else {
                receive(&ctx, String::new(), body)
                    .await
                    .map(|file| (Vec::new(), file))
            };
            let (mut form, file) = read.map_err(|stop| stop.failure(&ctx))?;
            check_origin(&req, &ctx, take(&mut form, "csrf"))?;
            let header = req
                .headers()
                .get("Idempotency-Key")
                .and_then(|value| value.to_str().ok());
            let key = header
                .map(str::to_owned)
                .or_else(|| take(&mut form, "idempotency_key"));
            let digest = Hash::of(&[
                &*ctx.app.secrets.token_key,
                req.method().as_str().as_bytes(),
                b" ",
                req.uri().to_string().as_bytes(),
                b"\n",
                &file.sha256.0,
                format!("{form:?}").as_bytes(),
            ]);
            let once = Once::of(key, digest).map_err(|refusal| {
                Failure::refused(&ctx.context, StatusCode::UNPROCESSABLE_ENTITY, &refusal)
            })?;
            let envelope = Envelope {
                once,
                version: None,
                password: None,
                digest: None,
                received_at: ctx.app.clock.now(),
            };
            Ok(Self { file, envelope, form })
        })
    }
}
