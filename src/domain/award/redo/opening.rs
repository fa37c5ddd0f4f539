//! The opening redone: every price opened again from its ciphertext with the keys that were released.
//!
//! In: what the archive has of the prices, `stage.opened`, the opening record. Out: the bids as they
//! stand in the record, which is what the ciphertexts hold. Never: a bid left out, named twice, or
//! shown with another price, promise or fate than its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{
    Redo,
    papers::{Opened, OpenedLine, facts, is_signed},
};
use crate::{
    domain::{award::masked, money::Fen},
    proof::{
        bid::Price,
        canon::{self, Checked, Flaw, Hash, Token, ensure},
        chain::Shown,
        closing::StageOpened,
        opening::Code,
        prices::OpenedPrice,
        stage::KeyStage,
    },
};

/// The word of a part that opened, in `stage.opened/1`.
const OK: &str = "ok";

/// What the opening was, as far as anybody redoes it.
#[derive(Default)]
pub(super) struct Openings {
    /// The prices; none where they are not shown.
    prices: Option<BTreeMap<Token, OpenedPrice>>,
    /// Whether the chain says of every price what it is.
    is_told: bool,
    /// Whose documents did not open; their ciphertexts are no part of an archive.
    shut: BTreeSet<Token>,
}

impl Openings {
    pub(super) fn of(prices: BTreeMap<Token, OpenedPrice>) -> Self {
        Self {
            prices: Some(prices),
            ..Self::default()
        }
    }
}

impl Redo<'_> {
    /// `stage.opened` says of every price part what it is.
    pub(super) fn staged(&mut self, row: &Shown) -> Checked<()> {
        let stage: StageOpened = row.object("opened")?;
        if stage.lot != *self.lot {
            return Ok(());
        }
        if stage.stage != KeyStage::PRICE.token()? {
            let shut = stage.rows.into_iter().filter(|(_, _, code, _)| code != OK);
            self.openings.shut.extend(shut.map(|(bidder, ..)| bidder));
            return Ok(());
        }
        self.openings.is_told = true;
        let Some(prices) = &self.openings.prices else {
            return Ok(());
        };
        let mut told: BTreeMap<&Token, (&str, Option<Hash>)> = BTreeMap::new();
        for (bidder, _, code, plain) in &stage.rows {
            told.insert(bidder, (code, *plain));
        }
        ensure(
            told.len() == stage.rows.len() && told.keys().copied().eq(prices.keys()),
            "not the prices of all bids",
        )?;
        for ((bidder, said), price) in told.into_iter().zip(prices.values()) {
            let code = price.as_ref().err().map(Code::to_string);
            let plain = price.as_ref().ok().map(|(plain, _)| *plain);
            let follows = (code.as_deref().unwrap_or(OK), plain);
            ensure(said == follows, format_args!("the price of {bidder} is another"))?;
        }
        Ok(())
    }

    /// Whether as many bid as the notice asks for, or not, until the deadline that was set.
    pub(super) fn is_enough_bid(&self, is_so: bool) -> Checked<()> {
        let list = self.docket.list()?.x;
        let set = self.docket.deadline()?;
        ensure(list.deadline == set.deadline, "the list is of another deadline")?;
        ensure(
            set.min == self.n_min,
            "another least number of bidders than the notice's",
        )?;
        let n = list.effective().count();
        let is_enough = u64::try_from(n).unwrap_or(u64::MAX) >= self.n_min;
        ensure(
            is_enough == is_so,
            format_args!("{n} bid, {} are needed", self.n_min),
        )
    }

    /// The opening record names every effective bid once, and no other, with what is in it.
    pub(super) fn opened(&mut self, row: &Shown) -> Checked<()> {
        let Some(record) = facts::<Opened>(row, &format!("opening.{}", self.lot))? else {
            return Ok(());
        };
        ensure(!self.is_opened, "a second record")?;
        self.is_opened = true;
        let list = self.docket.list()?.x;
        self.is_enough_bid(true)?;
        ensure(self.openings.is_told, "the prices are not opened on the chain")?;
        let known: BTreeMap<&str, Hash> = list.effective().map(|s| (s.bidder.as_str(), s.last)).collect();
        let mut opened = BTreeSet::new();
        for line in &record.lines {
            let bidder = line.bidder.as_str();
            ensure(known.contains_key(bidder), format_args!("{bidder} did not bid"))?;
            ensure(opened.insert(bidder), format_args!("{bidder} is opened twice"))?;
            self.is_line(line)
                .map_err(|flaw| Flaw::new(format!("{bidder}: {flaw}")))?;
        }
        for (bidder, last) in &known {
            ensure(
                opened.contains(bidder) || self.docket.voided(last, row.event().n),
                format_args!("{bidder} is left out"),
            )?;
        }
        let lines = row.payload(&format!("opening.{}", self.lot)).map(|x| &x["lines"]);
        let signed = json!({ "t": "opening.record/1", "lot": self.lot, "lines": lines });
        ensure(
            record.digest == canon::digest(&signed)?,
            "the digest of another record",
        )?;
        // a holder's task does not show who signed; an archive does
        if self.archive.is_some() {
            is_signed(row, &record.digest)?;
        }
        let named = record.lines.iter();
        let named = named.map(|line| (line.bidder.clone(), line.organisation.clone()));
        self.names = named.collect();
        self.bids = record.lines.into_iter().map(OpenedLine::bid).collect();
        Ok(())
    }

    /// Whether a line says what the bid holds.
    fn is_line(&self, line: &OpenedLine) -> Checked<()> {
        let Some(prices) = &self.openings.prices else {
            return Ok(());
        };
        let bidder = Token::new(line.bidder.as_str())?;
        let price = prices
            .get(&bidder)
            .ok_or_else(|| Flaw::new("no price is shown"))?;
        let is_shut = self.openings.shut.contains(&bidder) || price.is_err();
        ensure(line.code.is_some() == is_shut, "another code than its own")?;
        let Ok((_, price)) = price else {
            return ensure(line.total_fen.is_none(), "a price that did not open");
        };
        let total = i64::try_from(price.total).map_err(|e| Flaw::new(e.to_string()))?;
        ensure(line.total_fen == Some(Fen(total)), "another price than its own")?;
        ensure(line.promises() == promises(price), "other promises than its own")
    }
}

/// Days, quality and manager, his certificate masked, as columns take them: U+0000 is stored by no database.
fn promises(price: &Price) -> (Option<i64>, Option<String>, Option<String>) {
    let text = |text: &Option<String>| text.as_ref().map(|text| text.replace('\0', "\u{fffd}"));
    let manager = text(&price.manager).as_deref().map(masked);
    (price.days, text(&price.quality), manager)
}
