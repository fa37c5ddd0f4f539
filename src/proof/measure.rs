//! What is said of a ciphertext: its length, its SHA-256 and the root over its pieces, taken while
//! it streams past.
//!
//! In: bytes read or written. Out: the same bytes and their measures. Never: the bytes held.

use std::io::{self, Read, Write};

use sha2::{Digest as _, Sha256};

use super::bid::Head;
use super::canon::{Checked, Flaw, Hash};
use super::merkle::Edge;

/// The length of a piece in bytes; the last piece of a ciphertext may be shorter.
pub const PIECE: u64 = 1 << 20;

/// The measures of a ciphertext, as its part's head states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// The length in bytes.
    pub len: u64,
    /// SHA-256 of the bytes.
    pub sha256: Hash,
    /// RFC 6962 root over the pieces.
    pub chunks: Hash,
}

impl Measures {
    /// Of a whole stream.
    ///
    /// # Errors
    /// A stream that cannot be read.
    pub fn of(input: impl Read) -> io::Result<Self> {
        let mut meter = Meter::new(input);
        io::copy(&mut meter, &mut io::sink())?;
        Ok(meter.measures())
    }

    /// Whether these are the bytes that a head speaks of: if not, it is E-HASH, the platform's fault.
    #[must_use]
    pub fn fit(&self, hd: &Head) -> bool {
        (self.len, self.sha256, self.chunks) == (hd.len, hd.sha256, hd.chunks)
    }
}

/// A reader or a writer that measures what passes.
pub struct Meter<T> {
    inner: T,
    failed: Option<io::ErrorKind>,
    len: u64,
    whole: Sha256,
    piece: Sha256,
    pieces: Edge,
}

impl<T> Meter<T> {
    /// Nothing has passed.
    pub fn new(inner: T) -> Self {
        Self {
            inner,
            failed: None,
            len: 0,
            whole: Sha256::new(),
            piece: leaf(),
            pieces: Edge::default(),
        }
    }

    /// The measures of what has passed.
    pub fn measures(&self) -> Measures {
        let mut pieces = self.pieces.clone();
        if !self.len.is_multiple_of(PIECE) {
            pieces.append(Hash(self.piece.clone().finalize().into()), |_| ());
        }
        Measures {
            len: self.len,
            sha256: Hash(self.whole.clone().finalize().into()),
            chunks: pieces.root(),
        }
    }

    /// Whether the bytes could be had at all: a disk that failed once is no verdict on its bytes.
    ///
    /// # Errors
    /// The kind of failure there was.
    pub fn sound(&self) -> io::Result<()> {
        self.failed.map_or(Ok(()), |kind| Err(kind.into()))
    }

    fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = usize::try_from(PIECE - self.len % PIECE).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.whole.update(now);
            self.piece.update(now);
            self.len += u64::try_from(now.len()).unwrap_or_default();
            if self.len.is_multiple_of(PIECE) {
                let full = std::mem::replace(&mut self.piece, leaf());
                self.pieces.append(Hash(full.finalize().into()), |_| ());
            }
            bytes = rest;
        }
    }

    fn note<V>(&mut self, done: io::Result<V>) -> io::Result<V> {
        if let Err(error) = &done
            && error.kind() != io::ErrorKind::Interrupted
        {
            self.failed = Some(error.kind());
        }
        done
    }
}

impl<T: Read> Read for Meter<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer);
        let n = self.note(read)?;
        self.pass(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }
}

impl<T: Write> Write for Meter<T> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer);
        let n = self.note(written)?;
        self.pass(buffer.get(..n).unwrap_or_default());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// The hash of a piece, begun: SHA-256(0x00 || piece).
fn leaf() -> Sha256 {
    Sha256::new_with_prefix([0])
}

/// An input or output that failed, as a reason.
pub(super) fn io_flaw(error: impl std::fmt::Display) -> Flaw {
    Flaw::new(format!("input or output: {error}"))
}

/// The length of something in memory.
pub(super) fn length(bytes: &[u8]) -> Checked<u64> {
    u64::try_from(bytes.len()).map_err(io_flaw)
}
