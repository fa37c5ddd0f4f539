//! What a market organisation declares (告知承诺), and what it may do with its own people.
//!
//! In: what a form declared; two of its people. Out: the declaration whose digest is kept, the roles
//! to give, the hand-over. Never: an approval by anybody, a power given to itself that is not its own.

use serde::{Deserialize, Serialize};

use super::{
    account::{Account, Organisation, RoleGrant},
    actor::{Position, Role},
    id::Id,
    refusal::{
        Lawful, Refusal,
        account::{HAND_OVER, MARKET_ROLE, NO_POSITION, NOT_DECLARED},
        require,
    },
    time::Instant,
};
use crate::proof::canon::Object;

/// `declaration/1`: what an organisation said of itself, and the sentence it said it under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// Its credit code, or a natural person's pseudonym.
    pub code: String,
    /// Its name.
    pub name: String,
    /// `market` or `person`.
    pub kind: String,
    /// GB/T 2260 code of its seat.
    pub region: String,
    /// Its address.
    pub address: String,
    /// What it wants to be: sorted words of roles.
    pub roles: Vec<String>,
    /// The name of the person who declared.
    pub declared_by: String,
    /// The sentence (告知承诺), in Chinese.
    pub text: String,
}

impl Object for Declaration {
    const T: &'static str = "declaration/1";
}

impl Declaration {
    /// The declaration of an organisation as it stands.
    #[must_use]
    pub fn new(organisation: &Organisation, roles: &[Role], declared_by: &str, text: String) -> Self {
        let mut roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
        roles.sort_unstable();
        roles.dedup();
        Self {
            code: organisation.code.clone(),
            name: organisation.name.clone(),
            kind: organisation.kind.to_string(),
            region: organisation.region.clone(),
            address: organisation.address.clone(),
            roles,
            declared_by: declared_by.to_owned(),
            text,
        }
    }
}

/// Refuses what was not declared.
///
/// # Errors
/// `organisation.not_declared`.
pub fn must_declare(is_declared: bool) -> Lawful<()> {
    require(is_declared, || Refusal::new(&NOT_DECLARED).at("declared"))
}

/// The roles and positions of one person: at least one each, roles of the market only.
///
/// # Errors
/// `organisation.no_position`, `organisation.market_role`.
pub fn posts(roles: &[Role], positions: &[Position]) -> Lawful<Vec<(Role, Position)>> {
    let missing = |field: &str| Refusal::new(&NO_POSITION).at(field);
    require(!roles.is_empty(), || missing("roles"))?;
    require(!positions.is_empty(), || missing("positions"))?;
    if let Some(role) = roles.iter().find(|role| !role.is_market()) {
        return Err(Refusal::new(&MARKET_ROLE)
            .fact("role", format!("word:{}", role.key()))
            .at("roles"));
    }
    let mut posts: Vec<(Role, Position)> = roles
        .iter()
        .flat_map(|role| positions.iter().map(|position| (*role, *position)))
        .collect();
    posts.sort_unstable();
    posts.dedup();
    Ok(posts)
}

/// A hand-over (离岗交接): from when, and until when if the first comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver {
    /// From when the second does what the first did.
    pub from_at: Instant,
    /// Until when; `None` when the first does not come back, whose roles then end.
    pub until_at: Option<Instant>,
}

impl HandOver {
    /// The roles that the second gets: those of the first, for as long as it takes.
    ///
    /// # Errors
    /// `account.hand_over` when they are not two people of one organisation, the time is past or runs
    /// backwards, or there is nothing to hand over; as [`RoleGrant::new`] else.
    pub fn grants(
        self,
        first: &Account,
        second: &mut Account,
        held: &[RoleGrant],
        held_by_second: &[RoleGrant],
        now: Instant,
        mut id: impl FnMut() -> Id,
    ) -> Lawful<Vec<RoleGrant>> {
        let colleagues = first.organisation_id.is_some()
            && first.organisation_id == second.organisation_id
            && first.id != second.id;
        require(colleagues, || Refusal::new(&HAND_OVER).at("to"))?;
        let ahead = self.from_at.max(now);
        require(self.until_at.is_none_or(|until| until > ahead), || {
            Refusal::new(&HAND_OVER).at("until_at")
        })?;
        let mut made = Vec::new();
        for own in held
            .iter()
            .filter(|own| own.is_in_force(ahead) && own.stands_in_for.is_none())
        {
            let same = |other: &RoleGrant| {
                (other.role, other.position) == (own.role, own.position) && other.is_in_force(ahead)
            };
            if held_by_second.iter().any(same) {
                continue;
            }
            let grant = RoleGrant::new(id(), second, own.role, own.position, held_by_second, now)?;
            made.push(RoleGrant {
                from_at: ahead,
                until_at: self.until_at,
                region: own.region.clone(),
                stands_in_for: self.until_at.is_some().then(|| first.id.clone()),
                ..grant
            });
        }
        let covered = !made.is_empty() || held.iter().any(|own| own.is_in_force(ahead));
        require(covered, || Refusal::new(&HAND_OVER).at("to"))?;
        Ok(made)
    }
}

#[cfg(test)]
mod tests;
