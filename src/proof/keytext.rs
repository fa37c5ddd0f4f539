//! Bech32 texts of 32-byte keys: age recipients and identities, the bidder's key file.
//!
//! In: a prefix and a text or 32 bytes. Out: the bytes or the text. Never: two texts for one key;
//! the case of the text is that of its prefix, and the bits left over are zero.

use bech32::{Bech32, Hrp, primitives::decode::CheckedHrpstring};
use zeroize::Zeroizing;

use super::canon::{Checked, Flaw, ensure};

/// The text of a key, in the case of its prefix.
///
/// # Errors
/// A prefix that is not one of Bech32.
pub(super) fn write(prefix: &str, key: &[u8; 32]) -> Checked<Zeroizing<String>> {
    let upper = prefix.bytes().any(|b| b.is_ascii_uppercase());
    let hrp = Hrp::parse(prefix).map_err(|e| Flaw::new(e.to_string()))?;
    let text = if upper {
        bech32::encode_upper::<Bech32>(hrp, key)
    } else {
        bech32::encode_lower::<Bech32>(hrp, key)
    };
    text.map(Zeroizing::new).map_err(|e| Flaw::new(e.to_string()))
}

/// Reads the one text that [`write`] gives for a key.
///
/// # Errors
/// Another prefix, the other case, a bad checksum, not 32 bytes, bits left over.
pub(super) fn read(prefix: &str, text: &str) -> Checked<Zeroizing<[u8; 32]>> {
    let checked = CheckedHrpstring::new::<Bech32>(text).map_err(|e| Flaw::new(format!("{prefix}: {e}")))?;
    let bytes = Zeroizing::new(checked.byte_iter().collect::<Vec<u8>>());
    let key: [u8; 32] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| Flaw::new(format!("{prefix}: not 32 bytes")))?;
    let key = Zeroizing::new(key);
    ensure(
        write(prefix, &key)?.as_str() == text,
        format_args!("{prefix}: not the one text of this key"),
    )?;
    Ok(key)
}
