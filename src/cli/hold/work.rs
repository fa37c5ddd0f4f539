//! What a duty's client does with the platform: one kind of task, all of them, the drill.

use std::{collections::BTreeMap, time::Duration};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::{Client, Outcome, Site, code};
use crate::{
    cli::{Try, say},
    hold::{Trouble, holder::Deed, platform::Platform as _},
};

/// The flags of a command that does one kind of task.
#[derive(Debug, Args)]
pub struct Once {
    #[command(flatten)]
    site: Site,
}

/// The flags of `tasks`.
#[derive(Debug, Args)]
pub struct Tasks {
    #[command(flatten)]
    site: Site,
}

/// The flags of `drill`.
#[derive(Debug, Args)]
pub struct Drill {
    #[command(flatten)]
    site: Site,
}

/// The flags of `agent`.
#[derive(Debug, Args)]
pub struct Agent {
    #[command(flatten)]
    site: Site,
    /// How often it looks for work, seconds.
    #[arg(long, default_value_t = 10)]
    every: u64,
    /// Go round until nothing is left, and end.
    #[arg(long)]
    once: bool,
}

/// A runtime for one client.
fn run<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

fn bar(n: usize, is_shown: bool) -> ProgressBar {
    if !is_shown {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(n).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Prints a deed for its keeper, or as a line of JSON.
fn tell(deed: &Deed, json: bool) -> Try<()> {
    if json {
        say::line(serde_json::to_string(deed)?)?;
        return Ok(());
    }
    let (what, lot, stage) = (deed.what, &deed.at.lot, &deed.at.stage);
    match &deed.trouble {
        None => say::line(format_args!("done      {what:<12} {lot} {stage}"))?,
        Some(why) => say::line(format_args!("NOT DONE  {what:<12} {lot} {stage}: {why}"))?,
    }
    Ok(())
}

impl Once {
    /// Does every task of these words there is now.
    pub fn run(self, what: &[&'static str]) -> Outcome {
        let Client {
            mut holder,
            platform,
            _lock,
        } = self.site.open(what)?;
        let spinner = bar(0, !self.site.json);
        spinner.enable_steady_tick(Duration::from_millis(200));
        let deeds = run(holder.round(&platform))?;
        spinner.finish_and_clear();
        for deed in &deeds {
            tell(deed, self.site.json)?;
        }
        Ok(code(deeds.iter().all(|deed| deed.trouble.is_none())))
    }
}

impl Tasks {
    /// Lists what is owed.
    pub fn run(self) -> Outcome {
        let client = self.site.open(&[])?;
        let mut after = String::new();
        loop {
            let page = run(client.platform.tasks(&after))?;
            for todo in page.tasks {
                let at = todo.place();
                if self.site.json {
                    say::line(serde_json::json!({ "what": todo.word(), "at": at }))?;
                } else {
                    say::line(format_args!("{:<12} {} {}", todo.word(), at.lot, at.stage))?;
                }
            }
            match page.next {
                Some(next) => after = next,
                None => return Ok(code(true)),
            }
        }
    }
}

impl Drill {
    /// Tries every key and share.
    pub fn run(self) -> Outcome {
        let Client {
            mut holder,
            platform,
            _lock,
        } = self.site.open(&[])?;
        let bar = bar(holder.n_drill(), !self.site.json);
        let deeds = run(holder.drill(&platform, &|| bar.inc(1)))?;
        bar.finish_and_clear();
        let failed: Vec<&Deed> = deeds.iter().filter(|deed| deed.trouble.is_some()).collect();
        for deed in if self.site.json {
            deeds.iter().collect()
        } else {
            failed.clone()
        } {
            tell(deed, self.site.json)?;
        }
        if !self.site.json {
            let n = |what: &str| deeds.iter().filter(|deed| deed.what == what).count();
            say::line(format_args!(
                "{} keys and {} shares tried, {} do not open",
                n("key"),
                n("share"),
                failed.len()
            ))?;
        }
        Ok(code(failed.is_empty()))
    }
}

impl Agent {
    /// Works until it is stopped.
    pub fn run(self) -> Outcome {
        let Client {
            mut holder,
            platform,
            _lock,
        } = self.site.open(&[])?;
        let json = self.site.json;
        let is_done = run(async {
            let mut told: BTreeMap<String, String> = BTreeMap::new();
            loop {
                let mut n_done = 0;
                match holder.round(&platform).await {
                    Ok(deeds) => {
                        for deed in &deeds {
                            n_done += usize::from(deed.trouble.is_none());
                            if is_news(&mut told, deed) {
                                // one that nobody listens to works on
                                tell(deed, json).unwrap_or_else(|error| tracing::warn!(%error, "not told"));
                            }
                        }
                    }
                    Err(trouble) if self.once => return Err(trouble),
                    Err(trouble) => eprintln!("tianping: {trouble}"),
                }
                if self.once && n_done == 0 {
                    return Ok(told.is_empty());
                }
                if n_done == 0 {
                    tokio::time::sleep(Duration::from_secs(self.every)).await;
                }
            }
        })?;
        Ok(code(is_done))
    }
}

/// Whether the keeper was not told so before; a trouble that is over is forgotten.
fn is_news(told: &mut BTreeMap<String, String>, deed: &Deed) -> bool {
    let name = format!("{} {} {}", deed.what, deed.at.lot, deed.at.stage);
    match &deed.trouble {
        None => {
            told.remove(&name);
            true
        }
        Some(why) => told.insert(name, why.clone()).as_ref() != Some(why),
    }
}
