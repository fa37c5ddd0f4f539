//! Sealing offline, whatever is sealed: a bid, or a contribution to a draw that is repeated.
//!
//! In: the key file, the trust files, the key sets, what goes into each part. Out: one package. Never: a part
//! sealed to keys that were not checked; a package over a file that is there.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufWriter, Cursor, Read},
    path::{Path, PathBuf},
};

use clap::Args;
use indicatif::ProgressBar;

use super::{Said, fresh, key::KeyFile};
use crate::{
    cli::Try,
    domain::code::CreditCode,
    entropy::Entropy,
    proof::{
        bid::{BodyHead, Part, Slot},
        canon::{Hash, Object as _, Token},
        envelope::Recipient,
        keyset::{Pack, StageKeys},
        package::Package,
        parties::Parties,
        policy::Policy,
        seal::{Address, Content},
        sig::Sig,
    },
};

/// What every sealing needs.
#[derive(Debug, Args)]
pub struct Sealing {
    /// The package to make, usually `<lot>.bid`.
    #[arg(short, long)]
    out: PathBuf,
    #[command(flatten)]
    key: KeyFile,
    /// `parties.json` of the tender, compared with the digest printed in its documents.
    #[arg(long)]
    parties: PathBuf,
    /// `log.policy` of the platform, obtained from the supervision bureau.
    #[arg(long)]
    policy: PathBuf,
    /// The key set of every stage that is sealed to: `price.keyset`, `draw1.keyset` ...
    #[arg(long = "keyset", required = true)]
    keysets: Vec<PathBuf>,
    /// Your organisation's credit code.
    #[arg(long, value_parser = bidder)]
    bidder: String,
    /// Number of this submission: 1, and one more after each earlier submission or withdrawal.
    #[arg(long, default_value_t = 1)]
    seq: u64,
    /// Digest of the submission or withdrawal before, when there was one.
    #[arg(long)]
    prev: Option<String>,
}

/// A credit code with its check characters, or the pseudonym of a natural person, which begins with `P`
/// and has no check.
fn bidder(text: &str) -> Result<String, String> {
    if text.starts_with('P') {
        return Ok(text.to_owned());
    }
    let code = CreditCode::parse(text, "bidder").map_err(|refusal| crate::cli::told(&refusal))?;
    Ok(code.to_string())
}

/// What is sealed in a part: its name, its length in bytes, the bytes.
pub struct Body {
    name: String,
    len: u64,
    bytes: Box<dyn Read>,
}

impl Body {
    /// Bytes in memory.
    pub fn whole(name: &str, bytes: Vec<u8>) -> Try<Self> {
        Ok(Self {
            name: name.to_owned(),
            len: bytes.len().try_into()?,
            bytes: Box::new(Cursor::new(bytes)),
        })
    }

    /// 32 random bytes, for a draw.
    pub fn contribution(entropy: &Entropy) -> Try<Self> {
        Self::whole("contribution", entropy.bytes::<32>().to_vec())
    }

    /// A file as it is.
    pub fn file(path: &Path) -> Try<Self> {
        let file = File::open(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: name.into_owned(),
            len: file.metadata()?.len(),
            bytes: Box::new(file),
        })
    }
}

impl Sealing {
    /// Seals one part to each stage: `slot` says which part it is, `body` what goes into it.
    pub fn run(
        self,
        slot: impl Fn(&StageKeys) -> Try<Slot>,
        body: impl Fn(&Slot, &Entropy) -> Try<Body>,
    ) -> Said {
        let stages = self.stages()?;
        let first = stages.first().ok_or("no key set")?;
        let address = Address {
            tender: first.keyset.tender.clone(),
            lot: first.keyset.lot.clone(),
            bidder: Token::new(&*self.bidder)?,
            seq: self.seq,
            prev: self.prev.as_deref().map(Hash::from_hex).transpose()?,
        };
        let key = self.key.open()?;
        let out = fresh(&self.out)?;
        let (scratch, entropy) = (tempfile::tempdir()?, Entropy::system());
        let bar = ProgressBar::new(stages.len().try_into()?);
        let (mut parts, mut slots) = (Vec::new(), Vec::new());
        for stage in &stages {
            bar.set_message(stage.keyset.stage.to_string());
            let slot = slot(stage)?;
            let body = body(&slot, &entropy)?;
            let layers: Vec<Recipient> = stage.recipients().copied().collect();
            parts.push(seal((&address, &slot), &layers, body, &entropy, scratch.path())?);
            slots.push(slot);
            bar.inc(1);
        }
        bar.finish_and_clear();
        slots.sort();
        let submit = address.submit(parts, &slots)?;
        let signed = key.sign_object(&submit)?;
        let package = Package {
            packs: self.packs()?,
            sig: Sig::from_value(&signed.sig)?,
            submit,
        };
        package.write(BufWriter::new(out), |part| {
            File::open(scratch.path().join(part.hd.0.part.as_str()))
        })?;
        Ok(vec![
            ("package", self.out.display().to_string()),
            ("submission", package.submit.digest()?.to_hex()),
            ("next_seq", (self.seq + 1).to_string()),
        ])
    }

    /// The keys of every stage, checked against the trust files; all of one lot.
    fn stages(&self) -> Try<Vec<StageKeys>> {
        let parties = Parties::from_bytes(fs::read(&self.parties)?.trim_ascii_end())?;
        let policy: Policy = fs::read_to_string(&self.policy)?.parse()?;
        let mut stages: Vec<StageKeys> = Vec::new();
        for path in &self.keysets {
            let named = |flaw: &dyn std::fmt::Display| format!("{}: {flaw}", path.display());
            let pack = Pack::from_bytes(&fs::read(path)?).map_err(|flaw| named(&flaw))?;
            let keys = pack.open(&parties, &policy).map_err(|flaw| named(&flaw))?;
            let is_other = stages.first().is_some_and(|first| {
                (&first.keyset.tender, &first.keyset.lot) != (&keys.keyset.tender, &keys.keyset.lot)
            });
            if is_other {
                return Err(named(&"of another lot").into());
            }
            stages.push(keys);
        }
        stages.sort_by(|a, b| a.keyset.stage.cmp(&b.keyset.stage));
        Ok(stages)
    }

    fn packs(&self) -> Try<BTreeMap<Token, Vec<u8>>> {
        let mut packs = BTreeMap::new();
        for path in &self.keysets {
            let bytes = fs::read(path)?.trim_ascii_end().to_vec();
            let stage = Pack::from_bytes(&bytes)?.keyset.0.stage;
            packs.insert(stage, bytes);
        }
        Ok(packs)
    }
}

/// Seals one part into a scratch file named after it, and opens it again with throw-away layers.
fn seal(
    (address, slot): (&Address, &Slot),
    layers: &[Recipient],
    body: Body,
    entropy: &Entropy,
    scratch: &Path,
) -> Try<Part> {
    let path = scratch.join(slot.part.as_str());
    let content = Content {
        head: BodyHead {
            name: body.name,
            media: None,
        },
        len: body.len,
        bytes: body.bytes,
    };
    let out = BufWriter::new(File::create_new(&path)?);
    let sealed = address.seal(slot, layers, content, entropy.bytes(), out)?;
    let throw_away: Vec<[u8; 32]> = layers.iter().map(|_| entropy.bytes()).collect();
    sealed.self_test(&throw_away, File::open(&path)?)?;
    Ok(sealed.part)
}
