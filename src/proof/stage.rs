//! The stages of keys (protocols A.3, B.1): which key set opens what, and at which attempt.
//!
//! In: the text of a stage, `docs`, `price`, `draw0`, `draw2-a2` … Out: what its keys open, and when. Never:
//! two texts for one stage; a second attempt at anything but a draw.

use std::fmt;
use std::str::FromStr;

use super::bid::Kind;
use super::canon::{Checked, Flaw, Token, decimal, ensure};

/// What the keys of a stage open; in the order of the texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// `docs`: the documents of the bids.
    Docs,
    /// `draw0`: the contributions to the draw of the experts, before any bid is opened.
    Experts,
    /// `draw1`: the contributions to the draw of K.
    Coefficient,
    /// `draw2`: the contributions to the draw of the order.
    Order,
    /// `price`: the prices of the bids.
    Price,
}

impl Base {
    const ALL: [Self; 5] = [
        Self::Docs,
        Self::Experts,
        Self::Coefficient,
        Self::Order,
        Self::Price,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Docs => "docs",
            Self::Experts => "draw0",
            Self::Coefficient => "draw1",
            Self::Order => "draw2",
            Self::Price => "price",
        }
    }

    fn is_draw(self) -> bool {
        match self {
            Self::Experts | Self::Coefficient | Self::Order => true,
            Self::Docs | Self::Price => false,
        }
    }
}

/// A stage of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyStage {
    /// What its keys open.
    pub base: Base,
    /// At which attempt, from 1; only a draw has a second.
    pub attempt: u64,
}

impl KeyStage {
    /// `docs`.
    pub const DOCS: Self = Self::first(Base::Docs);
    /// `draw0`.
    pub const EXPERTS: Self = Self::first(Base::Experts);
    /// `draw1`.
    pub const COEFFICIENT: Self = Self::first(Base::Coefficient);
    /// `draw2`.
    pub const ORDER: Self = Self::first(Base::Order);
    /// `price`.
    pub const PRICE: Self = Self::first(Base::Price);

    const fn first(base: Base) -> Self {
        Self { base, attempt: 1 }
    }

    /// The same at another attempt.
    #[must_use]
    pub fn at(self, attempt: u64) -> Self {
        Self { attempt, ..self }
    }

    /// The attempt before; none before the first.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        let before = self.attempt.checked_sub(1)?;
        (before > 0).then(|| self.at(before))
    }

    /// Whether a draw is opened, to which the duties contribute.
    #[must_use]
    pub fn is_draw(self) -> bool {
        self.base.is_draw()
    }

    /// Whether it is a draw by which a winner is found.
    #[must_use]
    pub fn is_award(self) -> bool {
        matches!(self.base, Base::Coefficient | Base::Order)
    }

    /// Whether it is opened before the bids are, so that no list of bids is waited for.
    #[must_use]
    pub fn is_before_bids(self) -> bool {
        self.base == Base::Experts
    }

    /// Whether it is a draw that the bids foresaw: every bid brought its part, and the list of bids names
    /// the contributors. A later attempt has new contributions.
    #[must_use]
    pub fn is_listed(self) -> bool {
        self.part() == Some(Kind::Draw)
    }

    /// Whether the bidders are invited to contribute to it, beside the duties: a later attempt at a draw
    /// that their bids foresaw (protocols B.5).
    #[must_use]
    pub fn invites_bidders(self) -> bool {
        self.is_award() && self.attempt > 1
    }

    /// What the part of a bid is that is sealed to it; none where no bid has one.
    #[must_use]
    pub fn part(self) -> Option<Kind> {
        match (self.base, self.attempt) {
            (Base::Docs, _) => Some(Kind::Docs),
            (Base::Price, _) => Some(Kind::Price),
            (Base::Coefficient | Base::Order, 1) => Some(Kind::Draw),
            (Base::Experts | Base::Coefficient | Base::Order, _) => None,
        }
    }

    /// Its name in the objects of the protocols.
    ///
    /// # Errors
    /// None: every stage is a token.
    pub fn token(self) -> Checked<Token> {
        Token::new(self.to_string())
    }
}

impl fmt::Display for KeyStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.word())?;
        match self.attempt {
            1 => Ok(()),
            n => write!(f, "-a{n}"),
        }
    }
}

impl FromStr for KeyStage {
    type Err = Flaw;

    fn from_str(text: &str) -> Checked<Self> {
        let flaw = || Flaw::new(format!("not a stage of keys: {text}"));
        let (word, attempt) = match text.split_once("-a") {
            Some((word, attempt)) => (word, decimal(attempt).map_err(|_| flaw())?),
            None => (text, 1),
        };
        let base = Base::ALL.into_iter().find(|base| base.word() == word);
        let base = base.ok_or_else(flaw)?;
        let is_first = word == text;
        ensure(is_first || (base.is_draw() && attempt >= 2), flaw().0)?;
        Ok(Self { base, attempt })
    }
}

/// What a text names, where it names a stage of keys.
#[must_use]
pub fn named(text: &str) -> Option<KeyStage> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Text; a draw, before the bids, foreseen by the bids, open to new contributions of bidders; the attempt before.
    const STAGES: &str = "
docs     | - | - | - | - |
draw0    | d | b | - | - |
draw0-a2 | d | b | - | - | draw0
draw1    | d | - | l | - |
draw1-a3 | d | - | - | i | draw1-a2
draw2    | d | - | l | - |
draw2-a2 | d | - | - | i | draw2
price    | - | - | - | - |
";

    #[test]
    fn every_stage_has_one_text_and_its_time() {
        let mut last = None;
        for row in STAGES.lines().filter(|row| !row.is_empty()) {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let stage: KeyStage = cells[0].parse().unwrap();
            assert_eq!(stage.to_string(), cells[0]);
            assert_eq!(stage.token().unwrap().as_str(), cells[0]);
            let facts = [
                stage.is_draw(),
                stage.is_before_bids(),
                stage.is_listed(),
                stage.invites_bidders(),
            ];
            for (fact, cell) in facts.into_iter().zip(&cells[1..5]) {
                assert_eq!(fact, *cell != "-", "{row}");
            }
            let before = stage.before().map(|before| before.to_string());
            assert_eq!(before.unwrap_or_default(), cells[5], "{row}");
            assert!(last < Some(stage), "in the order of the texts");
            last = Some(stage);
        }
        assert_eq!(KeyStage::DOCS.part(), Some(Kind::Docs));
        assert_eq!(KeyStage::PRICE.part(), Some(Kind::Price));
        assert_eq!(KeyStage::ORDER.part(), Some(Kind::Draw));
        assert_eq!(
            (KeyStage::ORDER.at(2).part(), KeyStage::EXPERTS.part()),
            (None, None)
        );
    }

    #[test]
    fn other_texts_are_no_stages() {
        for text in [
            "",
            "draw",
            "draw3",
            "Draw1",
            "docs-a2",
            "price-a1",
            "draw1-a",
            "draw1-a0",
            "draw1-a1",
            "draw1-a02",
            "draw1-a-2",
            "draw1-a2-a3",
            "draw1-a2 ",
            "draw01",
            "draw1.a08",
        ] {
            assert!(text.parse::<KeyStage>().is_err(), "{text}");
        }
    }
}
