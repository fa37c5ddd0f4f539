//! `tianping verify open`: redoes the opening of a bid (protocols A.7) from its package, the lot's
//! published parts and the released keys.
//!
//! Out: per part the digest of its plaintext, or the code of the first step that fails. Never: a part
//! passed over because its key is missing without saying so.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufReader, Read},
    path::PathBuf,
};

use clap::Args;

use super::{Problem, Report, TrustFiles, read};
use crate::proof::{
    archive::Archive,
    bid::{LotParts, Part, Submit},
    canon::{Hash, Object as _, Token, ensure},
    chain::Chain,
    closing::Sub,
    docket::Docket,
    envelope::Identity,
    keyset::Pack,
    opening::{self, Body, Closed},
    package::Package,
};

/// The arguments.
#[derive(Debug, Args)]
pub struct Open {
    /// A .bid.
    pub(super) file: PathBuf,
    /// A file of released keys, one AGE-SECRET-KEY-1... to a line; may be given several times.
    #[arg(long = "identity", short = 'i')]
    pub(super) identities: Vec<PathBuf>,
    /// The archive of the lot, whose list of bids names the submission; read with --parties and --policy.
    #[arg(long)]
    pub(super) archive: Option<PathBuf>,
    /// The lot's published parts, lot.parts/1.
    #[arg(long)]
    pub(super) parts: Option<PathBuf>,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
}

/// The layers of a stage in the order of its key set; none while a key is missing.
type Layers = BTreeMap<Hash, Option<Vec<Identity>>>;

impl Open {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let package = Package::read(self.input()?, |_, _| Ok(()))?;
        let mut report = Report::default();
        report.found("bidder", &package.submit.bidder);
        report.found("submission", package.submit.digest()?.to_hex());
        self.must_be_listed(&mut report, &package.submit)?;
        if !self.is_asked_for(&mut report, &package.submit)? {
            return Ok(report);
        }
        let layers = self.layers(&mut report, &package.packs)?;
        let mut lines = Vec::new();
        Package::read(self.input()?, |part, ct| {
            lines.push((part.hd.0.part.clone(), opened(part, ct, &layers)?));
            Ok(())
        })?;
        for (part, line) in lines {
            match line {
                Some(line) => report.found(format!("part {part}"), line),
                None => report.skipped(format!(
                    "part {part} NOT opened: a key is missing, give --identity"
                )),
            }
        }
        Ok(report)
    }

    fn input(&self) -> io::Result<BufReader<File>> {
        File::open(&self.file).map(BufReader::new)
    }

    /// Refuses a submission that the list of bids does not name: anybody can seal one to the published keys
    /// in the name of another, also when they are released.
    fn must_be_listed(&self, report: &mut Report, submit: &Submit) -> Result<(), Problem> {
        let (Some(path), Some((parties, policy))) = (&self.archive, self.trust.read()?) else {
            report.skipped(
                "that the list of bids names this submission NOT checked: give the lot's --archive, --parties and --policy",
            );
            return Ok(());
        };
        let archive = Archive::from_bytes(&read(path)?)?;
        archive.verify(&parties, &policy)?;
        let chain = Chain::check(&archive.chain)?;
        let list = Docket::read(chain, &parties, &submit.tender, &submit.lot)?
            .list()?
            .x;
        let digest = submit.digest()?;
        let is_it = |sub: &Sub| (&sub.bidder, sub.last) == (&submit.bidder, digest);
        ensure(
            list.effective().any(is_it),
            "the list of bids names no such submission",
        )?;
        report.found("list of bids", "names it");
        Ok(())
    }

    /// Whether the submission has exactly the parts of the lot; if not it is E-HEAD as a whole.
    fn is_asked_for(&self, report: &mut Report, submit: &Submit) -> Result<bool, Problem> {
        let Some(path) = &self.parts else {
            report.skipped("E-HEAD NOT checked: give the lot's --parts");
            return Ok(true);
        };
        let lot = LotParts::from_bytes(&read(path)?)?;
        let is_of_lot = (&submit.tender, &submit.lot) == (&lot.tender, &lot.lot);
        if is_of_lot && Submit::read(&submit.value()?, &lot.parts).is_ok() {
            return Ok(true);
        }
        report.found("all parts", opening::Code::Head);
        Ok(false)
    }

    fn layers(&self, report: &mut Report, packs: &BTreeMap<Token, Vec<u8>>) -> Result<Layers, Problem> {
        let trust = self.trust.read()?;
        let mut texts = Vec::new();
        for path in &self.identities {
            texts.push(String::from_utf8(read(path)?)?);
        }
        let lines = texts.iter().flat_map(|text| text.lines());
        let mut known = BTreeMap::new();
        for line in lines.filter(|line| line.starts_with("AGE-SECRET-KEY-1")) {
            known.insert(Identity::parse(line)?.recipient()?, line);
        }
        let mut layers = Layers::new();
        for (stage, bytes) in packs {
            let pack = Pack::from_bytes(bytes)?;
            match &trust {
                Some((parties, policy)) => drop(pack.open(parties, policy)?),
                None => report.skipped(format!(
                    "key set {stage} NOT checked: give --parties and --policy"
                )),
            }
            let found: Option<Vec<&str>> = pack
                .keyset
                .0
                .layers
                .iter()
                .map(|layer| known.get(&layer.recipient).copied())
                .collect();
            let found = found.map(|lines| lines.into_iter().map(Identity::parse).collect());
            layers.insert(pack.keyset.0.digest()?, found.transpose()?);
        }
        Ok(layers)
    }
}

/// What the opening of a part gives; none while a key is missing.
fn opened(part: &Part, ct: &mut dyn Read, layers: &Layers) -> io::Result<Option<String>> {
    let Some(Some(layers)) = layers.get(&part.hd.0.keyset) else {
        return Ok(None);
    };
    match opening::open(part, layers, ct, io::sink()) {
        Ok(opened) => {
            let body = match &opened.body {
                Body::Price(price) => serde_json::to_string(price)?,
                Body::Draw(value) => value.to_hex(),
                Body::Docs => opened.head.name,
            };
            Ok(Some(format!("ok\t{}\t{body}", opened.plain.to_hex())))
        }
        Err(Closed::Code(code)) => Ok(Some(code.to_string())),
        Err(Closed::Io(error)) => Err(error),
    }
}
