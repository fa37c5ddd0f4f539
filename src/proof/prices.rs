//! The prices of a lot, opened again by anybody (A.7): what its archive has beside the chain, so that no
//! price and no code is believed because the platform wrote it.
//!
//! In: the key set of `price`, its releases, every effective submission with the ciphertext of its price;
//! the chain of the tender. Out: for each bidder the price, or the code of the first step that fails.
//! Never: an effective submission left out that nobody voided; a release for another list of bids; a
//! ciphertext that is not the one submitted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    bid::{LotParts, Price, Submit},
    canon::{Base64, Checked, Flaw, Hash, Object, Token, Whole, ascends, ensure},
    docket::Docket,
    envelope::Identity,
    keyset::Pack,
    opening::{self, Body, Closed, Code},
    parties::Parties,
    policy::Policy,
    release::Opening,
    sig::{Sig, Signed},
    stage::KeyStage,
};

/// `lot.prices/1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// The key set of `price`.
    pub pack: Whole<Pack>,
    /// Of holders and custodians, enough for every layer.
    pub releases: Vec<Whole<Signed>>,
    /// The effective submissions, ascending by bidder.
    pub subs: Vec<SealedPrice>,
}

impl Object for Prices {
    const T: &'static str = "lot.prices/1";

    fn check(&self) -> Checked<()> {
        ensure(
            ascends(self.subs.iter().map(|sub| &sub.bidder)),
            "prices do not ascend by bidder",
        )
    }
}

/// A submission with the ciphertext of its price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedPrice {
    /// The bidder.
    pub bidder: Token,
    /// The signed `bid.submit/1`.
    pub sub: Whole<Signed>,
    /// The ciphertext.
    pub ct: Base64,
}

/// What a price part held: SHA-256 of its plaintext and the price, or the code.
pub type OpenedPrice = Result<(Hash, Price), Code>;

impl Prices {
    /// Opens every price, by bidder.
    ///
    /// # Errors
    /// The first check that fails: of the key set, of the releases, of the submissions against the list
    /// of bids, of a ciphertext against what was submitted.
    pub fn open(
        &self,
        docket: &Docket<'_>,
        parties: &Parties,
        policy: &Policy,
    ) -> Checked<BTreeMap<Token, OpenedPrice>> {
        self.check()?;
        let keys = self.pack.0.open(parties, policy)?;
        let parts = docket.parts()?;
        let stage = KeyStage::PRICE.token()?;
        let mut own = parts.parts.iter().filter(|slot| slot.stage == stage);
        ensure(
            keys.keyset.stage == stage && own.all(|slot| slot.keyset == keys.id),
            "prices: another key set than the published one",
        )?;
        let list = docket.list()?;
        let releases: Vec<Signed> = self.releases.iter().map(|signed| signed.0.clone()).collect();
        let opening = Opening {
            keys: &keys,
            event: list.c,
            parties,
        };
        let layers = opening.identities(&releases)?;
        let mut opened = BTreeMap::new();
        for sub in list.x.effective() {
            let sealed = self.subs.iter().find(|sealed| sealed.bidder == sub.bidder);
            let Some(sealed) = sealed else {
                let why = format!("prices: the submission of {} is left out", sub.bidder);
                ensure(docket.voided(&sub.last, u64::MAX), why)?;
                continue;
            };
            let price = sealed.open(sub.last, &parts, &layers);
            let price = price.map_err(|flaw| Flaw::new(format!("prices: {}: {flaw}", sub.bidder)))?;
            opened.insert(sub.bidder.clone(), price);
        }
        ensure(
            self.subs.len() == opened.len(),
            "prices: somebody who did not bid",
        )?;
        Ok(opened)
    }
}

impl SealedPrice {
    fn open(&self, last: Hash, parts: &LotParts, layers: &[Identity]) -> Checked<OpenedPrice> {
        let Whole(signed) = &self.sub;
        ensure(signed.x_digest()? == last, "not the submission of the list")?;
        Sig::from_value(&signed.sig)?.verify(&signed.x)?;
        let Ok(submit) = Submit::read(&signed.x, &parts.parts) else {
            return Ok(Err(Code::Head));
        };
        ensure(
            (&submit.tender, &submit.lot, &submit.bidder) == (&parts.tender, &parts.lot, &self.bidder),
            "the submission of another",
        )?;
        let mut price = submit.parts.iter();
        let price = price.find(|part| part.hd.0.stage.as_str() == KeyStage::PRICE.to_string());
        let price = price.ok_or_else(|| Flaw::new("no price"))?;
        match opening::open(price, layers, self.ct.0.as_slice(), std::io::sink()) {
            Ok(opened) => match opened.body {
                Body::Price(price) => Ok(Ok((opened.plain, price))),
                Body::Docs | Body::Draw(_) => Err(Flaw::new("not a price")),
            },
            Err(Closed::Code(Code::Hash)) => Err(Flaw::new("not the ciphertext submitted")),
            Err(Closed::Code(code)) => Ok(Err(code)),
            Err(Closed::Io(error)) => Err(Flaw::new(error.to_string())),
        }
    }
}
