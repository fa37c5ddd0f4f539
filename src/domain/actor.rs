//! Who acts: roles, the three powers that one account never joins, and the people behind a request.
//!
//! Source: rule P11 (管办分离): those who operate never supervise, those who supervise never
//! operate, and those who decide do neither.

use serde::{Deserialize, Serialize};

use super::{
    act::{Act, Duty},
    code::Region,
    id::Id,
    refusal::{Lawful, Refusal, account::POSITION, common::NOT_YOURS},
};
use crate::text_enum;

text_enum! {
    /// The powers of 管办分离; an account holds one at most.
    pub enum Power {
        /// Decides about projects: owners, the platform committee's office.
        Decide,
        /// Operates: the trading centre, agencies.
        Operate,
        /// Supervises: bureaus, inspectors, auditors.
        Supervise,
    }
}

text_enum! {
    /// The roles of rule P11, and the parties that act without an account.
    pub enum Role {
        /// 招标人: owns tenders and decides about them.
        Owner,
        /// 招标代理: prepares for an owner.
        Agency,
        /// 投标人、竞选人.
        Bidder,
        /// 评审专家.
        Expert,
        /// 交易中心工作人员.
        CentreOperator,
        /// 交易中心负责人.
        CentreHead,
        /// 公管办: catalogue, house rules, the local expert list.
        Committee,
        /// 行政监督部门.
        Supervisor,
        /// 纪检监察: read-only, on request.
        Inspector,
        /// 审计、财政监督: read-only, limited in scope and time.
        Auditor,
        /// 社会监督员.
        CivicObserver,
        /// 系统管理员: accounts, no rights, no business.
        SystemAdmin,
        /// 安全管理员: rights, no accounts, no business.
        SecurityAdmin,
        /// 审计管理员: the audit trail of the other two.
        AuditAdmin,
        /// A holder's or custodian's client, known by its signature.
        Holder,
        /// Time itself: the worker doing what is due.
        Clock,
        /// Anybody, not signed in.
        Public,
    }
}

impl Role {
    /// The message key of its name.
    #[must_use]
    pub fn key(self) -> String {
        format!("role-{}", self.word().replace('_', "-"))
    }

    /// The power the role carries; `None` for those who take part or look on.
    #[must_use]
    pub fn power(self) -> Option<Power> {
        match self {
            Self::Owner | Self::Committee => Some(Power::Decide),
            Self::Agency | Self::CentreOperator | Self::CentreHead => Some(Power::Operate),
            Self::Supervisor | Self::Inspector | Self::Auditor | Self::CivicObserver => {
                Some(Power::Supervise)
            }
            Self::Bidder
            | Self::Expert
            | Self::SystemAdmin
            | Self::SecurityAdmin
            | Self::AuditAdmin
            | Self::Holder
            | Self::Clock
            | Self::Public => None,
        }
    }

    /// The kind of account that holds the role; `None` for the parties without an account.
    #[must_use]
    pub fn account_kind(self) -> Option<AccountKind> {
        match self {
            Self::Owner | Self::Agency | Self::Bidder | Self::Expert => Some(AccountKind::Party),
            Self::CentreOperator
            | Self::CentreHead
            | Self::Committee
            | Self::Supervisor
            | Self::Inspector
            | Self::Auditor
            | Self::CivicObserver => Some(AccountKind::Staff),
            Self::SystemAdmin => Some(AccountKind::System),
            Self::SecurityAdmin => Some(AccountKind::Security),
            Self::AuditAdmin => Some(AccountKind::Audit),
            Self::Holder | Self::Clock | Self::Public => None,
        }
    }

    /// Whether an account with this role must sign in with a second factor.
    #[must_use]
    pub fn is_staff(self) -> bool {
        self.account_kind().is_some_and(AccountKind::needs_factor)
    }

    /// Whether a market organisation gives the role to its own people.
    #[must_use]
    pub fn is_market(self) -> bool {
        matches!(self, Self::Owner | Self::Agency | Self::Bidder)
    }

    /// The roles an account can be granted.
    pub fn grantable() -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|role| role.account_kind().is_some())
    }
}

text_enum! {
    /// 三员分立: the kinds of account, which never share a role.
    pub enum AccountKind {
        /// People of the market, experts.
        Party,
        /// Staff of centre and authorities, and civic observers: rights given by the platform.
        Staff,
        /// 系统管理员.
        System,
        /// 安全管理员.
        Security,
        /// 审计管理员.
        Audit,
    }
}

impl AccountKind {
    /// Whether such an account does nothing of its role before the second factor is given.
    #[must_use]
    pub fn needs_factor(self) -> bool {
        self != Self::Party
    }

    /// The one role of an administrator's account.
    #[must_use]
    pub fn administrator(self) -> Option<Role> {
        match self {
            Self::Party | Self::Staff => None,
            Self::System => Some(Role::SystemAdmin),
            Self::Security => Some(Role::SecurityAdmin),
            Self::Audit => Some(Role::AuditAdmin),
        }
    }
}

text_enum! {
    /// What a person of a market organisation may do for it.
    pub enum Position {
        /// 管理员: keeps the organisation's people and keys.
        Administrator,
        /// 经办人: prepares.
        Preparer,
        /// 复核人: checks.
        Checker,
        /// 授权签署人: signs and submits.
        Signatory,
    }
}

/// A role given to an account, for an organisation and a region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The organisation it is held for; experts and observers have none.
    pub organisation: Option<Id>,
    /// The position within a market organisation.
    pub position: Option<Position>,
    /// GB/T 2260 code: the role covers it and what lies below.
    pub region: String,
}

impl Grant {
    /// Whether staff with this grant serve what lies in a region. It is the one test of it: a centre
    /// and a bureau know of nothing elsewhere.
    #[must_use]
    pub fn serves(&self, region: &str) -> bool {
        Region::is_served(region, &self.region)
    }
}

/// A person signed in, as looked up for one request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub account: Id,
    /// The session, for the password asked again and for CSRF.
    pub session: Id,
    /// The name shown.
    pub name: String,
    /// Every grant in force.
    pub grants: Vec<Grant>,
}

/// Who asks for an act or a view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// Somebody signed in.
    Person(Person),
    /// The client of a duty of a lot (`op`, `sup`, `upper`, `ten`), known by its signature.
    Holder(String),
    /// The worker.
    Clock,
    /// Nobody in particular.
    Public,
}

impl Actor {
    /// The roles the actor has.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        match self {
            Self::Person(person) => {
                let mut roles: Vec<Role> = person.grants.iter().map(|grant| grant.role).collect();
                roles.push(Role::Public);
                roles
            }
            Self::Holder(_) => vec![Role::Holder],
            Self::Clock => vec![Role::Clock],
            Self::Public => vec![Role::Public],
        }
    }

    /// Whether the actor has the role.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles().contains(&role)
    }

    /// The role in which the duty table lets the actor do this act; for a market organisation also in
    /// a position that may.
    ///
    /// # Errors
    /// `act.not_yours`, `account.position`.
    pub fn role_for(&self, act: Act) -> Lawful<Role> {
        let (duty, named) = (act.duty(), format!("word:{}", act.key()));
        let mut lawful = self.roles();
        lawful.retain(|role| duty.roles.contains(role));
        if lawful.is_empty() {
            let role = self.roles().first().map_or(Role::Public, |role| *role);
            return Err(Refusal::new(&NOT_YOURS)
                .fact("act", named)
                .fact("role", format!("word:{}", role.key())));
        }
        let needed = if duty.needs_signatory() {
            "signatory"
        } else {
            "business"
        };
        lawful
            .into_iter()
            .find(|role| self.is_placed(*role, duty))
            .ok_or_else(|| {
                Refusal::new(&POSITION)
                    .fact("act", named)
                    .fact("needed", format!("word:position-{needed}"))
            })
    }

    /// Whether the actor's position in the role allows the act; only market organisations have positions.
    fn is_placed(&self, role: Role, duty: &Duty) -> bool {
        let mut positions = duty.positions().iter();
        !role.is_market() || positions.any(|position| self.has_position(role, *position))
    }

    /// The grant with this role, if a person holds it.
    #[must_use]
    pub fn grant(&self, role: Role) -> Option<&Grant> {
        match self {
            Self::Person(person) => person.grants.iter().find(|grant| grant.role == role),
            Self::Holder(_) | Self::Clock | Self::Public => None,
        }
    }

    /// Whether the person holds the role in this position.
    #[must_use]
    pub fn has_position(&self, role: Role, position: Position) -> bool {
        match self {
            Self::Person(person) => person
                .grants
                .iter()
                .any(|grant| grant.role == role && grant.position == Some(position)),
            Self::Holder(_) | Self::Clock | Self::Public => false,
        }
    }

    /// The organisation for which the actor holds the role.
    #[must_use]
    pub fn organisation(&self, role: Role) -> Option<&Id> {
        self.grant(role)?.organisation.as_ref()
    }

    /// The random account id, or the name of the party, that events carry as `actor`.
    #[must_use]
    pub fn token(&self) -> &str {
        match self {
            Self::Person(person) => person.account.as_str(),
            Self::Holder(duty) => duty,
            Self::Clock => "clock",
            Self::Public => "public",
        }
    }
}
