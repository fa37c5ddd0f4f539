//! The blob store: large ciphertext and documents, addressed by their SHA-256, durable before the
//! act that names them commits. A local directory; anything that `object_store` speaks may follow.

use std::{path::Path, sync::Arc};

use futures_util::{StreamExt as _, stream::BoxStream};
use object_store::{
    ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart, local::LocalFileSystem, path::Path as Key,
};
use sha2::{Digest as _, Sha256};

use super::Fault;
use crate::{domain::time::Instant, proof::canon::Hash};

/// The blobs; clones share the store.
#[derive(Clone)]
pub struct Blobs(Arc<dyn ObjectStore>);

impl From<object_store::Error> for Fault {
    fn from(e: object_store::Error) -> Self {
        Self::new("blob store", e)
    }
}

/// The bytes of a blob as they come.
pub type Chunks = BoxStream<'static, object_store::Result<bytes::Bytes>>;

fn key(hash: &Hash) -> Key {
    let hex = hash.to_hex();
    let (head, rest) = hex.split_at(2);
    Key::from(format!("{head}/{rest}"))
}

impl Blobs {
    /// The blobs of a data directory.
    pub fn open(data: &Path) -> Result<Self, Fault> {
        let root = data.join("blobs");
        std::fs::create_dir_all(&root)?;
        Ok(Self(Arc::new(
            LocalFileSystem::new_with_prefix(root)?.with_fsync(true),
        )))
    }

    /// Stores bytes; returns their address.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Hash, Fault> {
        let hash = Hash::of(&[&bytes]);
        self.0.put(&key(&hash), PutPayload::from(bytes)).await?;
        Ok(hash)
    }

    /// Stores what a stream brings, in memory only a few pieces at a time; false, and nothing is kept,
    /// when the bytes have another address than `expected`.
    pub async fn put_stream<E: Into<Fault>>(
        &self,
        expected: &Hash,
        mut pieces: impl futures_util::Stream<Item = Result<Vec<u8>, E>> + Unpin,
    ) -> Result<bool, Fault> {
        let upload = self.0.put_multipart(&key(expected)).await?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, 8 << 20);
        let mut hasher = Sha256::new();
        while let Some(piece) = pieces.next().await {
            let piece = match piece {
                Ok(piece) => piece,
                Err(e) => {
                    writer.abort().await?;
                    return Err(e.into());
                }
            };
            hasher.update(&piece);
            writer.wait_for_capacity(4).await?;
            writer.write(&piece);
        }
        if Hash(hasher.finalize().into()) != *expected {
            writer.abort().await?;
            return Ok(false);
        }
        writer.finish().await?;
        Ok(true)
    }

    /// Stores a file, in memory only a piece at a time; returns its address.
    pub async fn put_file(&self, path: &Path) -> Result<Hash, Fault> {
        let hashed = path.to_owned();
        let hash = tokio::task::spawn_blocking(move || hash_file(&hashed))
            .await
            .map_err(|e| Fault::new("blob", e))??;
        let file = std::fs::File::open(path)?;
        let is_kept = self
            .put_stream(&hash, futures_util::stream::iter(Pieces(file)))
            .await?;
        must_be_kept(is_kept)?;
        Ok(hash)
    }

    /// Deletes a blob that was put before an instant and not since; whether it is gone.
    pub async fn forget(&self, hash: &Hash, before: Instant) -> Result<bool, Fault> {
        match self.0.head(&key(hash)).await {
            Ok(meta) if meta.last_modified.timestamp_millis() >= before.0 => return Ok(false),
            Ok(_) => {}
            Err(object_store::Error::NotFound { .. }) => return Ok(true),
            Err(e) => return Err(e.into()),
        }
        self.0.delete(&key(hash)).await?;
        Ok(true)
    }

    /// The whole of a small blob.
    pub async fn get(&self, hash: &Hash) -> Result<Vec<u8>, Fault> {
        Ok(self.0.get(&key(hash)).await?.bytes().await?.to_vec())
    }

    /// A blob's length and its bytes as they come.
    pub async fn stream(&self, hash: &Hash) -> Result<(u64, Chunks), Fault> {
        let found = self.0.get(&key(hash)).await?;
        let len = found.meta.size;
        Ok((len, found.into_stream()))
    }
}

/// What this program itself has just hashed has the address it was hashed to.
pub fn must_be_kept(is_kept: bool) -> Result<(), Fault> {
    if is_kept {
        Ok(())
    } else {
        Err(Fault::new("blob store", "the file changed while it was read"))
    }
}

/// A file, a mebibyte at a time.
struct Pieces(std::fs::File);

impl Iterator for Pieces {
    type Item = Result<Vec<u8>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut piece = vec![0; 1 << 20];
        match std::io::Read::read(&mut self.0, &mut piece) {
            Ok(0) => None,
            Ok(n) => {
                piece.truncate(n);
                Some(Ok(piece))
            }
            Err(e) => Some(Err(e.into())),
        }
    }
}

fn hash_file(path: &Path) -> Result<Hash, Fault> {
    let mut hasher = Sha256::new();
    for piece in Pieces(std::fs::File::open(path)?) {
        hasher.update(piece?);
    }
    Ok(Hash(hasher.finalize().into()))
}
