//! What is to be rehearsed: the tenders of a CSV file, the lawful outcome of each, and when each is
//! held.
//!
//! In: rows `tender,date,work,ceiling,minimum,bidder,bid,outcome`, amounts in yuan. Out: waves, each
//! with at most as many lots as a half-day can evaluate. Never: an outcome that rests on K or chance.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use crate::{
    cli::play::door::{Done, Trouble},
    domain::{
        band::PriceBand,
        money::Fen,
        time::{DAY, HOUR, Instant, MINUTE},
    },
};

/// Works of this ceiling and above must be tendered (Z02), fen.
pub const THRESHOLD_FEN: i64 = 400_000_000;
/// The least number of bids.
const N_BIDS_MIN: usize = 3;
/// The most lots evaluated in a half-day.
const PER_HALF_DAY: usize = 40;
/// The first day of notices.
const FIRST: Date = jiff::civil::date(2026, 3, 2);
/// From a notice to its deadline: three weeks, so that both fall on the same day of the week.
const OPEN_SPAN: i64 = 21 * DAY;
/// From the deadline to the keys: the time to object to the list of bids, and a minute.
const OBJECTION_SPAN: i64 = 6 * MINUTE;

/// One bid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    /// Who.
    pub bidder: String,
    /// How much, fen.
    pub total_fen: i64,
    /// Whether the panel rejects it.
    pub is_rejected: bool,
}

/// One tender with all its bids, one per bidder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tender {
    /// Its name in the file.
    pub name: String,
    /// What is built.
    pub work: String,
    /// The ceiling, fen.
    pub ceiling_fen: i64,
    /// The bids, in order of bidder.
    pub bids: Vec<Bid>,
}

/// What a tender can lawfully come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The guard refuses: it must be tendered.
    Refused,
    /// Fewer bids than needed.
    FewBids,
    /// Fewer qualified bids inside the interval than needed.
    FewQualified,
    /// Awarded.
    Awarded,
}

impl Outcome {
    /// All, in order.
    pub const ALL: [Self; 4] = [Self::Refused, Self::FewBids, Self::FewQualified, Self::Awarded];

    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Refused => "refused by the guard",
            Self::FewBids => "failed with fewer than 3 bids",
            Self::FewQualified => "failed with fewer than the qualified bids needed",
            Self::Awarded => "awarded",
        }
    }
}

/// How the rehearsal is held.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Kmin, Kmax (not drawn) and step, in hundredths of a per cent.
    pub k: (i64, i64, i64),
    /// The least number of qualified bids.
    pub n_qualified_min: usize,
}

#[derive(Deserialize)]
struct Row {
    tender: String,
    work: String,
    ceiling: String,
    bidder: String,
    bid: String,
    outcome: String,
}

impl Row {
    fn fen(&self, amount: &str) -> Done<i64> {
        let fen = Fen::parse_yuan(amount, "").map(|fen| fen.0);
        fen.map_err(|_| {
            let tender = &self.tender;
            Trouble::broken(format!(
                "{tender}: {amount:?} is no amount in yuan with two decimals at most"
            ))
        })
    }
}

/// What the last column may say; only `rejected` decides anything.
const OUTCOMES: [&str; 4] = ["won", "lost", "tied", "rejected"];

/// Reads the tenders of a file, in its order; a bidder's later bid replaces his earlier one. A file
/// without tenders, an outcome that is no word of the column, two ceilings for one tender are refused.
pub fn read(path: &Path) -> Done<Vec<Tender>> {
    let file = |e: csv::Error| Trouble::broken(format!("{}: {e}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(file)?;
    let mut order: Vec<String> = Vec::new();
    let mut tenders: BTreeMap<String, Tender> = BTreeMap::new();
    for row in reader.deserialize() {
        let row: Row = row.map_err(file)?;
        let (ceiling_fen, total_fen) = (row.fen(&row.ceiling)?, row.fen(&row.bid)?);
        let refused = |why: String| Err(Trouble::broken(format!("{}: {why}", row.tender)));
        if !OUTCOMES.contains(&row.outcome.as_str()) {
            return refused(format!("{:?} is none of {OUTCOMES:?}", row.outcome));
        }
        let before = tenders.get(&row.tender);
        if before.is_some_and(|before| before.ceiling_fen != ceiling_fen) {
            return refused("two ceilings".into());
        }
        let tender = tenders.entry(row.tender.clone()).or_insert_with(|| {
            order.push(row.tender.clone());
            Tender {
                name: row.tender,
                work: row.work,
                ceiling_fen,
                bids: Vec::new(),
            }
        });
        tender.bids.retain(|bid| bid.bidder != row.bidder);
        tender.bids.push(Bid {
            bidder: row.bidder,
            total_fen,
            is_rejected: row.outcome == "rejected",
        });
    }
    if order.is_empty() {
        return Err(Trouble::broken(format!("{}: no tenders", path.display())));
    }
    Ok(order.iter().filter_map(|name| tenders.remove(name)).collect())
}

impl Tender {
    /// The bids that a panel passes and the interval admits.
    pub fn qualified(&self, rules: &Rules) -> Done<Vec<&Bid>> {
        let band = self.band(rules)?;
        let fits = |bid: &&Bid| !bid.is_rejected && band.admits(Fen(bid.total_fen));
        Ok(self.bids.iter().filter(fits).collect())
    }

    /// The interval.
    pub fn band(&self, rules: &Rules) -> Done<PriceBand> {
        let (min, max, step) = rules.k;
        PriceBand::new(Fen(self.ceiling_fen), Fen(0), Fen(0), min, max, step)
            .map_err(|refusal| Trouble::broken(format!("{}: {}", self.name, crate::cli::told(&refusal))))
    }

    /// What it must come to.
    pub fn expected(&self, rules: &Rules) -> Done<Outcome> {
        Ok(if self.ceiling_fen >= THRESHOLD_FEN {
            Outcome::Refused
        } else if self.bids.len() < N_BIDS_MIN {
            Outcome::FewBids
        } else if self.qualified(rules)?.len() < rules.n_qualified_min {
            Outcome::FewQualified
        } else {
            Outcome::Awarded
        })
    }
}

/// Lots that are held together.
#[derive(Debug, Clone)]
pub struct Wave {
    /// When their notices come out.
    pub notice_at: Instant,
    /// Their places in the list of tenders.
    pub tenders: Vec<usize>,
}

impl Wave {
    /// The deadline of all its lots.
    #[must_use]
    pub fn closes_at(&self) -> Instant {
        self.notice_at.plus(OPEN_SPAN)
    }

    /// When each step is taken, but for the decision, which waits for the publication to end.
    #[must_use]
    pub fn steps(&self, after_draw: bool) -> [(Step, Instant); 8] {
        let closes_at = self.closes_at();
        let (first, second) = if after_draw {
            (Step::Draw, Step::Review)
        } else {
            (Step::Review, Step::Draw)
        };
        [
            (Step::Publish, self.notice_at),
            (Step::Bid, closes_at.plus(-2 * DAY)),
            (Step::Panel, closes_at.plus(-18 * HOUR)),
            (Step::Open, closes_at.plus(OBJECTION_SPAN)),
            (Step::Record, closes_at.plus(30 * MINUTE)),
            (first, closes_at.plus(30 * MINUTE)),
            (second, closes_at.plus(HOUR)),
            (Step::Result, closes_at.plus(2 * HOUR)),
        ]
    }
}

/// The steps of a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Drafts, key ceremonies, notices.
    Publish,
    /// Sealed bids.
    Bid,
    /// Expert draws and calls.
    Panel,
    /// Closing and opening.
    Open,
    /// The opening record, when the time to object is over.
    Record,
    /// Postqualification.
    Review,
    /// K and the order.
    Draw,
    /// The publication of the result.
    Result,
    /// The decision.
    Decide,
}

/// Puts the tenders into waves, one half-day after the other.
pub fn waves(expected: &[Outcome]) -> Vec<Wave> {
    let mut waves: Vec<Vec<usize>> = vec![Vec::new()];
    let mut n_evaluated = 0;
    for (i, outcome) in expected.iter().enumerate() {
        let is_evaluated = matches!(outcome, Outcome::FewQualified | Outcome::Awarded);
        if is_evaluated && n_evaluated == PER_HALF_DAY {
            waves.push(Vec::new());
            n_evaluated = 0;
        }
        n_evaluated += usize::from(is_evaluated);
        if let Some(last) = waves.last_mut() {
            last.push(i);
        }
    }
    let slots = half_days().filter_map(|(day, hour)| Instant::parse_local(&format!("{day} {hour}")));
    waves
        .into_iter()
        .zip(slots)
        .map(|(tenders, notice_at)| Wave { notice_at, tenders })
        .collect()
}

/// Mornings and afternoons of the days from Monday to Friday.
fn half_days() -> impl Iterator<Item = (Date, &'static str)> {
    let days = std::iter::successors(Some(FIRST), |day| day.tomorrow().ok());
    days.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .flat_map(|day| [(day, "09:00"), (day, "14:00")])
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        k: (100, 600, 1),
        n_qualified_min: 3,
    };

    fn tender(ceiling: i64, bids: &[(i64, bool)]) -> Tender {
        let bid = |(i, (yuan, is_rejected)): (usize, &(i64, bool))| Bid {
            bidder: format!("B{i}"),
            total_fen: yuan * 100,
            is_rejected: *is_rejected,
        };
        Tender {
            name: "T".into(),
            work: String::new(),
            ceiling_fen: ceiling * 100,
            bids: bids.iter().enumerate().map(bid).collect(),
        }
    }

    #[test]
    fn the_lawful_outcome_is_fixed() {
        let (ok, bad) = (970_000, (970_000, true));
        for (ceiling, bids, outcome) in [
            (4_000_000, vec![(3_900_000, false); 5], Outcome::Refused),
            (1_000_000, vec![(ok, false); 2], Outcome::FewBids),
            (
                1_000_000,
                vec![(ok, false), (ok, false), bad],
                Outcome::FewQualified,
            ),
            (
                1_000_000,
                vec![(ok, false), (940_000, false), (990_000, false)],
                Outcome::Awarded,
            ),
            (
                1_000_000,
                vec![(ok, false), (939_999, false), (990_000, false)],
                Outcome::FewQualified,
            ),
            (
                1_000_000,
                vec![(ok, false), (940_000, false), (990_001, false)],
                Outcome::FewQualified,
            ),
        ] {
            assert_eq!(
                tender(ceiling, &bids).expected(&RULES).unwrap(),
                outcome,
                "{bids:?}"
            );
        }
    }

    #[test]
    fn a_file_that_says_nothing_or_two_things_is_refused() {
        const HEAD: &str = "tender,date,work,ceiling,minimum,bidder,bid,outcome\n";
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("tenders.csv");
        for (rows, n) in [
            ("", None),
            ("T,,,100,,A,97,won\nT,,,100,,B,98,lost\n", Some(1)),
            ("T,,,100,,A,97,won\nT,,,101,,B,98,lost\n", None),
            ("T,,,100,,A,97,Rejected\n", None),
            ("T,,,100,,A,97.001,won\n", None),
            ("T,,,100,,A\n", None),
        ] {
            std::fs::write(&file, format!("{HEAD}{rows}")).unwrap();
            assert_eq!(read(&file).ok().map(|tenders| tenders.len()), n, "{rows}");
        }
    }

    #[test]
    fn a_half_day_evaluates_so_many_and_no_more() {
        let mut all = vec![Outcome::Awarded; PER_HALF_DAY];
        all.extend([Outcome::FewBids, Outcome::FewQualified, Outcome::Refused]);
        let waves = waves(&all);
        let sizes: Vec<usize> = waves.iter().map(|wave| wave.tenders.len()).collect();
        assert_eq!(sizes, [PER_HALF_DAY + 1, 2]);
        assert_eq!(waves[0].notice_at.local(), "2026-03-02 09:00");
        assert_eq!(waves[1].closes_at().local(), "2026-03-23 14:00");
    }
}
