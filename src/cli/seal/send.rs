//! `tianping seal send` and `receipt`: a package goes to the platform in pieces; acknowledgement and
//! receipt come back and are checked.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{BufReader, Read, Seek, SeekFrom, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;

use super::fresh;
use crate::{
    cli::{
        Outcome,
        play::door::{Done, Door, Trouble, at, text},
    },
    proof::{
        bid::Part, canon::Object as _, merkle::leaf_hash, package::Package, policy::Policy, receipt::Receipt,
    },
};

/// The length of a piece, bytes.
const PIECE: u64 = 1 << 20;

/// Where to, and as whom.
#[derive(Debug, Args)]
struct Way {
    /// The platform.
    #[arg(long, env = "TIANPING_URL")]
    server: String,
    /// An agent's token from your account's page.
    #[arg(long, env = "TIANPING_TOKEN", hide_env_values = true)]
    token: String,
}

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
    pub fn run(self) -> Outcome {
        let scratch = tempfile::tempdir()?;
        let mut parts: Vec<Part> = Vec::new();
        let package = Package::read(BufReader::new(File::open(&self.file)?), |part, ct| {
            let mut file = File::create_new(scratch.path().join(part.hd.0.part.as_str()))?;
            std::io::copy(ct, &mut file)?;
            parts.push(part.clone());
            Ok(())
        })?;
        let door = Door::new(&self.way.server);
        let bar = ProgressBar::new(parts.iter().map(|part| part.hd.0.len).sum());
        let mut uploads = BTreeMap::new();
        for part in &parts {
            let mut file = File::open(scratch.path().join(part.hd.0.part.as_str()))?;
            let id = upload(&door, &self.way.token, part, &mut file, |n| bar.inc(n))?;
            uploads.insert(part.hd.0.part.to_string(), id);
        }
        bar.finish_and_clear();
        let body = json!({
            "x": package.submit.value()?, "sig": package.sig.value()?, "uploads": uploads,
        });
        let ack = door.post(
            &format!("/lots/{}/bids", package.submit.lot),
            &self.way.token,
            &body,
        )?;
        let path = self.ack.unwrap_or_else(|| self.file.with_extension("ack"));
        fresh(&path)?.write_all(ack.to_string().as_bytes())?;
        println!("acknowledged\t{}", text(at(&ack, "/x"), "c")?);
        println!("kept in\t{}", path.display());
        Ok(ExitCode::SUCCESS)
    }
}

/// Sends the pieces of a part that are not there yet; `tell` hears of every piece's bytes. The id of the
/// upload.
pub fn upload(
    door: &Door,
    token: &str,
    part: &Part,
    file: &mut (impl Read + Seek),
    tell: impl Fn(u64),
) -> Done<String> {
    let hd = &part.hd.0;
    let begin = json!({ "part": hd.part, "len": hd.len, "sha256": hd.sha256, "chunks": hd.chunks });
    let begun = door.post(&format!("/lots/{}/uploads", hd.lot), token, &begin)?;
    let id = text(&begun, "id")?;
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
    Ok(id)
}

/// The arguments of fetching a receipt.
#[derive(Debug, Args)]
pub struct Fetch {
    /// The acknowledgement.
    ack: PathBuf,
    /// `log.policy`, obtained from the supervision bureau.
    #[arg(long)]
    policy: PathBuf,
    /// Where to keep the receipt; `<acknowledgement>.receipt` where it is missing.
    #[arg(short, long)]
    out: Option<PathBuf>,
    #[command(flatten)]
    way: Way,
}

impl Fetch {
    /// Fetches the receipt once it is there, and checks it.
    pub fn run(self) -> Outcome {
        let policy: Policy = fs::read_to_string(&self.policy)?.parse()?;
        let ack: serde_json::Value = serde_json::from_slice(&fs::read(&self.ack)?)?;
        let c = text(at(&ack, "/x"), "c")?;
        let door = Door::new(&self.way.server);
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
        println!("receipt of\t{c}\nkept in\t{}", path.display());
        Ok(ExitCode::SUCCESS)
    }
}
