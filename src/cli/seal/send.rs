//! `tianping seal send` and `receipt`: a package goes to the platform in pieces; acknowledgement and
//! receipt come back and are checked.
//!
//! Beside the package, `.uploads` names what was begun, until the acknowledgement is there: a sending that
//! broke off goes on where it was.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, Read, Seek, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::{
    Said, fresh,
    way::{Way, must_be_free, signed},
};
use crate::{
    app::bid::SMALL,
    cli::{
        Try,
        play::door::{Done, Door, Trouble, at, text},
    },
    proof::{
        bid::{Part, Submit},
        canon::Object as _,
        merkle::leaf_hash,
        package::Package,
        receipt::{Ack, Receipt},
        sig::Signed,
        stage::{KeyStage, named},
    },
};

/// The length of a piece, bytes.
const PIECE: u64 = 1 << 20;

/// The arguments of sending.
#[derive(Debug, Args)]
pub struct Send {
    /// The package.
    file: PathBuf,
    /// Where to keep the acknowledgement; `<package>.ack` where it is missing.
    #[arg(long)]
    ack: Option<PathBuf>,
    #[command(flatten)]
    way: Way,
}

impl Send {
    /// Sends the package; what was sent before is not sent again.
    pub fn run(self) -> Said {
        let ack = self.ack.unwrap_or_else(|| self.file.with_extension("ack"));
        must_be_free(&ack)?;
        let scratch = tempfile::tempdir()?;
        let (mut large, mut small) = (Vec::new(), BTreeMap::new());
        let package = Package::read(BufReader::new(File::open(&self.file)?), |part, ct| {
            let name = part.hd.0.part.as_str();
            if goes_in_pieces(part) {
                std::io::copy(ct, &mut File::create_new(scratch.path().join(name))?)?;
                large.push(part.clone());
            } else {
                let mut bytes = Vec::new();
                ct.read_to_end(&mut bytes)?;
                small.insert(name.to_owned(), STANDARD.encode(bytes));
            }
            Ok(())
        })?;
        let kept = self.file.with_extension("uploads");
        let (door, token) = (self.way.door(), &self.way.token);
        let uploads = begun(&door, token, &large, &kept)?;
        let bar = ProgressBar::new(large.iter().map(|part| part.hd.0.len).sum());
        for part in &large {
            let name = part.hd.0.part.as_str();
            let mut file = File::open(scratch.path().join(name))?;
            let id = uploads.get(name).ok_or("a part not begun")?;
            pieces(&door, token, id, &mut file, |n| bar.inc(n))?;
        }
        bar.finish_and_clear();
        let signed = Signed {
            x: package.submit.value()?,
            sig: package.sig.value()?,
        };
        let path = goes_to(&package.submit);
        let brought = [("uploads", json!(uploads)), ("ct", json!(small))];
        let body = brought
            .map(|(name, of)| (name.to_owned(), of))
            .into_iter()
            .collect();
        let said = self.way.submit(&path, &signed, body, &ack)?;
        fs::remove_file(&kept)?;
        Ok(said)
    }
}

/// Where a submission goes: a contribution to a draw that is repeated has a place of its own.
fn goes_to(submit: &Submit) -> String {
    let stage = submit.parts.first().map(|part| part.hd.0.stage.as_str());
    let invited = stage.filter(|stage| named(stage).is_some_and(KeyStage::invites_bidders));
    match invited {
        Some(stage) => format!("/lots/{}/draws/{stage}/contributions", submit.lot),
        None => format!("/lots/{}/bids", submit.lot),
    }
}

/// Whether a ciphertext is uploaded before the submission; a smaller one comes with it (protocols A.5).
pub fn goes_in_pieces(part: &Part) -> bool {
    usize::try_from(part.hd.0.len).map_or(true, |len| len > SMALL)
}

/// The uploads of the parts: those of a sending that broke off, if all are still known, or new ones.
fn begun(door: &Door, token: &str, parts: &[Part], kept: &Path) -> Try<BTreeMap<String, String>> {
    if let Ok(bytes) = fs::read(kept) {
        let uploads: BTreeMap<String, String> = serde_json::from_slice(&bytes)?;
        let is_of = uploads
            .keys()
            .eq(parts.iter().map(|part| part.hd.0.part.as_str()));
        let is_known = |id: &String| door.get(&format!("/uploads/{id}"), token).is_ok();
        if is_of && uploads.values().all(is_known) {
            return Ok(uploads);
        }
    }
    let mut uploads = BTreeMap::new();
    for part in parts {
        uploads.insert(part.hd.0.part.to_string(), begin(door, token, part)?);
    }
    fs::write(kept, serde_json::to_vec(&uploads)?)?;
    Ok(uploads)
}

/// Announces a part. The id of its upload.
fn begin(door: &Door, token: &str, part: &Part) -> Done<String> {
    let hd = &part.hd.0;
    let body = json!({ "part": hd.part, "len": hd.len, "sha256": hd.sha256, "chunks": hd.chunks });
    text(
        &door.post(&format!("/lots/{}/uploads", hd.lot), token, &body)?,
        "id",
    )
}

/// Announces a part and sends its pieces; the id of the upload.
pub fn upload(door: &Door, token: &str, part: &Part, file: &mut (impl Read + Seek)) -> Done<String> {
    let id = begin(door, token, part)?;
    pieces(door, token, &id, file, |_| ())?;
    Ok(id)
}

/// Sends the pieces that are not there yet; `tell` hears of every piece's bytes.
fn pieces(door: &Door, token: &str, id: &str, file: &mut (impl Read + Seek), tell: impl Fn(u64)) -> Done<()> {
    let there = door.get(&format!("/uploads/{id}"), token)?;
    for (i, known) in (0_u64..).zip(at(&there, "/leaves").as_array().into_iter().flatten()) {
        file.seek(SeekFrom::Start(i * PIECE)).map_err(Trouble::broken)?;
        let mut piece = Vec::new();
        file.take(PIECE)
            .read_to_end(&mut piece)
            .map_err(Trouble::broken)?;
        let leaf = leaf_hash(&piece).to_hex();
        if known.as_str() != Some(leaf.as_str()) {
            door.put_piece(&format!("/uploads/{id}/{i}"), token, &piece, &leaf)?;
        }
        tell(u64::try_from(piece.len()).map_err(Trouble::broken)?);
    }
    Ok(())
}

/// The arguments of fetching a receipt.
#[derive(Debug, Args)]
pub struct Fetch {
    /// The acknowledgement.
    ack: PathBuf,
    /// Where to keep the receipt; `<acknowledgement>.receipt` where it is missing.
    #[arg(short, long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    way: Way,
}

impl Fetch {
    /// Fetches the receipt once it is there, and checks it.
    pub fn run(self) -> Said {
        let policy = self.way.policy()?;
        let c = Ack::open(&signed(&self.ack)?, &policy)?.c.to_hex();
        let door = self.way.door();
        let bytes = door.until("the log's next tick", || {
            let bytes = door.bytes(&format!("/receipts/{c}"), &self.way.token)?;
            Ok((!bytes.is_empty()).then_some(bytes))
        })?;
        let receipt: Receipt = String::from_utf8(bytes.clone())?.parse()?;
        receipt.check(&policy)?;
        if receipt.event().c(&receipt.extra.salt)?.to_hex() != c {
            return Err("the receipt is of another event".into());
        }
        let path = self.out.unwrap_or_else(|| self.ack.with_extension("receipt"));
        fresh(&path)?.write_all(&bytes)?;
        Ok(vec![("receipt_of", c), ("kept_in", path.display().to_string())])
    }
}
