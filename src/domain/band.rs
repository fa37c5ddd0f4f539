//! The price band of the reasonable-price draw (合理造价区间, rules 6.2): which K can be drawn, the price
//! `f(K)` it leads to, and whether a bid lies inside `[f(Kmax), f(Kmin)]`, both ends included.
//!
//! In: ceiling, provisional sums, range and step of K as published. Out: exact amounts in whole yuan.
//! What must never happen: a float, a value of K that is not listed, a lower end that is declared
//! rather than computed (rule D05).

use super::{
    money::Fen,
    refusal::{
        Lawful, Refusal,
        band::{CEILING, COEFFICIENT, RANGE, STEP, SUMS},
        require,
    },
};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

/// A value of K in hundredths of a per cent: 837 is 8.37 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Coefficient(i64);

impl Coefficient {
    /// The hundredths of a per cent.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        self.0
    }
}

/// `8.37`: the form in lists, notices and draw transcripts.
impl std::fmt::Display for Coefficient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// Where a bid lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Under the lower end.
    Below,
    /// Inside, an end included.
    Inside,
    /// Over the upper end.
    Above,
}

/// The published parameters of a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceBand {
    ceiling: Fen,
    sums: Fen,
    min: Coefficient,
    max: Coefficient,
    step: i64,
}

impl PriceBand {
    /// A band of a ceiling `B`, the provisional sums `a` and `b`, and the listed values of K from
    /// `k_min` up to but not including `k_max`, all in hundredths of a per cent.
    ///
    /// # Errors
    /// `band.ceiling`, `band.sums`, `band.range`, `band.step`, at the field.
    pub fn new(ceiling: Fen, a: Fen, b: Fen, k_min: i64, k_max: i64, k_step: i64) -> Lawful<Self> {
        require(ceiling > Fen(0) && ceiling <= Fen::MAX, || {
            Refusal::new(&CEILING).fact("ceiling", ceiling).at("ceiling_fen")
        })?;
        let sums = Fen(a.0.saturating_add(b.0));
        require(a >= Fen(0) && b >= Fen(0) && sums < ceiling, || {
            Refusal::new(&SUMS)
                .fact("sums", sums)
                .fact("ceiling", ceiling)
                .at("provisional_fen")
        })?;
        let (min, max) = (Coefficient(k_min), Coefficient(k_max));
        let ranged = |refusal: Refusal| refusal.fact("min", min).fact("max", max);
        require(0 <= k_min && k_min < k_max && k_max <= 10_000, || {
            ranged(Refusal::new(&RANGE)).at("k_max")
        })?;
        // one value would be no draw
        require(k_step >= 1 && k_step < k_max - k_min, || {
            ranged(Refusal::new(&STEP))
                .fact("step", Coefficient(k_step))
                .at("k_step")
        })?;
        Ok(Self {
            ceiling,
            sums,
            min,
            max,
            step: k_step,
        })
    }

    /// Every value of K that can be drawn, ascending.
    pub fn coefficients(&self) -> impl Iterator<Item = Coefficient> {
        let (max, step) = (self.max.0, self.step);
        std::iter::successors(Some(self.min.0), move |k| Some(k + step))
            .take_while(move |k| *k < max)
            .map(Coefficient)
    }

    /// The listed value that a draw names.
    ///
    /// # Errors
    /// `band.coefficient`.
    pub fn coefficient(&self, token: &str) -> Lawful<Coefficient> {
        let listed = self.coefficients().find(|k| k.to_string() == token);
        listed.ok_or_else(|| Refusal::new(&COEFFICIENT).fact("given", token))
    }

    /// `f(K) = (B - a - b) x (1 - K/100) + a + b`, rounded half up to the yuan.
    #[must_use]
    pub fn price(&self, k: Coefficient) -> Fen {
        let rest = Fen(self.ceiling.0 - self.sums.0).yuan();
        let exact = rest * Decimal::new(10_000 - k.0, 4) + self.sums.yuan();
        // positive, so away from zero is up
        let yuan = exact.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
        Fen(yuan.to_i64().unwrap_or(i64::MAX).saturating_mul(100))
    }

    /// The lower end, `f(Kmax)`.
    #[must_use]
    pub fn low(&self) -> Fen {
        self.price(self.max)
    }

    /// The upper end, `f(Kmin)`.
    #[must_use]
    pub fn high(&self) -> Fen {
        self.price(self.min)
    }

    /// Where a bid lies; whether it is above the ceiling is another question.
    #[must_use]
    pub fn place(&self, bid: Fen) -> Place {
        if bid < self.low() {
            Place::Below
        } else if bid > self.high() {
            Place::Above
        } else {
            Place::Inside
        }
    }

    /// Whether a bid lies inside.
    #[must_use]
    pub fn admits(&self, bid: Fen) -> bool {
        self.place(bid) == Place::Inside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    fn example() -> PriceBand {
        PriceBand::new(yuan(12_345_678), yuan(500_000), yuan(300_000), 600, 1200, 1).unwrap()
    }

    #[test]
    fn worked_example() {
        let band = example();
        let price = |k: &str| band.price(band.coefficient(k).unwrap());
        assert_eq!(price("6.00"), yuan(11_652_937));
        assert_eq!(price("8.37"), yuan(11_379_305));
        assert_eq!(price("11.99"), yuan(10_961_351));
        assert_eq!((band.low(), band.high()), (yuan(10_960_197), yuan(11_652_937)));
        for (bid, place) in [
            (11_652_937, Place::Inside),
            (11_652_938, Place::Above),
            (10_960_197, Place::Inside),
            (10_960_196, Place::Below),
        ] {
            assert_eq!(band.place(yuan(bid)), place, "{bid}");
        }
        assert!(
            !band.admits(Fen(band.high().0 + 1)) && !band.admits(Fen(band.low().0 - 1)),
            "fen count"
        );
        // 6.3: one published K
        let fixed = PriceBand::new(yuan(4_800_000), yuan(150_000), Fen(0), 500, 510, 5).unwrap();
        assert_eq!(fixed.high(), yuan(4_567_500));
    }

    #[test]
    fn halves_round_up() {
        // (201 - 1) x 0.9975 + 1 = 200.50
        let band = PriceBand::new(yuan(201), yuan(1), Fen(0), 0, 50, 25).unwrap();
        assert_eq!(band.price(Coefficient(25)), yuan(201));
        // (200.98) x 0.9975 + 0.02 = 200.4975...
        let band = PriceBand::new(Fen(20_100), Fen(1), Fen(1), 0, 50, 25).unwrap();
        assert_eq!(band.price(Coefficient(25)), yuan(200));
    }

    #[test]
    fn listed_values() {
        let band = example();
        let all: Vec<String> = band.coefficients().map(|k| k.to_string()).collect();
        assert_eq!(
            (all.len(), all[0].as_str(), all[599].as_str()),
            (600, "6.00", "11.99")
        );
        for foreign in ["12.00", "5.99", "6", "6.0", "6.000", "06.00", "", "8.375"] {
            assert_eq!(
                band.coefficient(foreign).unwrap_err().reason.code,
                "band.coefficient"
            );
        }
        let coarse = PriceBand::new(yuan(100), Fen(0), Fen(0), 650, 800, 40).unwrap();
        let all: Vec<String> = coarse.coefficients().map(|k| k.to_string()).collect();
        assert_eq!(all, ["6.50", "6.90", "7.30", "7.70"]);
    }

    #[test]
    fn impossible_bands_in_order() {
        let check = |b: i64, a: i64, s: i64, k: (i64, i64, i64), code: &str| {
            let found = PriceBand::new(Fen(b), Fen(a), Fen(s), k.0, k.1, k.2);
            assert_eq!(found.unwrap_err().reason.code, code);
        };
        check(0, -1, 0, (0, 0, 0), "band.ceiling");
        check(Fen::MAX.0 + 1, 0, 0, (0, 0, 0), "band.ceiling");
        check(100, 60, 40, (0, 0, 0), "band.sums");
        check(100, i64::MAX, i64::MAX, (0, 0, 0), "band.sums");
        check(100, -1, 0, (0, 0, 0), "band.sums");
        check(100, 0, 0, (600, 600, 0), "band.range");
        check(100, 0, 0, (-1, 600, 0), "band.range");
        check(100, 0, 0, (600, 10_001, 0), "band.range");
        check(100, 0, 0, (600, 1200, 0), "band.step");
        check(100, 0, 0, (600, 1200, 600), "band.step");
    }

    proptest! {
        #[test]
        fn laws_of_the_band(
            ceiling in 10_000_i64..=Fen::MAX.0, share in 0_i64..100, k_min in 0_i64..9_000,
            width in 2_i64..1_000, step in 1_i64..50,
        ) {
            let sums = Fen(ceiling / 100 * share);
            prop_assume!(step < width);
            let band = PriceBand::new(Fen(ceiling), sums, Fen(0), k_min, k_min + width, step).unwrap();
            let mut last = Fen(i64::MAX);
            for k in band.coefficients() {
                let price = band.price(k);
                // exact in integers: fen x 10^4, rounded half up to 10^6
                let exact = i128::from(ceiling - sums.0) * i128::from(10_000 - k.hundredths())
                    + i128::from(sums.0) * 10_000;
                prop_assert_eq!(i128::from(price.0), (exact + 500_000).div_euclid(1_000_000) * 100);
                prop_assert!(price <= last, "a larger K never raises the price");
                prop_assert!(band.admits(price), "every price that can be drawn is inside");
                last = price;
            }
            prop_assert!(band.admits(band.low()) && band.admits(band.high()), "both ends belong");
            prop_assert_eq!(band.place(Fen(band.high().0 + 1)), Place::Above);
            prop_assert_eq!(band.place(Fen(band.low().0 - 1)), Place::Below);
        }
    }
}
