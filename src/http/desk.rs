//! The desk of whoever is signed in.

use actix_web::HttpResponse;

use super::{ctx::Ctx, error::Failure};
use crate::{
    app::desk::{Desk, DeskLot, Post},
    domain::{actor::Role, procedure::Stage},
    page,
};

page!(Desk, "desk/show.html");

impl DeskLot {
    /// Where the work on the lot is done in this role: message keys and addresses.
    #[must_use]
    pub fn steps(&self) -> Vec<(&'static str, String)> {
        let (lot, tender) = (&self.lot, &self.tender);
        let is_open = self.stage == Stage::Open;
        let is_drawn = matches!(
            self.stage,
            Stage::CoefficientDraw | Stage::AwardDraw | Stage::Standstill
        );
        let has_result = self.has_sent && (is_drawn || self.stage == Stage::Awarded);
        let hall = Some(("hall-title", format!("/lots/{lot}/hall"))).filter(|_| is_drawn);
        match self.role {
            Role::Bidder => {
                let seal = ("desk-seal", format!("/lots/{lot}/bids/new"));
                let mut steps = vec![("desk-workspace", format!("/tenders/{tender}/workspace"))];
                steps.extend(Some(seal).filter(|_| is_open));
                steps.push(("desk-own-bid", format!("/lots/{lot}/bids/mine")));
                let result = ("award-own", format!("/lots/{lot}/result/mine"));
                steps.extend(Some(result).filter(|_| has_result));
                steps.extend(hall);
                steps
            }
            Role::Owner | Role::Agency => vec![("desk-bench", format!("/tenders/{tender}"))],
            Role::CentreOperator if is_open => vec![("desk-panel", format!("/lots/{lot}/panel/request"))],
            Role::Expert
            | Role::CentreOperator
            | Role::CentreHead
            | Role::Committee
            | Role::Supervisor
            | Role::Inspector
            | Role::Auditor
            | Role::CivicObserver
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin
            | Role::Holder
            | Role::Clock
            | Role::Public => {
                let record = ("desk-record", format!("/lots/{lot}/opening"));
                let mut steps = Vec::new();
                steps.extend(Some(record).filter(|_| self.stage.is_opened()));
                steps.extend(hall);
                steps
            }
        }
    }
}

impl Desk {
    /// Where the roles of this person work: message keys and addresses.
    #[must_use]
    pub fn places(&self) -> Vec<(&'static str, &'static str)> {
        let mut places: Vec<(&str, &str)> = self
            .posts
            .iter()
            .flat_map(|post| of(post.role))
            .copied()
            .collect();
        places.extend([
            ("desk-messages", "/messages"),
            ("desk-duties", "/duties"),
            ("desk-agents", "/session/agents"),
        ]);
        let mut seen = Vec::new();
        places.retain(|place| {
            let is_new = !seen.contains(place);
            seen.push(*place);
            is_new
        });
        places
    }

    /// The lots under way, or those that ended.
    pub fn that(&self, ended: &bool) -> impl Iterator<Item = &DeskLot> {
        self.lots.iter().filter(move |lot| lot.stage.is_final() == *ended)
    }

    /// Whether any of the lots has a step open to this person.
    #[must_use]
    pub fn has_steps(&self) -> bool {
        self.lots.iter().any(|lot| !lot.steps().is_empty())
    }

    /// The posts, each once.
    #[must_use]
    pub fn offices(&self) -> &[Post] {
        &self.posts
    }
}

/// The places of a role.
fn of(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Owner => &[
            ("desk-tenders", "/tenders"),
            ("desk-bases", "/bases"),
            ("desk-company", "/organisation"),
            ("desk-keys", "/organisation/keys"),
        ],
        Role::Agency => &[("desk-tenders", "/tenders"), ("desk-company", "/organisation")],
        Role::Bidder => &[
            ("desk-projects", "/jy/all"),
            ("environment-title", "/environment"),
            ("desk-company", "/organisation"),
            ("desk-keys", "/organisation/keys"),
        ],
        Role::Expert => &[("desk-calls", "/calls"), ("desk-interests", "/interests")],
        Role::CentreOperator => &[
            ("desk-panels", "/panels"),
            ("desk-projects", "/jy/all"),
            ("hold-board", "/duties/op/board"),
        ],
        Role::Committee => &[
            ("desk-experts", "/experts"),
            ("desk-bases", "/bases"),
            ("desk-regions", "/regions"),
            ("desk-specialties", "/specialties"),
        ],
        Role::CentreHead => &[
            ("desk-panels", "/panels"),
            ("desk-projects", "/jy/all"),
            ("desk-rules", "/rules"),
            ("desk-health", "/health"),
            ("hold-board", "/duties/op/board"),
        ],
        Role::Supervisor | Role::Inspector | Role::Auditor => &[
            ("desk-projects", "/jy/all"),
            ("desk-rules", "/rules"),
            ("desk-health", "/health"),
            ("hold-board", "/duties/sup/board"),
        ],
        Role::CivicObserver => &[
            ("desk-projects", "/jy/all"),
            ("desk-rules", "/rules"),
            ("desk-health", "/health"),
        ],
        Role::SystemAdmin => &[
            ("desk-accounts", "/accounts"),
            ("desk-authorities", "/authorities"),
        ],
        Role::SecurityAdmin => &[("desk-rights", "/rights")],
        Role::AuditAdmin => &[("desk-audit", "/audit")],
        Role::Holder | Role::Clock | Role::Public => &[],
    }
}

/// What is to be done next.
#[utoipa::path(get, path = "/desk", tag = "people", responses((status = 200, body = Desk)))]
pub async fn show(ctx: Ctx) -> Result<HttpResponse, Failure> {
    ctx.show(ctx.app.desk(ctx.person()?).await)
}
