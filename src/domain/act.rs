//! The duty table: every act that changes something, the event it leaves, and who may do it.
//!
//! One table for the program, the page that shows it and the test that walks it. An act that is
//! not here cannot be expressed; a role that is not in its row is refused.

use serde::{Deserialize, Serialize};

use super::actor::{Position, Role};

/// A row of the duty table.
#[derive(Debug)]
pub struct Duty {
    /// The act.
    pub act: Act,
    /// The `noun.verb` of its event in the journal.
    pub name: &'static str,
    /// Who may do it.
    pub roles: &'static [Role],
    /// Whether the password is asked again, because it counts as a signature (签署).
    pub is_signed: bool,
}

macro_rules! acts {
    ($($(#[$meta:meta])* $act:ident $name:literal [$($role:ident)*] $($signed:ident)?;)+) => {
        /// An act of the platform.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Act { $($(#[$meta])* $act),+ }

        /// The duty table, in the order of the procedure.
        pub const DUTIES: &[Duty] = &[$(Duty {
            act: Act::$act, name: $name, roles: &[$(Role::$role),*], is_signed: acts!(@ $($signed)?),
        }),+];

        impl Act {
            /// The act's row of the duty table.
            #[must_use]
            pub fn duty(self) -> &'static Duty {
                match self { $(Self::$act => {
                    const DUTY: Duty = Duty {
                        act: Act::$act, name: $name, roles: &[$(Role::$role),*], is_signed: acts!(@ $($signed)?),
                    };
                    &DUTY
                }),+ }
            }
        }
    };
    (@) => { false };
    (@ signed) => { true };
}

acts! {
    // -- people and powers
    /// The first start's one-time link makes the three administrators.
    PlatformSetUp "platform.set_up" [Public];
    /// An organisation registers by declaration (告知承诺), without approval.
    OrganisationRegistered "organisation.registered" [Public];
    /// An organisation changes what it declared about itself.
    OrganisationChanged "organisation.changed" [Owner Bidder Agency];
    /// A centre or an authority is recorded, so that its staff can be given accounts.
    AuthorityRecorded "authority.recorded" [SystemAdmin];
    /// A person gets an account: staff by the system administrator, a market organisation's people by its administrator.
    AccountOpened "account.opened" [SystemAdmin Owner Bidder Agency Public];
    /// A one-time link is made, by which a person sets a password.
    AccountInvited "account.invited" [SystemAdmin Owner Bidder Agency Clock];
    /// An account is closed.
    AccountClosed "account.closed" [SystemAdmin Owner Bidder Agency];
    /// A role is given.
    RoleGranted "role.granted" [SecurityAdmin Owner Bidder Agency];
    /// A role is taken back.
    RoleRevoked "role.revoked" [SecurityAdmin Owner Bidder Agency];
    /// Leave: somebody else of the organisation stands in, or takes over for good.
    DutyHandedOver "duty.handed_over" [Owner Bidder Agency SystemAdmin];
    /// A password is changed by its owner.
    PasswordChanged "password.changed" [Public];
    /// A second factor is set up.
    FactorEnrolled "factor.enrolled" [Public];
    /// A long-lived session for the unattended client of a duty is given.
    AgentAuthorised "agent.authorised" [Public] signed;
    /// That session is taken back.
    AgentRevoked "agent.revoked" [Public];
    /// A signing key is registered to an organisation, with its agreement (约定书).
    SigningKeyRegistered "signing_key.registered" [Bidder Owner] signed;
    /// A signing key is retired; it stays listed.
    SigningKeyRetired "signing_key.retired" [Bidder Owner] signed;
    /// Regions, specialties are imported.
    CodesImported "codes.imported" [Committee];
    /// The local expert list or households are imported.
    ExpertsImported "experts.imported" [Committee];
    /// A local basis (依据文件) is recorded.
    BasisRecorded "basis.recorded" [Committee Owner];
    /// An outside library whose signed records are taken is recorded.
    LibraryRecorded "library.recorded" [Committee];
    /// An expert's standing changes: suspension, removal.
    ExpertSuspended "expert.suspended" [Supervisor];
    /// An expert declares an interest in an organisation.
    InterestDeclared "interest.declared" [Expert];
    /// A declared interest is ended, because it no longer is.
    InterestEnded "interest.ended" [Supervisor];
    // -- the tender before the deadline
    /// A project is drafted.
    TenderDrafted "tender.drafted" [Owner Agency];
    /// A project's facts are changed while in draft.
    TenderChanged "tender.changed" [Owner Agency];
    /// A lot is drafted.
    LotDrafted "lot.drafted" [Owner Agency];
    /// A lot's terms are changed while in draft.
    LotChanged "lot.changed" [Owner Agency];
    /// A document is attached to a draft.
    DocumentAdded "document.added" [Owner Agency];
    /// A document is taken off a draft.
    DocumentRemoved "document.removed" [Owner Agency];
    /// The key ceremony of a lot is called.
    CeremonyCalled "ceremony.called" [Owner Agency];
    /// A holder announces its key of a stage.
    KeyAnnounced "key.announced" [Holder];
    /// A custodian acknowledges its share.
    ShareAcknowledged "share.acknowledged" [Holder];
    /// The server sends a canary.
    CanarySent "canary.sent" [Clock];
    /// A canary was not answered in time, or wrongly.
    CanaryFailed "canary.failed" [Clock];
    /// A holder answers a canary.
    CanaryAnswered "canary.answered" [Holder];
    /// A key set is frozen.
    KeysetFrozen "keyset.frozen" [Clock Holder];
    /// Nothing is missing in the ceremony of a stage: its key set is kept.
    CeremonyEnded "ceremony.ended" [Clock Holder];
    /// A duty submits its sealed contribution to a draw, or a bidder invited to a later attempt.
    ContributionSubmitted "contribution.submitted" [Holder Bidder];
    /// The notice is published.
    TenderPublished "tender.published" [Owner] signed;
    /// A deadline is set.
    DeadlineSet "deadline.set" [Owner];
    /// A person signed in fetches the documents.
    DocumentsFetched "documents.fetched" [Bidder];
    /// A question on the documents.
    QuestionAsked "question.asked" [Bidder];
    /// Its public answer, without the asker's name.
    QuestionAnswered "question.answered" [Owner Agency];
    /// A change of the documents is drafted.
    AddendumDrafted "addendum.drafted" [Owner Agency];
    /// A change of the documents, with the deadline it forces.
    AddendumPublished "addendum.published" [Owner] signed;
    /// The owner takes the tender back before the deadline.
    TenderWithdrawn "tender.withdrawn" [Owner] signed;
    /// The platform was down in the last hours: the lot is put on incident.
    IncidentOpened "incident.opened" [Clock CentreOperator];
    /// A new time after an incident is proposed; another person of the owner's signs it.
    ResumptionProposed "resumption.proposed" [Owner Agency];
    /// The owner sets the new time after an incident, as a second person proposed it.
    IncidentResolved "incident.resolved" [Owner] signed;
    // -- sealed bids
    /// A sealed bid.
    BidSubmitted "bid.submitted" [Bidder];
    /// A sealed bid is withdrawn before the deadline.
    BidWithdrawn "bid.withdrawn" [Bidder];
    /// A bidder signs in (在线签到).
    BidderSignedIn "bidder.signed_in" [Bidder];
    // -- closing and opening
    /// The list of submissions is closed.
    BidsClosed "bids.closed" [Clock];
    /// A lot moves to its next stage.
    LotMoved "lot.moved" [Clock];
    /// The keys of a stage are asked for.
    ReleasesAsked "releases.asked" [Clock];
    /// Envelopes of superseded and withdrawn submissions are erased.
    PayloadErased "payload.erased" [Clock];
    /// The platform hashed every part again.
    CustodyChecked "custody.checked" [Clock];
    /// A holder releases its key of a stage.
    KeyReleased "key.released" [Holder];
    /// A custodian releases its share.
    ShareReleased "share.released" [Holder];
    /// Every part of a stage is opened or given its code.
    StageOpened "stage.opened" [Clock];
    /// The opening record is published.
    OpeningPublished "opening.published" [CentreOperator] signed;
    /// An objection: to the documents, the opening or the result.
    ObjectionRaised "objection.raised" [Bidder];
    /// An objection is answered.
    ObjectionAnswered "objection.answered" [Owner Agency CentreOperator];
    /// Somebody shows that the list of bids leaves out a submission.
    ComplaintFiled "complaint.filed" [Public];
    // -- the panel
    /// The expert draw is asked for.
    PanelRequested "panel.requested" [CentreOperator];
    /// The supervision bureau's client lists the blinded pool of an expert draw.
    PoolListed "pool.listed" [Holder];
    /// The signed record of an outside library is imported.
    RecordImported "record.imported" [CentreOperator];
    /// The owner names one of its own people for the panel.
    RepresentativeNamed "representative.named" [Owner];
    /// A list is frozen for a draw.
    DrawFrozen "draw.frozen" [CentreOperator Clock];
    /// The hall balls' digits are entered.
    BeaconEntered "beacon.entered" [Supervisor] signed;
    /// A draw is done.
    DrawDone "draw.done" [Clock];
    /// The supervision bureau's client calls the next expert in the published order.
    ExpertCalled "expert.called" [Holder Clock];
    /// An expert answers: accepts or refuses.
    ExpertAnswered "expert.answered" [Expert];
    /// No answer in time.
    ExpertSilent "expert.silent" [Clock Holder];
    /// After the opening the program found a tie to a bidder.
    ExpertRecused "expert.recused" [Clock Expert];
    /// Right after the opening the program compared members and bidders.
    TiesChecked "ties.checked" [Clock];
    /// A member who is absent or ill leaves the panel; the next expert is called.
    MemberReplaced "member.replaced" [CentreOperator];
    /// A member pledges (承诺) and declares no interest.
    ExpertPledged "expert.pledged" [Expert Owner] signed;
    /// The panel is complete.
    PanelSeated "panel.seated" [Clock];
    /// A member's verdict on a bid.
    BidReviewed "bid.reviewed" [Expert Owner];
    /// A member signs the report.
    ReportSigned "report.signed" [Expert Owner] signed;
    /// A member neither signs nor writes a reason: agreement is presumed (Z75).
    ReportPresumed "report.presumed" [Supervisor] signed;
    /// All have pledged: the bids get their aliases and the review begins.
    ReviewBegun "review.begun" [Clock];
    /// The head of the centre consents to one reading of a panel's names before the evaluation is over.
    NamesConsented "names.consented" [CentreHead] signed;
    /// The evaluation is ended.
    EvaluationEnded "evaluation.ended" [Clock];
    // -- draws and award
    /// The list of qualified bids stands, with the reason of every bid that is not on it.
    QualifiedListed "qualified.listed" [Clock];
    /// A step of the session is begun: K draw, award draw.
    SessionOpened "session.opened" [CentreOperator];
    /// Somebody signs in to the session.
    SessionAttended "session.attended" [Bidder Owner Agency Supervisor];
    /// K is drawn, and with it the price and the band's meaning; the order is drawn next.
    CoefficientDrawn "coefficient.drawn" [Clock];
    /// A bidder confirms the list.
    ListConfirmed "list.confirmed" [Bidder];
    /// Somebody of another power consents to the voiding of the newest draw.
    VoidingConsented "voiding.consented" [CentreOperator CentreHead Owner] signed;
    /// A draw is voided and a fresh attempt ordered.
    DrawVoided "draw.voided" [Supervisor] signed;
    /// A decision of the supervisor.
    SupervisorDecided "supervisor.decided" [Supervisor] signed;
    /// The minutes are signed.
    MinutesSigned "minutes.signed" [CentreOperator Owner Supervisor] signed;
    /// The candidates are published: the standstill begins.
    CandidatesPublished "candidates.published" [Owner] signed;
    /// A candidate falls out; the next in the drawn order follows.
    CandidateExcluded "candidate.excluded" [Owner] signed;
    /// The award is decided and everybody told at once.
    AwardDecided "award.decided" [Owner] signed;
    /// The owner records the contract: the day it was signed, its sum, the digest of the document.
    ContractSigned "contract.signed" [Owner] signed;
    /// The lot failed.
    LotFailed "lot.failed" [Clock Owner];
    /// Time looked at a lot and found nothing due.
    LotRested "lot.rested" [Clock];
    /// The lot is terminated.
    LotTerminated "lot.terminated" [Owner] signed;
    // -- watching
    /// Somebody of the staff read sealed or personal data.
    SealedRead "sealed.read" [CentreOperator CentreHead Supervisor Inspector Auditor SystemAdmin SecurityAdmin AuditAdmin Committee];
    /// An attempt was refused, and is evidence.
    AttemptRefused "attempt.refused" [Clock];
    /// A sandbox's clock was moved.
    ClockMoved "clock.moved" [Public];
    /// A version of the rule rows is imported.
    RulesImported "rules.imported" [Clock];
    /// The platform started, after having been down.
    PlatformStarted "platform.started" [Clock];
}

/// What a market organisation does about its own people and keys, by rules of its own.
const OF_THE_HOUSE: [Act; 9] = [
    Act::OrganisationChanged,
    Act::AccountOpened,
    Act::AccountInvited,
    Act::AccountClosed,
    Act::RoleGranted,
    Act::RoleRevoked,
    Act::DutyHandedOver,
    Act::SigningKeyRegistered,
    Act::SigningKeyRetired,
];

/// What binds an organisation by its key or its word without the password asked again.
const BINDING: [Act; 4] = [
    Act::BidSubmitted,
    Act::BidWithdrawn,
    Act::ContributionSubmitted,
    Act::ListConfirmed,
];

impl Duty {
    /// The positions in a market organisation that may do the act for it: its signatory what is signed
    /// or binds it, and whoever is only its administrator nothing of its business. A member of a panel
    /// acts for himself, whatever his position.
    #[must_use]
    pub fn positions(&self) -> &'static [Position] {
        let is_own = OF_THE_HOUSE.contains(&self.act) || self.roles.contains(&Role::Expert);
        if is_own {
            Position::ALL
        } else if self.is_signed || BINDING.contains(&self.act) {
            &[Position::Signatory]
        } else {
            &[Position::Preparer, Position::Checker, Position::Signatory]
        }
    }

    /// Whether a market organisation needs its signatory for the act.
    #[must_use]
    pub fn needs_signatory(&self) -> bool {
        self.roles.iter().any(|role| role.is_market()) && self.positions() == [Position::Signatory]
    }
}

impl Act {
    /// The `noun.verb` of the act's event.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.duty().name
    }

    /// The message key of its name.
    #[must_use]
    pub fn key(self) -> String {
        format!("act-{}", self.name().replace(['.', '_'], "-"))
    }
}

#[cfg(test)]
mod tests;
