//! The transcript of a draw: one text, one byte form, and the order that follows from it.
//!
//! In: the bytes of a transcript, or its content. Out: the content, or the bytes, the seed and the
//! order of all items. Never: a second byte form of one draw, a memory reserved by a count in the
//! file, a shuffle, a rejection, or a use of chance outside the seed.

use std::fmt::Write as _;

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

use super::canon::{Checked, Flaw, Hash, INT_MAX, Token, ascends, decimal, ensure};
use super::draw::{BeaconName, Who, check_beacons};

/// The longest transcript, in bytes.
const LONGEST: usize = 64 << 20;

/// A contributor's row: a value needs an envelope, an envelope may have no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contrib {
    /// Who.
    pub who: Who,
    /// The 32 bytes contributed; none from a part that does not open.
    pub value: Option<Hash>,
    /// SHA-256 of the envelope; none from a row the supervisor voided.
    pub env: Option<Hash>,
}

/// A beacon's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeaconRow {
    /// Its source and round.
    pub name: BeaconName,
    /// What it gave.
    pub value: Hash,
}

/// `tianping-draw/1`, the content of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// The draw id.
    pub draw: Token,
    /// From 1.
    pub attempt: u64,
    /// Digest of the previous attempt's `draw.frozen/1`.
    pub prev: Option<Hash>,
    /// `award`, `expert`, `order`, `coef`, ...
    pub purpose: Token,
    /// How many of the order are selected.
    pub take: u64,
    /// c of the draw.frozen event.
    pub frozen: Hash,
    /// Strictly ascending.
    pub items: Vec<Token>,
    /// Strictly ascending by who.
    pub contribs: Vec<Contrib>,
    /// Strictly ascending by source and round.
    pub beacons: Vec<BeaconRow>,
}

/// An item with its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The item.
    pub item: Token,
    /// Its 32 bytes of the keystream.
    pub ticket: Hash,
}

impl Transcript {
    /// Reads a transcript.
    ///
    /// # Errors
    /// Any deviation from the one byte form.
    pub fn parse(bytes: &[u8]) -> Checked<Self> {
        ensure(bytes.len() <= LONGEST, "transcript: more than 64 MiB")?;
        let text = std::str::from_utf8(bytes).map_err(|_| Flaw::new("transcript: not ASCII"))?;
        let mut lines = Lines {
            rest: text,
            left: text.bytes().filter(|b| *b == b'\n').count(),
        };
        ensure(lines.next()? == "tianping-draw/1", "transcript: first line")?;
        let transcript = Self {
            draw: Token::new(lines.field("draw")?)?,
            attempt: decimal(lines.field("attempt")?)?,
            prev: dash(lines.field("prev")?)?,
            purpose: Token::new(lines.field("purpose")?)?,
            take: decimal(lines.field("take")?)?,
            frozen: Hash::from_hex(lines.field("frozen")?)?,
            items: lines.list("items", "item", Token::new)?,
            contribs: lines.list("contribs", "contrib", contrib)?,
            beacons: lines.list("beacons", "beacon", beacon)?,
        };
        ensure(lines.next()? == "end", "transcript: no end")?;
        // whatever the pieces were lenient about, and anything after the end, shows up here
        ensure(
            transcript.text()?.as_bytes() == bytes,
            "transcript: another byte form",
        )?;
        Ok(transcript)
    }

    /// The bytes of the transcript.
    ///
    /// # Errors
    /// Content that breaks a rule of B.3.
    pub fn text(&self) -> Checked<String> {
        self.check()?;
        let mut out = String::new();
        self.write(&mut out)
            .map_err(|_| Flaw::new("transcript: not written"))?;
        ensure(out.len() <= LONGEST, "transcript: more than 64 MiB")?;
        Ok(out)
    }

    /// SHA-256 of the transcript.
    ///
    /// # Errors
    /// As [`Transcript::text`].
    pub fn seed(&self) -> Checked<Hash> {
        Ok(Hash::of(&[self.text()?.as_bytes()]))
    }

    /// All items in the order drawn: the first `take` are selected, the rest are the reserve.
    ///
    /// # Errors
    /// As [`Transcript::text`].
    pub fn order(&self) -> Checked<Vec<Drawn>> {
        let mut tickets = Tickets::new(&self.seed()?);
        let mut order: Vec<Drawn> = self
            .items
            .iter()
            .map(|item| Drawn {
                item: item.clone(),
                ticket: tickets.draw(),
            })
            .collect();
        order.sort_by_key(|drawn| drawn.ticket);
        Ok(order)
    }

    fn check(&self) -> Checked<()> {
        let int_max = INT_MAX.unsigned_abs();
        ensure((1..=int_max).contains(&self.attempt), "attempt is 1 to 2^53 - 1")?;
        ensure(
            (self.attempt == 1) == self.prev.is_none(),
            "prev is - exactly for attempt 1",
        )?;
        let items = u64::try_from(self.items.len()).unwrap_or(u64::MAX);
        ensure((1..=items).contains(&self.take), "take is 1 to the items")?;
        ensure(ascends(&self.items), "items are not strictly ascending")?;
        ensure(
            ascends(self.contribs.iter().map(|row| &row.who)),
            "contributors are not strictly ascending",
        )?;
        ensure(
            self.contribs
                .iter()
                .all(|row| row.env.is_some() || row.value.is_none()),
            "a value without an envelope",
        )?;
        ensure(
            self.contribs.iter().any(|row| row.value.is_some()) || !self.beacons.is_empty(),
            "neither a value nor a beacon",
        )?;
        check_beacons(self.beacons.iter().map(|row| &row.name), self.attempt)
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "tianping-draw/1")?;
        writeln!(out, "draw {}", self.draw)?;
        writeln!(out, "attempt {}", self.attempt)?;
        writeln!(out, "prev {}", or_dash(self.prev))?;
        writeln!(out, "purpose {}", self.purpose)?;
        writeln!(out, "take {}", self.take)?;
        writeln!(out, "frozen {}", self.frozen)?;
        writeln!(out, "items {}", self.items.len())?;
        for item in &self.items {
            writeln!(out, "item {item}")?;
        }
        writeln!(out, "contribs {}", self.contribs.len())?;
        for row in &self.contribs {
            let (value, env) = (or_dash(row.value), or_dash(row.env));
            writeln!(out, "contrib {} {value} {env}", row.who)?;
        }
        writeln!(out, "beacons {}", self.beacons.len())?;
        for row in &self.beacons {
            writeln!(out, "beacon {} {} {}", row.name.src, row.name.round, row.value)?;
        }
        writeln!(out, "end")
    }
}

/// The tickets of a seed, one after the other: its `ChaCha20` keystream in pieces of 32 bytes.
pub struct Tickets(ChaCha20Rng);

impl Tickets {
    /// Key = seed, nonce 0, counter 0, 20 rounds.
    #[must_use]
    pub fn new(seed: &Hash) -> Self {
        Self(ChaCha20Rng::from_seed(seed.0))
    }

    /// The next ticket.
    pub fn draw(&mut self) -> Hash {
        let mut ticket = Hash::ZERO;
        self.0.fill_bytes(&mut ticket.0);
        ticket
    }
}

struct Lines<'a> {
    rest: &'a str,
    left: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Checked<&'a str> {
        let (line, rest) = self
            .rest
            .split_once('\n')
            .ok_or_else(|| Flaw::new("transcript: ends early"))?;
        self.rest = rest;
        self.left -= 1;
        Ok(line)
    }

    fn field(&mut self, name: &str) -> Checked<&'a str> {
        let line = self.next()?;
        line.strip_prefix(name)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or_else(|| Flaw::new(format!("transcript: no {name}")))
    }

    /// A count and that many lines; the count is compared with the lines left before it is used.
    fn list<T>(&mut self, count: &str, name: &str, read: impl Fn(&'a str) -> Checked<T>) -> Checked<Vec<T>> {
        let n = usize::try_from(decimal(self.field(count)?)?).unwrap_or(usize::MAX);
        ensure(
            n <= self.left,
            format_args!("transcript: more {count} than lines left"),
        )?;
        (0..n).map(|_| read(self.field(name)?)).collect()
    }
}

fn dash(text: &str) -> Checked<Option<Hash>> {
    match text {
        "-" => Ok(None),
        hex => Hash::from_hex(hex).map(Some),
    }
}

fn or_dash(hash: Option<Hash>) -> String {
    hash.map_or_else(|| "-".into(), |hash| hash.to_hex())
}

/// Splits a row at its spaces into exactly three columns.
fn columns(row: &str) -> Checked<(&str, &str, &str)> {
    let (first, rest) = row.split_once(' ').unwrap_or_default();
    let (second, third) = rest
        .split_once(' ')
        .ok_or_else(|| Flaw::new("transcript: not three columns"))?;
    Ok((first, second, third))
}

fn contrib(row: &str) -> Checked<Contrib> {
    let (who, value, env) = columns(row)?;
    Ok(Contrib {
        who: Who::new(who)?,
        value: dash(value)?,
        env: dash(env)?,
    })
}

fn beacon(row: &str) -> Checked<BeaconRow> {
    let (src, round, value) = columns(row)?;
    Ok(BeaconRow {
        name: BeaconName {
            src: src.into(),
            round: decimal(round)?,
        },
        value: Hash::from_hex(value)?,
    })
}
