//! The public lists: what is open, what closes soon, what came out. Anybody may read them.
//!
//! Out: published lots only; nothing here depends on how many bids a lot has.

use serde::Serialize;

use super::{Answer, App, Error};
use crate::{
    domain::{
        id::Id,
        money::Fen,
        notice::{Filter, Kind, Place, Question, Sort},
        procedure::{Stage, Trade},
        time::{DAY, Instant},
    },
    store::{
        Db,
        tender::list::{self, Found},
    },
};

/// Rows on a page.
const PAGE: i64 = 20;
/// Rows in a file or feed.
const FILE: i64 = 1000;
/// Rows in a box of the home page.
const BOX: i64 = 8;
/// How far ahead the home page looks for deadlines.
const SOON: i64 = 3 * DAY;

/// A lot in a public list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Row {
    /// The number of its project, which is also its address: `/xm/{number}`.
    pub number: String,
    /// The project's name.
    pub name: String,
    /// The lot's name.
    pub lot: String,
    /// The trade.
    pub trade: Trade,
    /// GB/T 2260 code.
    pub region: String,
    /// What is newest of it.
    pub kind: Kind,
    /// Where it stands.
    pub stage: Stage,
    /// The ceiling, fen.
    #[schema(value_type = i64)]
    pub ceiling_fen: Fen,
    /// When its notice came out, Unix ms.
    #[schema(value_type = i64)]
    pub published_at: Instant,
    /// Its deadline, Unix ms.
    #[schema(value_type = Option<i64>)]
    pub closes_at: Option<Instant>,
    /// The lot.
    #[schema(value_type = String)]
    pub lot_id: Id,
}

impl Row {
    /// A draft has no kind and makes no row.
    fn new((lot, tender): Found) -> Option<Self> {
        Some(Self {
            kind: Kind::of(lot.stage)?,
            number: tender.number,
            name: tender.name,
            lot: lot.name,
            trade: tender.trade,
            region: tender.region,
            stage: lot.stage,
            ceiling_fen: lot.ceiling_fen,
            published_at: lot.issued_at?,
            closes_at: lot.closes_at,
            lot_id: lot.id,
        })
    }

    fn place(&self, sort: Sort) -> Place {
        Place {
            at: match sort {
                Sort::Published => self.published_at,
                Sort::Closing => self.closes_at.unwrap_or_default(),
            },
            lot: self.lot_id.to_string(),
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct List {
    /// The trade; none where all are searched.
    pub trade: Option<Trade>,
    /// What was asked.
    pub question: Question,
    /// How many lots it finds.
    pub n_found: i64,
    /// This page of them.
    pub rows: Vec<Row>,
    /// The query of the next page, where there is one.
    pub next: Option<String>,
    /// The query of this list, for the feed and the CSV file.
    pub query: String,
}

/// A trade on the home page.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Count {
    /// The trade.
    pub trade: Trade,
    /// Projects published today.
    pub n_today: i64,
    /// Projects published in all.
    pub n_all: i64,
}

/// The home page.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Home {
    /// The trades with their counts.
    pub trades: Vec<Count>,
    /// What closes within three days.
    pub closing: Vec<Row>,
    /// What is being opened.
    pub opening: Vec<Row>,
    /// What came out last.
    pub newest: Vec<Row>,
}

fn rows(found: Vec<Found>) -> Vec<Row> {
    found.into_iter().filter_map(Row::new).collect()
}

fn everything() -> Filter {
    Filter {
        trade: None,
        q: None,
        stages: Vec::new(),
        from: None,
        until: None,
        region: None,
        sort: Sort::Published,
        after: None,
    }
}

/// The word that stands for all trades in addresses.
const ALL: &str = "all";

/// The trade of an address, or all of them; an unknown one is not found.
pub fn trade(word: &str) -> Answer<Option<Trade>> {
    if word == ALL {
        return Ok(None);
    }
    word.parse().map(Some).map_err(|_| Error::NotFound)
}

/// The word that stands for a trade, or for all, in addresses and message keys.
#[must_use]
pub fn word(trade: Option<Trade>) -> &'static str {
    trade.map_or(ALL, Trade::word)
}

impl List {
    /// The trade in its address, or the word for all.
    #[must_use]
    pub fn word(&self) -> &'static str {
        word(self.trade)
    }
}

/// The home page.
pub async fn home(app: &App) -> Answer<Home> {
    let now = app.clock.now();
    app.view(move |db| {
        let count = |trade: &Trade, db: &mut Db| -> Answer<Count> {
            let (n_today, n_all) = list::counts(db, *trade, Instant::start_of(now.date()))?;
            Ok(Count {
                trade: *trade,
                n_today,
                n_all,
            })
        };
        let trades = Trade::ALL
            .iter()
            .map(|trade| count(trade, db))
            .collect::<Answer<_>>()?;
        let closing = list::closing(db, now, now.plus(SOON), BOX)?;
        let opening = list::opening(db, BOX)?;
        let newest = list::page(db, &everything(), BOX)?;
        Ok(Home {
            trades,
            closing: rows(closing),
            opening: rows(opening),
            newest: rows(newest),
        })
    })
    .await
}

/// A page of the list of a trade, or of all.
pub async fn page(app: &App, trade: Option<Trade>, question: Question) -> Answer<List> {
    let filter = question.filter(trade, app.clock.now())?;
    app.view(move |db| {
        let n_found = list::count(db, &filter)?;
        let mut found = rows(list::page(db, &filter, PAGE + 1)?);
        let has_more = found.len() > usize::try_from(PAGE).unwrap_or(usize::MAX);
        if has_more {
            found.pop();
        }
        let last = found.last().filter(|_| has_more);
        Ok(List {
            trade,
            n_found,
            next: last.map(|row| question.query(&row.place(filter.sort).to_string())),
            query: question.query(""),
            rows: found,
            question,
        })
    })
    .await
}

/// The whole of such a list, as far as a file takes it: for the feed and the CSV file.
pub async fn file(app: &App, trade: Option<Trade>, question: Question) -> Answer<Vec<Row>> {
    let filter = question.filter(trade, app.clock.now())?;
    app.view(move |db| Ok(rows(list::page(db, &filter, FILE)?))).await
}
