//! What commands print, line by line.
//!
//! In: lines. Out: the same on stdout. Never: a panic or a complaint because whoever read them has read
//! enough, as `head` has.

use std::{
    error::Error,
    fmt,
    io::{self, ErrorKind, StdoutLock, Write},
};

/// Nobody reads what is printed any more.
#[derive(Debug)]
struct Unread;

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nobody reads what is printed")
    }
}

impl Error for Unread {}

/// Stdout, held for the lines of one table.
pub struct Out(StdoutLock<'static>);

/// Holds stdout.
pub fn out() -> Out {
    Out(io::stdout().lock())
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).map_err(unread)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(unread)
    }
}

// a pipe may also break towards a server: only the one of stdout ends a command without a word
fn unread(error: io::Error) -> io::Error {
    if error.kind() == ErrorKind::BrokenPipe {
        io::Error::new(ErrorKind::BrokenPipe, Unread)
    } else {
        error
    }
}

/// Prints a line.
///
/// # Errors
/// Stdout that cannot be written to.
pub fn line(what: impl fmt::Display) -> io::Result<()> {
    writeln!(out(), "{what}")
}

/// Whether a command ended because nobody reads what it prints.
pub fn is_unread(error: &(dyn Error + Send + Sync + 'static)) -> bool {
    let told = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    matches!(told, Some(inner) if inner.is::<Unread>())
}
