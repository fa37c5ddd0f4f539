//! The site as a whole: the catalogues, the interface described, every link of every page, every
//! route for every role, and refused forms that come back.

mod again;
mod catalogue;
mod crawl;
mod permissions;

use tianping::domain::actor::Role;

use crate::{tender::Town, world::Who};

/// Somebody of every role that an account can hold, and a rival of the bidder.
pub async fn everybody(town: &Town) -> Vec<(&'static str, Who)> {
    let mut all = vec![("owner", town.owner.clone())];
    for role in Role::grantable().filter(|role| *role != Role::Owner) {
        let organisation = match role {
            Role::Expert
            | Role::CivicObserver
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin => None,
            Role::CentreOperator | Role::CentreHead => Some("市公共资源交易中心"),
            other => Some(other.word()),
        };
        let login = format!("every.{}", role.word().replace('_', "."));
        all.push((role.word(), town.world.person(&login, role, organisation).await));
    }
    all.push((
        "rival",
        town.world.person("rival", Role::Bidder, Some("rival")).await,
    ));
    all
}
