//! The supervision bureau's own copy of the registry of experts, against which it compares the numbers
//! that a draw offers (protocols B.7).
//!
//! In: the table of experts as the committee publishes it. Out: yes, or the number that does not
//! belong. Never: a pool blinded with a number that the bureau does not know under that specialty.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::{Outcome, Trouble};
use crate::{
    domain::expert::{Standing, list},
    proof::canon::Token,
};

/// Numbers of experts with their specialties.
#[derive(Debug, Default)]
pub struct Registry(BTreeMap<String, BTreeSet<String>>);

impl Registry {
    /// Reads the table; a line that cannot be read is an error, since its expert would be missing.
    pub fn read(path: &Path) -> Outcome<Self> {
        let text =
            std::fs::read_to_string(path).map_err(|e| Trouble::new(format!("{}: {e}", path.display())))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Outcome<Self> {
        let lines = list::experts(text).map_err(|refusal| Trouble::new(refusal.reason.code))?;
        if let Some(bad) = lines.bad.first() {
            return Err(Trouble::new(format!("registry, line {}: {}", bad.line, bad.code)));
        }
        let good = lines.good.into_iter().map(|(_, line)| line);
        let active = good.filter(|line| line.standing == Standing::Active);
        let experts = active.map(|line| (line.expert_no, line.specialties));
        Ok(Self(experts.collect()))
    }

    /// Checks the numbers offered for a draw `<lot>.draw0.<specialty>`.
    pub fn check(&self, draw: &Token, experts: &[Token]) -> Outcome<()> {
        let specialty = draw.as_str().rsplit('.').next().unwrap_or_default();
        let is_known = |no: &&Token| {
            let own = self.0.get(no.as_str());
            own.is_some_and(|own| own.contains(specialty))
        };
        match experts.iter().find(|no| !is_known(no)) {
            None => Ok(()),
            Some(no) => Err(Trouble::new(format!(
                "{no} is not in our registry under {specialty}"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_belongs_under_its_specialty_or_nowhere() {
        let head = list::EXPERT_COLUMNS.join(",");
        let row = "E1,张三,11010519491231002X,13800138000,91350100M000100Y43,甲设计院,350200,A08;a0801,高级工程师,2010-05,active";
        let registry = Registry::parse(&format!("{head}\n{row}\n")).unwrap();
        let token = |text: &str| Token::new(text).unwrap();
        registry.check(&token("l.draw0.a08"), &[token("E1")]).unwrap();
        assert!(registry.check(&token("l.draw0.a10"), &[token("E1")]).is_err());
        assert!(registry.check(&token("l.draw0.a08"), &[token("E2")]).is_err());
        assert!(Registry::parse("expert_no,name\n").is_err());
    }
}
