//! `tianping seal bid`: seals a bid offline.

use std::{
    fs::{self, File},
    io::{BufWriter, Cursor, Read},
    path::{Path, PathBuf},
};

use clap::Args;
use indicatif::ProgressBar;

use super::{Said, fresh, key::KeyFile};
use crate::{
    cli::Try,
    domain::{code::CreditCode, money::Fen},
    entropy::Entropy,
    proof::{
        bid::{BodyHead, Kind, Part, Price, Slot},
        canon::{Hash, Object as _, Token},
        envelope::Recipient,
        keyset::{Pack, StageKeys},
        package::Package,
        parties::Parties,
        policy::Policy,
        seal::{Address, Content},
        sig::Sig,
        stage::{KeyStage, named},
    },
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Bid {
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
    /// The key set of every stage the lot asks for: `price.keyset`, `draw1.keyset` ...
    #[arg(long = "keyset", required = true)]
    keysets: Vec<PathBuf>,
    /// Your organisation's credit code.
    #[arg(long, value_parser = bidder)]
    bidder: String,
    /// The price in yuan, with two decimals at most.
    #[arg(long, value_parser = yuan)]
    price: Fen,
    /// Days to completion.
    #[arg(long)]
    days: Option<i64>,
    /// The quality you promise.
    #[arg(long)]
    quality: Option<String>,
    /// The project manager and his certificate.
    #[arg(long)]
    manager: Option<String>,
    /// Anything else.
    #[arg(long, default_value = "")]
    note: String,
    /// The documents, where the lot asks for them.
    #[arg(long)]
    docs: Option<PathBuf>,
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

fn yuan(text: &str) -> Result<Fen, String> {
    Fen::parse_yuan(text, "").map_err(|_| "expected yuan with two decimals at most, e.g. 1234567.89".into())
}

/// What is sealed in a part.
type Body = (String, u64, Box<dyn Read>);

impl Bid {
    /// Seals the bid.
    pub fn run(self) -> Said {
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
        let scratch = tempfile::tempdir()?;
        let bar = ProgressBar::new(stages.len().try_into()?);
        let (mut parts, mut slots) = (Vec::new(), Vec::new());
        for stage in &stages {
            bar.set_message(stage.keyset.stage.to_string());
            let slot = slot(stage)?;
            parts.push(self.seal(&address, &slot, stage, scratch.path())?);
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

    fn packs(&self) -> Try<std::collections::BTreeMap<Token, Vec<u8>>> {
        let mut packs = std::collections::BTreeMap::new();
        for path in &self.keysets {
            let bytes = fs::read(path)?.trim_ascii_end().to_vec();
            let stage = Pack::from_bytes(&bytes)?.keyset.0.stage;
            packs.insert(stage, bytes);
        }
        Ok(packs)
    }

    /// Seals one part into a scratch file named after it, and opens it again with throw-away layers.
    fn seal(&self, address: &Address, slot: &Slot, stage: &StageKeys, scratch: &Path) -> Try<Part> {
        let entropy = Entropy::system();
        let layers: Vec<Recipient> = stage.recipients().copied().collect();
        let (name, len, bytes) = self.body(slot.kind, &entropy)?;
        let path = scratch.join(slot.part.as_str());
        let content = Content {
            head: BodyHead { name, media: None },
            len,
            bytes,
        };
        let out = BufWriter::new(File::create_new(&path)?);
        let sealed = address.seal(slot, &layers, content, entropy.bytes(), out)?;
        let throw_away: Vec<[u8; 32]> = layers.iter().map(|_| entropy.bytes()).collect();
        sealed.self_test(&throw_away, File::open(&path)?)?;
        Ok(sealed.part)
    }

    fn body(&self, kind: Kind, entropy: &Entropy) -> Try<Body> {
        let whole = |name: &str, bytes: Vec<u8>| -> Try<Body> {
            Ok((
                name.to_owned(),
                bytes.len().try_into()?,
                Box::new(Cursor::new(bytes)),
            ))
        };
        match kind {
            Kind::Draw => whole("contribution", entropy.bytes::<32>().to_vec()),
            Kind::Price => {
                let price = Price {
                    total: self.price.0.try_into()?,
                    days: self.days,
                    quality: self.quality.clone(),
                    manager: self.manager.clone(),
                    note: self.note.clone(),
                };
                whole("price.json", price.bytes()?)
            }
            Kind::Docs => {
                let path = self
                    .docs
                    .as_ref()
                    .ok_or("the lot asks for documents: give --docs")?;
                let file = File::open(path)?;
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                Ok((name, file.metadata()?.len(), Box::new(file)))
            }
        }
    }
}

/// The part of a stage: its stage says what kind it is.
fn slot(stage: &StageKeys) -> Try<Slot> {
    let name = stage.keyset.stage.clone();
    let kind = named(name.as_str()).and_then(KeyStage::part);
    let kind = kind.ok_or_else(|| format!("{name}: not a stage that a bid is sealed to"))?;
    Ok(Slot {
        part: name.clone(),
        stage: name,
        kind,
        keyset: stage.id,
    })
}
