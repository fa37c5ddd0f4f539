//! Canonical JSON (CJ): RFC 8785 restricted so that no number formatting is needed.
//!
//! In: a typed [`Object`] or a [`serde_json::Value`]. Out: the only bytes that stand for it, or a
//! [`Flaw`]. Never: two byte forms of one object, a float, an absent or an extra member.
//! Objects carry their name and version in `"t"`, which separates the domains of their digests.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// The largest integer of CJ, 2^53 - 1, the largest that every JSON reader keeps exactly.
pub const INT_MAX: i64 = 9_007_199_254_740_991;
/// How many containers may enclose a value.
const DEPTH_MAX: usize = 16;

/// Why bytes or an object are not canonical: a sentence for a developer or an auditor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw(pub String);

impl Flaw {
    /// A flaw with its reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Flaw {}

/// A result whose failure is a [`Flaw`].
pub type Checked<T> = Result<T, Flaw>;

/// Refuses with a reason unless the condition holds.
///
/// # Errors
/// The [`Flaw`] with `reason` when `holds` is false.
pub fn ensure(holds: bool, reason: impl fmt::Display) -> Checked<()> {
    if holds {
        Ok(())
    } else {
        Err(Flaw::new(reason.to_string()))
    }
}

/// SHA-256, written as 64 lower-case hexadecimal digits (hex64).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The 64 zeros that stand before the first event of a chain.
    pub const ZERO: Self = Self([0; 32]);

    /// SHA-256 of the pieces, one after the other.
    #[must_use]
    pub fn of(pieces: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for piece in pieces {
            hasher.update(piece);
        }
        Self(hasher.finalize().into())
    }

    /// Reads exactly 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// Another length, upper case, or other characters.
    pub fn from_hex(text: &str) -> Checked<Self> {
        let lower = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let bytes = hex::decode(text).map_err(|_| Flaw::new("not hex64"))?;
        ensure(lower, "hex64 is lower-case")?;
        Ok(Self(bytes.try_into().map_err(|_| Flaw::new("not hex64"))?))
    }

    /// The 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).map_err(serde::de::Error::custom)
    }
}

/// Bytes written as padded, canonical base64 of the standard alphabet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Base64(pub Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// `[0-9A-Za-z][0-9A-Za-z._-]{0,63}`: the names in every format.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Token(String);

impl Token {
    /// Checks the alphabet and the length.
    ///
    /// # Errors
    /// Anything that is not a token.
    pub fn new(text: impl Into<String>) -> Checked<Self> {
        let text = text.into();
        let first = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let rest = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        ensure(
            first && rest && text.len() <= 64,
            format_args!("not a token: {text:?}"),
        )?;
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Token {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An object of the protocols: a struct whose fields are exactly its members, without `"t"`.
pub trait Object: Serialize + DeserializeOwned {
    /// The name and version, the value of the member `"t"`.
    const T: &'static str;

    /// What the types of the members cannot say: order, ranges, one member against another.
    /// It holds of everything read and of everything written.
    ///
    /// # Errors
    /// The first rule that is broken.
    fn check(&self) -> Checked<()> {
        Ok(())
    }

    /// The object as JSON, `"t"` included.
    ///
    /// # Errors
    /// As [`Object::check`], or a struct that does not serialise to a JSON object.
    fn value(&self) -> Checked<Value> {
        self.check().map_err(|e| Flaw::new(format!("{}: {e}", Self::T)))?;
        match serde_json::to_value(self).map_err(|e| Flaw::new(e.to_string()))? {
            Value::Object(mut map) => {
                map.insert("t".into(), Value::String(Self::T.into()));
                Ok(Value::Object(map))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Flaw::new("not an object"))
            }
        }
    }

    /// CJ of the object.
    ///
    /// # Errors
    /// Integers beyond 2^53 - 1 or nesting beyond 16.
    fn bytes(&self) -> Checked<Vec<u8>> {
        write(&self.value()?)
    }

    /// SHA-256 of CJ.
    ///
    /// # Errors
    /// As [`Object::bytes`].
    fn digest(&self) -> Checked<Hash> {
        Ok(Hash::of(&[&self.bytes()?]))
    }

    /// Reads an object from JSON already parsed: `"t"` and exactly its members.
    ///
    /// # Errors
    /// Another `"t"`, a member too many, too few, or of another type.
    fn from_value(value: &Value) -> Checked<Self> {
        let map = value.as_object().ok_or_else(|| Flaw::new("not an object"))?;
        let t = map.get("t").and_then(Value::as_str).unwrap_or_default();
        ensure(t == Self::T, format_args!("t is {t:?}, not {:?}", Self::T))?;
        let mut members = map.clone();
        members.remove("t");
        let object: Self = serde_json::from_value(Value::Object(members))
            .map_err(|e| Flaw::new(format!("{}: {e}", Self::T)))?;
        // serde lets an optional member be absent and may overlook one: the members must be the same
        ensure(
            &object.value()? == value,
            format_args!("{}: not exactly its members", Self::T),
        )?;
        write(value)?;
        Ok(object)
    }

    /// Reads an object from its canonical bytes.
    ///
    /// # Errors
    /// As [`read`] and [`Object::from_value`].
    fn from_bytes(bytes: &[u8]) -> Checked<Self> {
        Self::from_value(&read(bytes)?)
    }
}

/// An object as a member of another: written with its `"t"`, which a bare struct leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole<T>(pub T);

impl<T: Object> Serialize for Whole<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0.value().map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl<'de, T: Object> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        T::from_value(&value).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Reads a decimal number without sign and without leading zeros.
///
/// # Errors
/// Any other text, or a number beyond 64 bits.
pub fn decimal(text: &str) -> Checked<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let flaw = || Flaw::new(format!("not a decimal number: {text:?}"));
    ensure(digits && (text == "0" || !text.starts_with('0')), flaw().0)?;
    text.parse().map_err(|_| flaw())
}

/// Whether the items ascend strictly, as every list that is "sorted" in the protocols does.
pub fn ascends<T: Ord>(items: impl IntoIterator<Item = T>) -> bool {
    items.into_iter().is_sorted_by(|a, b| a < b)
}

/// The canonical bytes of a value.
///
/// # Errors
/// A top level without a well-formed `"t"`, a float, an integer beyond 2^53 - 1, a bad key,
/// nesting beyond 16.
pub fn write(value: &Value) -> Checked<Vec<u8>> {
    let map = value
        .as_object()
        .ok_or_else(|| Flaw::new("the top level is not an object"))?;
    let t = map
        .get("t")
        .and_then(Value::as_str)
        .ok_or_else(|| Flaw::new("no t"))?;
    ensure(is_type_name(t), format_args!("bad t: {t:?}"))?;
    let mut out = Vec::with_capacity(256);
    write_value(value, 0, &mut out)?;
    Ok(out)
}

/// Parses bytes and refuses every byte form but the canonical one.
///
/// # Errors
/// No JSON, no CJ, or not the canonical form.
pub fn read(bytes: &[u8]) -> Checked<Value> {
    let value: Value = serde_json::from_slice(bytes).map_err(|e| Flaw::new(e.to_string()))?;
    ensure(write(&value)? == bytes, "not in canonical form")?;
    Ok(value)
}

/// SHA-256 of the canonical bytes of a value.
///
/// # Errors
/// As [`write()`].
pub fn digest(value: &Value) -> Checked<Hash> {
    Ok(Hash::of(&[&write(value)?]))
}

fn is_type_name(t: &str) -> bool {
    let Some((name, version)) = t.split_once('/') else {
        return false;
    };
    let mut letters = name.bytes();
    let head = letters.next().is_some_and(|b| b.is_ascii_lowercase());
    let tail = letters.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.');
    let digits = version.bytes().all(|b| b.is_ascii_digit()) && !version.starts_with('0');
    head && tail && name.len() <= 32 && digits && (1..=4).contains(&version.len())
}

fn is_key(key: &str) -> bool {
    let head = key.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    let tail = key
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    head && tail && key.len() <= 32
}

fn write_value(value: &Value, enclosing: usize, out: &mut Vec<u8>) -> Checked<()> {
    ensure(enclosing <= DEPTH_MAX, "nested too deep")?;
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => {
            let n = number.as_i64().filter(|n| n.abs() <= INT_MAX);
            let n = n.ok_or_else(|| Flaw::new(format!("not an integer of CJ: {number}")))?;
            out.extend_from_slice(n.to_string().as_bytes());
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_value(item, enclosing + 1, out)?;
            }
            out.push(b']');
        }
        Value::Object(map) => write_map(map, enclosing, out)?,
    }
    Ok(())
}

fn write_map(map: &Map<String, Value>, enclosing: usize, out: &mut Vec<u8>) -> Checked<()> {
    let mut members: Vec<(&String, &Value)> = map.iter().collect();
    members.sort_unstable_by_key(|(key, _)| key.as_bytes());
    out.push(b'{');
    for (i, (key, value)) in members.into_iter().enumerate() {
        ensure(is_key(key), format_args!("bad key: {key:?}"))?;
        if i > 0 {
            out.push(b',');
        }
        write_string(key, out);
        out.push(b':');
        write_value(value, enclosing + 1, out)?;
    }
    out.push(b'}');
    Ok(())
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    // what needs no escape is copied in runs
    while let Some((plain, tail)) = rest
        .find(|c: char| c < ' ' || matches!(c, '"' | '\\'))
        .and_then(|at| rest.split_at_checked(at))
    {
        out.extend_from_slice(plain.as_bytes());
        let mut tail = tail.chars();
        match tail.next() {
            Some('\u{8}') => out.extend_from_slice(b"\\b"),
            Some('\u{c}') => out.extend_from_slice(b"\\f"),
            Some('\n') => out.extend_from_slice(b"\\n"),
            Some('\r') => out.extend_from_slice(b"\\r"),
            Some('\t') => out.extend_from_slice(b"\\t"),
            Some(c) if c < ' ' => out.extend_from_slice(format!("\\u{:04x}", u32::from(c)).as_bytes()),
            Some('\\') => out.extend_from_slice(b"\\\\"),
            Some(_) | None => out.extend_from_slice(b"\\\""),
        }
        rest = tail.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}
