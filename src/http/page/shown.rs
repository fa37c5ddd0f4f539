//! How a page shows amounts, moments, digests, lengths and codes: as people read them, and as a form
//! takes them back.

use super::Frame;
use crate::{
    domain::{
        money::Fen,
        time::{DAY, HOUR, Instant, MINUTE, SECOND},
    },
    words,
};

impl Frame {
    /// The n-th step of a word's chapter.
    #[must_use]
    pub fn step(&self, set: &str, word: impl std::fmt::Display, n: impl std::fmt::Display) -> String {
        self.t(&format!("{}-{n}", self.word_key(set, word)))
    }

    /// The name of a region; as much of its code as has no name.
    #[must_use]
    pub fn place(&self, code: impl std::fmt::Display) -> String {
        self.c.places.name(&code.to_string())
    }

    /// The regions to choose from, as (code, name).
    #[must_use]
    pub fn regions(&self) -> Vec<(String, String)> {
        self.c.places.regions()
    }

    /// The specialties to choose from, as (code, name).
    #[must_use]
    pub fn specialties(&self) -> Vec<(String, String)> {
        self.c.places.specialties()
    }

    /// The name of a specialty of experts.
    #[must_use]
    pub fn specialty(&self, code: impl std::fmt::Display) -> String {
        self.c.places.specialty(&code.to_string())
    }

    /// Why a rule refuses, by its code, with its facts left open; the code where there are no words.
    #[must_use]
    pub fn reason(&self, code: impl std::fmt::Display) -> String {
        let code = code.to_string();
        let key = words::refusal(&code);
        let Some(text) = words::find(self.c.lang, &key, &[]) else {
            return code;
        };
        let mut parts = text.split("{$");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push('…');
            out.push_str(part.split_once('}').map_or("", |(_, rest)| rest));
        }
        out
    }

    /// Why a lot failed, by the row of the rules.
    #[must_use]
    pub fn failure(&self, rule: &str) -> String {
        self.t(&words::failure(rule))
    }

    /// Beijing time to the minute.
    #[must_use]
    pub fn at(&self, instant: &Instant) -> String {
        instant.local()
    }

    /// 元 with thousand marks.
    #[must_use]
    pub fn yuan(&self, fen: &Fen) -> String {
        fen.grouped()
    }

    /// `1234567.89`, as a form takes it back.
    #[must_use]
    pub fn plain(&self, fen: &Fen) -> String {
        fen.grouped().replace(',', "")
    }

    /// `YYYY-MM-DDTHH:MM`, as a form takes it back and as `<time>` wants it.
    #[must_use]
    pub fn moment(&self, instant: &Instant) -> String {
        instant.local().replace(' ', "T")
    }

    /// `YYYY-MM-DD`, Beijing.
    #[must_use]
    pub fn day(&self, instant: &Instant) -> String {
        instant.date().to_string()
    }

    /// Whether an instant is still to come.
    #[must_use]
    pub fn is_ahead(&self, instant: &Instant) -> bool {
        *instant > self.c.now
    }

    /// So many hours from now, to the minute, as a form takes it.
    #[must_use]
    pub fn later(&self, hours: i64) -> String {
        self.moment(&self.c.now.plus(hours.saturating_mul(HOUR)))
    }

    /// How long it still is to an instant, in words.
    #[must_use]
    pub fn left(&self, instant: &Instant) -> String {
        let span = instant.0 - self.c.now.0;
        if span <= 0 {
            return self.t("site-past");
        }
        let two = |n: i64| format!("{n:02}");
        let (days, hours) = ((span / DAY).to_string(), two(span % DAY / HOUR));
        let (minutes, seconds) = (two(span % HOUR / MINUTE), two(span % MINUTE / SECOND));
        self.left_of([&days, &hours, &minutes, &seconds])
    }

    /// The same words with `{days}` and so on left open, for `site.js`.
    #[must_use]
    pub fn left_pattern(&self) -> String {
        self.left_of(["{days}", "{hours}", "{minutes}", "{seconds}"])
    }

    fn left_of(&self, [days, hours, minutes, seconds]: [&str; 4]) -> String {
        let facts = [
            ("days", days),
            ("hours", hours),
            ("minutes", minutes),
            ("seconds", seconds),
        ];
        self.tn("site-left", &facts)
    }

    /// A length in bytes, as people say it.
    #[must_use]
    pub fn size(&self, n_bytes: &i64) -> String {
        const UNITS: [&str; 4] = ["B", "KiB", "MiB", "GiB"];
        let mut n = *n_bytes;
        let mut units = UNITS.iter();
        let mut unit = units.next().unwrap_or(&"B");
        for larger in units {
            if n < 10_240 {
                break;
            }
            n /= 1024;
            unit = larger;
        }
        format!("{n} {unit}")
    }

    /// A digest in groups of four, to be compared by eye.
    #[must_use]
    pub fn in_fours(&self, hash: impl std::fmt::Display) -> String {
        let mut out = String::new();
        for (i, c) in hash.to_string().chars().enumerate() {
            if i > 0 && i.is_multiple_of(4) {
                out.push(' ');
            }
            out.push(c);
        }
        out
    }

    /// The first eight digits of a digest.
    #[must_use]
    pub fn short(&self, hash: impl std::fmt::Display) -> String {
        hash.to_string().chars().take(8).collect()
    }
}
