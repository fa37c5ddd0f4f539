//! `tianping verify consistency` and `journal`: that the log only grew, from checkpoints and the
//! witness's mirror of its entries; and the journal and tables of an installation.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Problem, Report, TrustFiles, read};
use crate::{
    app::verify::{Scope, UNSEALED, database},
    config::Config,
    proof::{
        canon::{Checked, Hash, Object as _},
        event::Entry,
        merkle::{Edge, check_consistency, leaf_hash},
        note::{Checkpoint, Note, base64_hash},
        tiles::unbundle,
    },
};

/// The arguments of `consistency`.
#[derive(Debug, Args)]
pub struct Consistency {
    /// The older checkpoint.
    pub(super) old: PathBuf,
    /// The newer checkpoint.
    pub(super) new: PathBuf,
    /// The consistency proof, a hash in base64 to a line.
    #[arg(long)]
    pub(super) proof: Option<PathBuf>,
    /// The entries as a witness mirrors them, instead of a proof.
    #[arg(long, conflicts_with = "proof")]
    pub(super) entries: Option<PathBuf>,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
}

impl Consistency {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let mut report = Report::default();
        let old = checkpoint(&self.old, &self.trust, &mut report)?;
        let new = checkpoint(&self.new, &self.trust, &mut report)?;
        if old.origin != new.origin {
            return Err("two logs".into());
        }
        let trees = ((old.size, &old.root), (new.size, &new.root));
        if let Some(entries) = &self.entries {
            if old.size == 0 || old.size > new.size {
                return Err("nothing follows from the empty tree or from a larger one".into());
            }
            for tree in [&old, &new] {
                if root_at(&read(entries)?, tree.size)? != Some(tree.root) {
                    return Err(format!("the entries do not give the root at {}", tree.size).into());
                }
            }
        } else if let Some(proof) = &self.proof {
            let text = String::from_utf8(read(proof)?)?;
            let path: Vec<Hash> = text.lines().map(base64_hash).collect::<Checked<_>>()?;
            check_consistency(trees.0, trees.1, &path)?;
        } else if old.size == new.size {
            check_consistency(trees.0, trees.1, &[])?;
        } else {
            report.skipped("that one continues the other NOT checked: give --proof or --entries");
        }
        Ok(report)
    }
}

fn checkpoint(
    file: &std::path::Path,
    trust: &TrustFiles,
    report: &mut Report,
) -> Result<Checkpoint, Problem> {
    let note: Note = String::from_utf8(read(file)?)?.parse()?;
    let checkpoint = Checkpoint::from_text(&note.text)?;
    report.found("checkpoint", format!("{}\t{}", checkpoint.size, checkpoint.root));
    match trust.policy()? {
        Some(policy) => {
            policy.accept(&note)?;
            report.witnessed(&policy);
        }
        None => report.skipped("signatures NOT checked: give --policy"),
    }
    Ok(checkpoint)
}

/// The root of the first `size` entries; none where there are fewer.
fn root_at(bundle: &[u8], size: u64) -> Result<Option<Hash>, Problem> {
    let mut edge = Edge::default();
    let (mut last, take) = (i64::MIN, usize::try_from(size)?);
    for entry in unbundle(bundle)?.into_iter().take(take) {
        let ts = Entry::from_bytes(entry)?.ts;
        if ts < last {
            return Err(format!("the time falls at entry {}", edge.size()).into());
        }
        last = ts;
        edge.append(leaf_hash(entry), |_| {});
    }
    Ok((edge.size() == size).then(|| edge.root()))
}

/// The arguments of `journal`: the mirror of a log, or an installation.
#[derive(Debug, Args)]
pub struct Journal {
    /// The entries as a witness mirrors them.
    #[arg(long, requires = "checkpoint")]
    pub(super) entries: Option<PathBuf>,
    /// The checkpoint that they should give.
    #[arg(long)]
    pub(super) checkpoint: Option<PathBuf>,
    #[command(flatten)]
    pub(super) trust: TrustFiles,
    #[command(flatten)]
    pub(super) of: Installation,
}

impl Journal {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        let (Some(entries), Some(file)) = (&self.entries, &self.checkpoint) else {
            return self.of.check(Scope::Journal);
        };
        let mut report = Report::default();
        let tree = checkpoint(file, &self.trust, &mut report)?;
        if root_at(&read(entries)?, tree.size)? != Some(tree.root) {
            return Err("the entries are not the tree of the checkpoint".into());
        }
        report.found("leaves", tree.size);
        Ok(report)
    }
}

/// Where an installation lies; it may be running meanwhile.
#[derive(Debug, Args)]
pub struct Installation {
    /// Its data directory, with its log.policy.
    #[arg(long, env = "TIANPING_DATA", default_value = "data")]
    pub(super) data: PathBuf,
    /// The directory with its last checkpoint, if it lies elsewhere.
    #[arg(long, env = "TIANPING_SECRETS")]
    pub(super) secrets: Option<PathBuf>,
    /// `postgres://…`, instead of the SQLite file in the data directory.
    #[arg(long, env = "TIANPING_DATABASE")]
    pub(super) database: Option<String>,
}

/// The arguments of `db`.
#[derive(Debug, Args)]
pub struct Tables {
    #[command(flatten)]
    pub(super) of: Installation,
}

impl Tables {
    pub(super) fn check(&self) -> Result<Report, Problem> {
        self.of.check(Scope::Tables)
    }
}

impl Installation {
    fn check(&self, scope: Scope) -> Result<Report, Problem> {
        let mut config = Config::sandbox(&self.data, "");
        if let Some(secrets) = &self.secrets {
            config.secrets.clone_from(secrets);
        }
        match &self.database {
            Some(database) => config.database.clone_from(database),
            // opening a file that is not there would make it
            None if !self.data.join("tianping.db").exists() => {
                return Err(format!("{}: no database there", self.data.display()).into());
            }
            None => {}
        }
        // drawn on stderr, and only on a terminal
        let bar = ProgressBar::new(0).with_style(ProgressStyle::with_template(
            "{msg:9} {wide_bar} {pos}/{len} {eta}",
        )?);
        let found = database(&config, scope, &mut |part, done, total| {
            bar.set_message(part);
            bar.set_length(total);
            bar.set_position(done);
        })?;
        bar.finish_and_clear();
        let mut report = Report::default();
        report.found("events", found.n_events);
        report.found("leaves", found.n_leaves);
        if scope == Scope::Tables {
            report.found("rows", found.n_rows);
            report.found("tables without seals", UNSEALED.join(" "));
        }
        report.found("pending", found.n_pending);
        for finding in &found.findings {
            let how = serde_json::to_value(finding.tampering)?;
            let how = how.as_str().unwrap_or_default().replace('_', " ");
            report.wrong(format!(
                "{}\t{}\t{how}\t{}",
                finding.table, finding.id, finding.why
            ));
        }
        for what in found.unchecked {
            report.skipped(format!("{what}, NOT checked"));
        }
        Ok(report)
    }
}
