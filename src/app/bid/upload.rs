//! Resumable upload of large ciphertext in 1 MiB pieces.
//!
//! In: pieces with the hash of their leaf, in any order, again after a break. Out: the ciphertext in
//! the blob store, complete when length, root and SHA-256 agree. Never: other bytes at a place
//! already filled, an upload shown to anybody but its owner, a piece kept whose hash is wrong.

use std::path::PathBuf;

use futures_util::stream;
use serde::{Deserialize, Serialize};

use super::public_lot;
use crate::{
    app::{Answer, App, Error},
    clock,
    domain::{
        actor::Actor,
        bid,
        id::Id,
        refusal::{Refusal, bid as reason, require},
        time::DAY,
    },
    proof::{
        canon::{Hash, Token},
        measure::PIECE,
        merkle,
    },
    store::{self, Fault, upload::Upload},
};

/// The largest ciphertext the platform takes, bytes: 4 GiB - 1, the largest member of a package.
pub const LEN_MAX: u64 = 0xffff_ffff;
/// What one account may announce to upload in a day, bytes: the disk is everybody's.
const DAILY: u64 = 4 * (LEN_MAX + 1);

/// What is to be uploaded.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    /// The part's name.
    pub part: String,
    /// The length of the ciphertext.
    pub len: u64,
    /// SHA-256 of the ciphertext.
    #[schema(value_type = String)]
    pub sha256: Hash,
    /// Root over its pieces.
    #[schema(value_type = String)]
    pub chunks: Hash,
}

/// Where to send the pieces.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Begun {
    /// The upload's id.
    #[schema(value_type = String)]
    pub id: Id,
}

/// A piece that arrived.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Arrived {
    /// Its number.
    pub i: u64,
    /// Its leaf.
    #[schema(value_type = String)]
    pub leaf: Hash,
}

/// What is there.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Progress {
    /// The leaf of every piece, null where it is missing.
    #[schema(value_type = Vec<Option<String>>)]
    pub leaves: Vec<Option<Hash>>,
    /// Whether all is there and agrees.
    pub is_complete: bool,
}

fn pieces(len: u64) -> u64 {
    len.div_ceil(PIECE)
}

fn length_of(upload: &Upload) -> Result<u64, Fault> {
    u64::try_from(upload.len).map_err(|e| Fault::new("upload", e))
}

impl App {
    fn piece_path(&self, upload: &Id, i: u64) -> PathBuf {
        self.config
            .data
            .join("uploads")
            .join(upload.as_str())
            .join(i.to_string())
    }

    /// Begins an upload for a lot that takes bids.
    pub async fn begin_upload(&self, actor: &Actor, lot: String, begin: Begin) -> Answer<Begun> {
        require(begin.len >= 1 && begin.len <= LEN_MAX, || {
            Refusal::new(&reason::TOO_LARGE).fact("max", LEN_MAX).at("len")
        })?;
        let part = Token::new(begin.part.as_str()).map_err(|_| {
            let short: String = begin.part.chars().take(40).collect();
            Refusal::new(&reason::UPLOAD).fact("part", short).at("part")
        })?;
        let upload = Upload {
            id: self.entropy.id(),
            lot_id: Id(lot),
            account_id: Id(actor.token().to_owned()),
            part: part.to_string(),
            len: i64::try_from(begin.len).map_err(|e| Fault::new("upload", e))?,
            sha256: begin.sha256.to_hex(),
            chunks: begin.chunks.to_hex(),
            is_complete: false,
            created_at: clock::machine(),
        };
        let begun = Begun {
            id: upload.id.clone(),
        };
        let now = self.clock.now();
        self.maintain(move |db| {
            let lot = public_lot(db, upload.lot_id.as_str())?;
            bid::in_time(&lot, now)?;
            let day = upload.created_at.plus(-DAY);
            let before = store::upload::announced(db, &upload.account_id, day)?;
            let announced = u64::try_from(before.saturating_add(upload.len)).unwrap_or(u64::MAX);
            require(announced <= DAILY, || {
                Refusal::new(&reason::QUOTA).fact("max", DAILY >> 30).at("len")
            })?;
            Ok(store::upload::insert(db, &upload)?)
        })
        .await?;
        Ok(begun)
    }

    async fn upload(&self, actor: &Actor, id: String) -> Answer<Upload> {
        let account = actor.token().to_owned();
        self.view(move |db| store::upload::find(db, &Id(id), &account)?.ok_or(Error::NotFound))
            .await
    }

    /// Takes a piece. The same bytes again are welcome; others at a filled place are refused with 409.
    pub async fn put_piece(
        &self,
        actor: &Actor,
        id: String,
        i: u64,
        leaf: Hash,
        bytes: Vec<u8>,
    ) -> Answer<Arrived> {
        let upload = self.upload(actor, id).await?;
        let len = length_of(&upload)?;
        let refused = || Refusal::new(&reason::PIECE).fact("i", i);
        require(i < pieces(len), refused)?;
        let expected = if i + 1 == pieces(len) {
            len - i * PIECE
        } else {
            PIECE
        };
        require(
            u64::try_from(bytes.len()) == Ok(expected) && merkle::leaf_hash(&bytes) == leaf,
            refused,
        )?;
        let (key, number) = (
            upload.id.clone(),
            i64::try_from(i).map_err(|e| Fault::new("upload", e))?,
        );
        let there = self
            .view({
                let key = key.clone();
                move |db| Ok(store::upload::leaf(db, &key, number)?)
            })
            .await?;
        if let Some(there) = there {
            same(&there, &leaf)?;
        } else {
            let path = self.piece_path(&upload.id, i);
            tokio::task::spawn_blocking(move || write_piece(&path, &bytes))
                .await
                .map_err(|e| Fault::new("upload", e))??;
        }
        let n_there = self
            .maintain(move |db| {
                match store::upload::leaf(db, &key, number)? {
                    Some(there) => same(&there, &leaf)?,
                    None => drop(store::upload::add_piece(db, &key, number, &leaf.to_hex())?),
                }
                Ok(store::upload::leaves(db, &key)?.len())
            })
            .await?;
        // again as well: the machine may have stopped between the last piece and the whole
        if !upload.is_complete && u64::try_from(n_there) == Ok(pieces(len)) {
            let whole = self.assemble(&upload, len).await;
            // the same last piece came twice at once, and the other one made it whole
            let id = upload.id.0;
            if whole.is_err() && !self.upload(actor, id).await.is_ok_and(|now| now.is_complete) {
                whole?;
            }
        }
        Ok(Arrived { i, leaf })
    }

    /// All pieces are there: their root must be the one announced, and the bytes go to the blob store
    /// only if their SHA-256 is too. An upload announced with other digests than its pieces have can
    /// never become complete: it is forgotten.
    async fn assemble(&self, upload: &Upload, len: u64) -> Answer<()> {
        if self.fits(upload, len).await? {
            let id = upload.id.clone();
            self.maintain(move |db| Ok(store::upload::set_complete(db, &id)?))
                .await?;
            self.drop_pieces(&upload.id);
            return Ok(());
        }
        self.forget_upload(&upload.id).await?;
        Err(Refusal::new(&reason::UPLOAD_DIGEST)
            .fact("part", &upload.part)
            .into())
    }

    async fn fits(&self, upload: &Upload, len: u64) -> Answer<bool> {
        let id = upload.id.clone();
        let leaves = self.view(move |db| Ok(store::upload::leaves(db, &id)?)).await?;
        let leaves = leaves
            .iter()
            .map(|(_, leaf)| Hash::from_hex(leaf))
            .collect::<Result<Vec<_>, _>>()?;
        if merkle::root(&leaves).to_hex() != upload.chunks {
            return Ok(false);
        }
        let paths: Vec<PathBuf> = (0..pieces(len)).map(|i| self.piece_path(&upload.id, i)).collect();
        let pieces = stream::iter(
            paths
                .into_iter()
                .map(|path| std::fs::read(path).map_err(Fault::from)),
        );
        Ok(self
            .blobs
            .put_stream(&Hash::from_hex(&upload.sha256)?, pieces)
            .await?)
    }

    fn drop_pieces(&self, upload: &Id) {
        let dir = self.config.data.join("uploads").join(upload.as_str());
        if let Err(e) = std::fs::remove_dir_all(dir) {
            tracing::warn!(%e, "pieces of an upload could not be removed");
        }
    }

    /// Which pieces are there, for resuming.
    pub async fn progress(&self, actor: &Actor, id: String) -> Answer<Progress> {
        let upload = self.upload(actor, id).await?;
        let n = usize::try_from(pieces(length_of(&upload)?)).map_err(|e| Fault::new("upload", e))?;
        let key = upload.id.clone();
        let there = self.view(move |db| Ok(store::upload::leaves(db, &key)?)).await?;
        let mut leaves = vec![None; n];
        for (i, leaf) in there {
            if let Some(place) = usize::try_from(i).ok().and_then(|i| leaves.get_mut(i)) {
                *place = Some(Hash::from_hex(&leaf)?);
            }
        }
        Ok(Progress {
            leaves,
            is_complete: upload.is_complete,
        })
    }

    /// Forgets uploads that were begun two days ago and came to nothing: never finished, or whole and
    /// of no use since their lot takes no bids; bytes that nothing else needs go too.
    pub async fn forget_stale_uploads(&self) -> Answer<()> {
        let before = clock::machine().plus(-2 * DAY);
        let stale = self.view(move |db| Ok(store::upload::stale(db, before)?)).await?;
        for id in stale {
            self.forget_upload(&id).await?;
        }
        let spent = self.view(move |db| Ok(store::upload::spent(db, before)?)).await?;
        for upload in spent {
            let (id, hash) = (upload.id.clone(), Hash::from_hex(&upload.sha256)?);
            let is_needed = self
                .view(move |db| Ok(store::upload::is_needed(db, &upload)?))
                .await?;
            if is_needed || self.blobs.forget(&hash, before).await? {
                self.forget_upload(&id).await?;
            }
        }
        Ok(())
    }

    async fn forget_upload(&self, id: &Id) -> Answer<()> {
        let key = id.clone();
        self.maintain(move |db| Ok(store::upload::delete(db, &key)?))
            .await?;
        self.drop_pieces(id);
        Ok(())
    }
}

/// The same piece again is welcome, another at its place is not.
fn same(there: &str, leaf: &Hash) -> Answer<()> {
    if there == leaf.to_hex() {
        Ok(())
    } else {
        Err(Error::Stale)
    }
}

fn write_piece(path: &std::path::Path, bytes: &[u8]) -> Result<(), Fault> {
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    // a piece appears whole or not at all, whatever breaks off
    let part = path.with_extension("part");
    std::fs::write(&part, bytes)?;
    std::fs::rename(&part, path)?;
    Ok(())
}
