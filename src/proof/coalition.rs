//! Which organisations together open a stage, and which key sets are refused for it (protocols A.3).
//!
//! In: the layers with every duty replaced by its organisation. Out: a verdict. Never: a count of
//! duties, since one organisation may sit on several of them.

use std::collections::BTreeSet;

use super::canon::{Checked, ensure};

/// One layer: who opens it alone, and which custodians open it together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer<'a> {
    /// The organisation of the holder.
    pub holder: &'a str,
    /// How many shares recover the key.
    pub t: u8,
    /// The organisation of each custodian, in list order.
    pub custodians: Vec<&'a str>,
}

impl Layer<'_> {
    fn opens(&self, coalition: &BTreeSet<&str>) -> bool {
        let seats = self.custodians.iter().filter(|org| coalition.contains(*org));
        coalition.contains(self.holder) || seats.count() >= usize::from(self.t)
    }
}

/// Whether these organisations together open every layer.
pub fn opens(layers: &[Layer<'_>], coalition: &BTreeSet<&str>) -> bool {
    layers.iter().all(|layer| layer.opens(coalition))
}

/// Refuses a key set without layers, one that a single organisation opens or blocks, and one that
/// `owner_side` (the organisations of op, ten and agency) opens.
///
/// # Errors
/// The first of these, named `empty`, `single`, `blocked` or `owner`.
pub fn check(layers: &[Layer<'_>], owner_side: &BTreeSet<&str>) -> Checked<()> {
    ensure(!layers.is_empty(), "coalition empty: no layers")?;
    let mut all = BTreeSet::new();
    for layer in layers {
        all.insert(layer.holder);
        all.extend(layer.custodians.iter().copied());
    }
    for org in &all {
        ensure(
            !opens(layers, &BTreeSet::from([*org])),
            format_args!("coalition single: {org} opens alone"),
        )?;
        let others: BTreeSet<&str> = all.iter().copied().filter(|other| other != org).collect();
        ensure(
            opens(layers, &others),
            format_args!("coalition blocked: without {org} nobody opens"),
        )?;
    }
    ensure(
        !opens(layers, owner_side),
        "coalition owner: centre, owner and agency open together",
    )
}
