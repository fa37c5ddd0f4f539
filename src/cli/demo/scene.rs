//! The lots of the demo: one in every stage, made by the parties on one timeline.
//!
//! Never: a state that the interface could not have led to.

use std::collections::BTreeMap;

use crate::{
    app::cast::Player,
    cli::play::{
        all,
        bidder::{self, Offer},
        centre,
        company::{self, Bidder, Company, Firm},
        door::{Done, Trouble},
        owner::{self, Project, Terms},
        panel::{self, UNQUALIFIED},
        sandbox::Sandbox,
        session,
    },
    domain::{
        actor::Role,
        time::{DAY, HOUR, Instant, MINUTE},
    },
};

/// How many experts the demo has.
const N_EXPERTS: usize = 60;
/// What the basis of the demo reaches to, fen.
const CAP_FEN: i64 = 400_000_000;
/// From a notice to its deadline.
const OPEN_SPAN: i64 = 21 * DAY;
/// From the first notices to the deadline at which the demo stands in the end, when all others are over.
const CLOSING_SPAN: i64 = OPEN_SPAN + 5 * DAY;
/// The prices of the bidders, per mille of the ceiling; the last one promises no quality.
const PRICES: [i64; 6] = [952, 960, 967, 975, 981, 970];

/// The words of the bidders.
const FIRMS: [&str; 6] = ["jia", "yi", "bing", "ding", "wu", "ji"];
/// Their project managers.
const MANAGERS: [&str; 6] = ["何永康", "罗海燕", "郑立新", "梁晓东", "谢春梅", "宋长青"];

/// How far a lot of the demo goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Aim {
    Withdrawn,
    Terminated,
    Closing,
    Failed,
    Opened,
    /// Drawn before the review: the panel has yet to look at who was drawn.
    DrawnFirst,
    Evaluation,
    CoefficientDraw,
    AwardDraw,
    Standstill,
    Awarded,
}

impl Aim {
    fn review_order(self) -> &'static str {
        if self == Self::DrawnFirst {
            "after_ranking"
        } else {
            "before_ranking"
        }
    }
}

/// The lots that share one timeline: how far, name, what is built, the ceiling in yuan.
const LOTS: [(Aim, &str, &str, i64); 11] = [
    (
        Aim::Withdrawn,
        "府河桥头停车区划线",
        "标线 3,400 平方米，停车位 126 个",
        540_000,
    ),
    (
        Aim::Terminated,
        "龙舟路公厕新建",
        "公厕 2 座，建筑面积 180 平方米",
        1_120_000,
    ),
    (
        Aim::Failed,
        "春熙巷污水管网改造",
        "污水管网 1.2 公里，检查井 46 座",
        880_000,
    ),
    (
        Aim::Opened,
        "望江路人行道整治",
        "人行道铺装 8,600 平方米，无障碍坡道 24 处",
        1_460_000,
    ),
    (
        Aim::Closing,
        "三圣街小巷照明改造",
        "路灯 164 套，电缆 3.6 公里",
        990_000,
    ),
    (
        Aim::DrawnFirst,
        "水碾河消防通道整治",
        "车行道铺装 4,100 平方米，隔离设施",
        1_340_000,
    ),
    (
        Aim::Evaluation,
        "书院街小学操场改造",
        "塑胶跑道 2,400 平方米，排水与照明",
        1_980_000,
    ),
    (
        Aim::CoefficientDraw,
        "东大街绿化提升",
        "乔木 320 株，灌木与地被 5,200 平方米",
        760_000,
    ),
    (
        Aim::AwardDraw,
        "牛市口社区服务中心装修",
        "室内装修 1,150 平方米，消防与弱电",
        2_350_000,
    ),
    (
        Aim::Standstill,
        "锦江河堤栏杆更换",
        "栏杆 2.8 公里，夜景照明",
        1_720_000,
    ),
    (
        Aim::Awarded,
        "莲花路道路黑化",
        "沥青路面 12,000 平方米，标线标牌",
        3_650_000,
    ),
];

/// Everybody who makes the lots.
pub struct Scene<'a> {
    sandbox: &'a Sandbox,
    company: Company,
    experts: Vec<Player>,
    bidders: BTreeMap<String, Bidder>,
}

impl<'a> Scene<'a> {
    /// Casts them.
    pub fn cast(sandbox: &'a Sandbox) -> Done<Self> {
        let (door, token) = (&sandbox.door, sandbox.token.as_str());
        let company = company::principals(door, token, CAP_FEN)?;
        company::places(door, &company.committee)?;
        let firms: Vec<Firm> = FIRMS
            .iter()
            .zip(0..)
            .map(|(word, i)| Firm::made_up(word, i))
            .collect();
        Ok(Self {
            experts: company::experts(door, token, &company.committee, N_EXPERTS)?,
            bidders: company::bidders(door, token, &firms)?,
            sandbox,
            company,
        })
    }

    /// Those whom every lot needs, with what they are.
    pub fn principals(&self) -> [(&Player, Role); 4] {
        let company = &self.company;
        [
            (&company.owner, Role::Owner),
            (&company.centre, Role::CentreOperator),
            (&company.committee, Role::Committee),
            (&company.bureau, Role::Supervisor),
        ]
    }

    /// The bidders' signatories.
    pub fn bidders(&self) -> impl Iterator<Item = &Player> {
        self.bidders.values().map(|bidder| &bidder.player)
    }

    /// The experts.
    pub fn experts(&self) -> &[Player] {
        &self.experts
    }

    fn now(&self) -> Done<Instant> {
        self.sandbox.door.now()
    }

    fn to(&self, at: Instant) -> Done<()> {
        self.sandbox.door.forward_to(at)
    }

    fn draft(
        &self,
        (name, summary, yuan): (&str, &str, i64),
        review_order: &'static str,
        closes_at: Instant,
    ) -> Done<Project> {
        let terms = Terms {
            name: name.to_owned(),
            summary: summary.to_owned(),
            ceiling_fen: yuan * 100,
            k: ("1.00".into(), "6.00".into(), "0.01".into()),
            review_order,
            n_qualified_min: 3,
            needs_docs: false,
            closes_at,
        };
        owner::draft(&self.sandbox.door, &self.company, &terms)
    }

    fn publish(
        &self,
        facts: (&str, &str, i64),
        review_order: &'static str,
        closes_at: Instant,
    ) -> Done<Project> {
        let project = self.draft(facts, review_order, closes_at)?;
        owner::call_ceremony(&self.sandbox.door, &self.company, &project)?;
        owner::publish(&self.sandbox.door, &self.company, &project)?;
        Ok(project)
    }

    /// The first `n` bidders bid.
    fn bid(&self, project: &Project, yuan: i64, n: usize) -> Done<()> {
        let envelopes = bidder::envelopes(&self.sandbox.door, project, false)?;
        let last = PRICES.len() - 1;
        let bids = self.bidders.values().zip(PRICES).zip(MANAGERS);
        for (i, ((bidder, price), manager)) in bids.take(n).enumerate() {
            let offer = Offer {
                total: u64::try_from(yuan * price / 10).map_err(Trouble::broken)?,
                quality: if i == last { UNQUALIFIED } else { "合格" }.to_owned(),
                manager: format!("{manager} 川15120260{i:04}"),
            };
            bidder::bid(&self.sandbox.door, bidder, &envelopes, &offer)?;
        }
        Ok(())
    }

    /// Ends what ends before its deadline.
    fn end(&self, aim: Aim, project: &Project) -> Done<()> {
        let (path, reason) = match aim {
            Aim::Withdrawn => (
                format!("/tenders/{}/withdrawal", project.tender),
                "建设资金安排调整，本年度不再实施",
            ),
            Aim::Terminated => (
                format!("/lots/{}/termination", project.lot),
                "选址用地规划调整，项目无法继续",
            ),
            Aim::Closing
            | Aim::Failed
            | Aim::Opened
            | Aim::DrawnFirst
            | Aim::Evaluation
            | Aim::CoefficientDraw
            | Aim::AwardDraw
            | Aim::Standstill
            | Aim::Awarded => return Ok(()),
        };
        owner::end(&self.sandbox.door, &self.company, &path, reason)
    }

    /// Makes all lots; `tell` says what was just made.
    pub fn make(&self, tell: impl Fn(&str)) -> Done<()> {
        let begins = whole_hour(self.now()?);
        let (closes_at, closing_at) = (begins.plus(OPEN_SPAN), begins.plus(CLOSING_SPAN));
        let lots = self.publish_all(closes_at, closing_at)?;
        tell("published, with sealed bids; one withdrawn, one terminated");
        let is_past =
            |project: &Project, aim: Aim| lots.iter().any(|(of, one)| one.lot == project.lot && *of > aim);
        let left = self.hold_evaluation(
            closes_at,
            &from(&lots, Aim::Opened).collect::<Vec<_>>(),
            |project| is_past(project, Aim::Opened),
            |project| is_past(project, Aim::Evaluation),
        )?;
        tell(&format!(
            "opened and evaluated; two panels have yet to pledge and review: {left}"
        ));
        let (door, company) = (&self.sandbox.door, &self.company);
        let first: Vec<&Project> = at(&lots, Aim::DrawnFirst).collect();
        for project in from(&lots, Aim::AwardDraw).chain(first.iter().copied()) {
            session::draw_coefficient(door, company, project)?;
        }
        for project in from(&lots, Aim::Standstill).chain(first) {
            session::draw_order(door, company, project)?;
        }
        tell("K and orders drawn");
        self.award(&lots)?;
        tell("awarded, and published for objections");
        self.begin_others()?;
        tell("one lot takes bids, one is a draft");
        self.to(closing_at)?;
        tell("one lot has just reached its deadline and waits to be opened");
        Ok(())
    }

    /// Publishes the lots that share a timeline, with their bids, and ends those that end before.
    fn publish_all(&self, closes_at: Instant, closing_at: Instant) -> Done<Vec<(Aim, Project)>> {
        let made = all(&LOTS, |(aim, name, summary, yuan)| {
            let is_closing = *aim == Aim::Closing;
            let closes_at = if is_closing { closing_at } else { closes_at };
            let project = self.publish((name, summary, *yuan), aim.review_order(), closes_at)?;
            let n = if *aim == Aim::Failed { 2 } else { PRICES.len() };
            self.bid(&project, *yuan, n)?;
            Ok((*aim, project))
        });
        let lots = made.into_iter().collect::<Done<Vec<_>>>()?;
        for (aim, project) in &lots {
            self.end(*aim, project)?;
        }
        Ok(lots)
    }

    /// Publishes what is drawn, awards what is to be awarded, and leaves the others published.
    fn award(&self, lots: &[(Aim, Project)]) -> Done<()> {
        let (door, company) = (&self.sandbox.door, &self.company);
        let mut ends_at = self.now()?;
        for project in from(lots, Aim::Awarded) {
            ends_at = session::publish_result(door, company, project)?;
        }
        self.to(ends_at.plus(MINUTE))?;
        for project in from(lots, Aim::Awarded) {
            session::decide(door, company, project)?;
        }
        for project in at(lots, Aim::Standstill) {
            session::publish_result(door, company, project)?;
        }
        Ok(())
    }

    /// The next morning a lot is published that takes bids, and another is drafted.
    fn begin_others(&self) -> Done<()> {
        let morning = next_morning(self.now()?);
        self.to(morning)?;
        let (closes_at, order) = (morning.plus(OPEN_SPAN), Aim::Opened.review_order());
        let yuan = 1_280_000;
        let open = ("九眼桥下穿隧道照明", "隧道灯具 210 套，应急电源", yuan);
        let open = self.publish(open, order, closes_at)?;
        self.bid(&open, yuan, 4)?;
        let draft = ("合江亭广场铺装", "花岗岩铺装 3,100 平方米", 930_000);
        self.draft(draft, order, closes_at)?;
        Ok(())
    }

    /// From the expert draw to the end of the evaluations; `goes_on` says whose opening is published,
    /// `ends` whose evaluation ends. The logins of those whose review is left to whoever looks.
    fn hold_evaluation(
        &self,
        closes_at: Instant,
        projects: &[&Project],
        goes_on: impl Fn(&Project) -> bool,
        ends: impl Fn(&Project) -> bool,
    ) -> Done<String> {
        let (door, company) = (&self.sandbox.door, &self.company);
        self.to(closes_at.plus(-18 * HOUR))?;
        for project in projects {
            centre::request_panel(door, company, project)?;
        }
        let seats = panel::answer_calls(door, company, &self.experts, projects, |_| false)?;
        self.to(closes_at.plus(6 * MINUTE))?;
        for project in projects {
            owner::past(door, company, project, &["open", "closing"])?;
        }
        self.to(closes_at.plus(12 * MINUTE))?;
        for project in projects.iter().filter(|project| goes_on(project)) {
            centre::publish_opening(door, company, project)?;
        }
        self.to(closes_at.plus(30 * MINUTE))?;
        let members = seats.by_lot(door, &self.experts)?;
        let mut left = Vec::new();
        for project in projects.iter().filter(|project| goes_on(project)) {
            let sits = members
                .get(&project.lot)
                .ok_or_else(|| Trouble::broken("no panel"))?;
            let sits: Vec<&Player> = sits.iter().filter_map(|n| self.experts.get(*n)).collect();
            if ends(project) {
                panel::review(door, &project.lot, &sits)?;
                owner::past(door, company, project, &["evaluation"])?;
            } else {
                left.extend(sits.into_iter().map(|expert| expert.login.as_str()));
            }
        }
        Ok(left.join(", "))
    }
}

/// The lots that go this far or further.
fn from(lots: &[(Aim, Project)], aim: Aim) -> impl Iterator<Item = &Project> {
    let found = lots.iter().filter(move |(of, _)| *of >= aim);
    found.map(|(_, project)| project)
}

/// The lots that go just this far.
fn at(lots: &[(Aim, Project)], aim: Aim) -> impl Iterator<Item = &Project> {
    let found = lots.iter().filter(move |(of, _)| *of == aim);
    found.map(|(_, project)| project)
}

/// The next 09:00 in Beijing.
fn next_morning(at: Instant) -> Instant {
    // midnight in Beijing is 16:00 UTC: 09:00 is 01:00 UTC
    Instant(at.0 - (at.0 - HOUR).rem_euclid(DAY) + DAY)
}

/// The next full hour: a deadline is a whole minute.
fn whole_hour(at: Instant) -> Instant {
    Instant(at.0 - at.0.rem_euclid(HOUR) + HOUR)
}
