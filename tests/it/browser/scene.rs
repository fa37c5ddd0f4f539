//! Where the story takes place: a sandbox, its people with their passwords and codes, and one window
//! that they use in turn.
//!
//! In: a language and a width. Out: a scene before the first step. Never: a person whose sign-in the
//! page did not see.

use std::path::PathBuf;

use serde_json::json;
use tianping::{
    app::cast::{Cast, PASSWORD, Part, Player, Troupe},
    domain::{
        account::OrganisationKind::{self, Bureau, Centre, Market},
        actor::Role,
    },
    hold::sandbox::credit_code,
    words::Lang,
};

use super::page::Browser;
use crate::{
    story::{experts_in, who},
    world::{Who, World},
};

/// The words of one telling.
pub struct Script {
    pub lang: Lang,
    pub width: u32,
    pub project: &'static str,
    pub summary: &'static str,
    pub lot: &'static str,
    pub criteria: &'static str,
    pub document: &'static str,
    pub question: &'static str,
    pub answer: &'static str,
    pub quality: &'static str,
    pub manager: &'static str,
    pub clause: &'static str,
    pub reason: &'static str,
    pub interrupted: &'static str,
    pub objection: &'static str,
    pub reply: &'static str,
    pub owner: &'static str,
    /// Two who bid in the page, two who bid with their own client.
    pub bidders: [&'static str; 4],
    /// What stands as it is on pages of this language.
    pub names: &'static [&'static str],
}

/// Told in Chinese at a desk.
pub const CHINESE: Script = Script {
    lang: Lang::Zh,
    width: 1280,
    project: "锦江区东风路道路整治",
    summary: "路面铣刨加铺 3.2 公里，人行道、排水与照明同步改造。",
    lot: "一标段",
    criteria: "3.1|营业执照有效\n3.2|市政公用工程施工总承包三级以上资质\n3.3|项目经理为市政专业二级以上注册建造师",
    document: "招标文件",
    question: "排水管材是否可以采用同等级的球墨铸铁管？",
    answer: "可以，环刚度和壁厚不低于图纸要求。",
    quality: "合格",
    manager: "王建造",
    clause: "3.2",
    reason: "资质证书已过有效期",
    interrupted: "现场录像中断",
    objection: "抽取顺序与大屏幕显示不一致，请核对。",
    reply: "已按抽取记录复算，顺序与大屏幕一致。",
    owner: "锦江建设公司",
    bidders: ["岷江路桥公司", "沱江市政公司", "青衣江建筑公司", "涪江工程公司"],
    names: &["TIANPING-KEY-1"],
};

/// Told in English on a phone.
pub const ENGLISH: Script = Script {
    lang: Lang::En,
    width: 390,
    project: "Dongfeng Road resurfacing",
    summary: "3.2 km of road surface, pavements, drains and lighting.",
    lot: "Lot 1",
    criteria: "3.1|Business licence in force\n3.2|Municipal works, third class or better\n3.3|Project manager registered for municipal works",
    document: "Tender documents",
    question: "May ductile iron pipes of the same class be used for the drains?",
    answer: "Yes, if stiffness and wall are not below the drawings.",
    quality: "to standard",
    manager: "Wang Jianzao",
    clause: "3.2",
    reason: "The certificate of qualification has expired",
    interrupted: "The recording in the hall broke off",
    objection: "The order on the screen was not the order drawn; please compare.",
    reply: "Recomputed from the draw record: the order is the same.",
    owner: "Jinjiang Works",
    bidders: [
        "Minjiang Roads",
        "Tuojiang Municipal",
        "Qingyi Builders",
        "Fujiang Engineering",
    ],
    names: &[
        "市公共资源交易中心",
        "市住建局",
        "沙盒示范路 1 号",
        "四川省",
        "川建发〔2023〕5号",
        "参照招标投标法 24；本地",
        "参照招标投标法实施条例 54；本地",
        "限额以下工程交易规则",
    ],
};

/// Everybody and everything of one telling.
pub struct Scene {
    pub world: World,
    pub browser: Browser,
    pub script: &'static Script,
    pub owner: Who,
    pub centre: Who,
    pub bureau: Who,
    /// Two who bid in the page.
    pub bidders: [Who; 2],
    pub experts: Vec<Who>,
    pub tender: String,
    pub lot: String,
    pub number: String,
}

pub fn part(login: &str, role: Role, organisation: Option<(&str, OrganisationKind, Option<&str>)>) -> Part {
    let is_market = matches!(role, Role::Owner | Role::Bidder);
    Part {
        login: login.into(),
        name: None,
        role,
        position: None,
        organisation: organisation.map(|(name, kind, duty)| Troupe {
            name: name.into(),
            kind,
            code: duty.map(|duty| credit_code(duty).unwrap()),
        }),
        region: if is_market { "510104" } else { "510000" }.into(),
    }
}

async fn cast(world: &World, parts: Vec<Part>) -> Vec<Player> {
    let token = world.app.cast_token();
    world.app.cast(Cast { token, parts }).await.unwrap()
}

impl Scene {
    /// The sandbox, its people, its basis, and the window.
    pub async fn set(programs: &(PathBuf, PathBuf), script: &'static Script) -> Self {
        let world = World::new().await;
        let parts = vec![
            part("owner", Role::Owner, Some((script.owner, Market, None))),
            part(
                "centre",
                Role::CentreOperator,
                Some(("市公共资源交易中心", Centre, Some("op"))),
            ),
            part(
                "bureau",
                Role::Supervisor,
                Some(("市住建局", Bureau, Some("sup"))),
            ),
            part("minjiang", Role::Bidder, Some((script.bidders[0], Market, None))),
            part("tuojiang", Role::Bidder, Some((script.bidders[1], Market, None))),
        ];
        let made = cast(&world, parts).await;
        let [owner, centre, bureau, first, second] = <[_; 5]>::try_from(made).unwrap().map(who);
        let experts = experts_in(&world, 12).await;
        let basis = json!({
            "document_no": "川建发〔2023〕5号", "title": "限额以下工程交易规则", "issued_at": 1_677_600_000_000_i64,
            "valid_from_at": 1_680_278_400_000_i64, "cap_fen": 400_000_000, "trade": "construction",
            "region": "510000", "review": "passed",
        });
        world.post("/bases", Some(&owner), &basis).await.expect(201);
        let browser = Browser::open(programs, &world.url, script.lang, script.width, script.names).await;
        Self {
            world,
            browser,
            script,
            owner,
            centre,
            bureau,
            bidders: [first, second],
            experts,
            tender: String::new(),
            lot: String::new(),
            number: String::new(),
        }
    }

    /// Somebody takes the window.
    pub async fn takes(&self, who: &Who) {
        let code = if self.browser.knows(&who.login) {
            String::new()
        } else {
            self.code_of(who).await
        };
        self.browser.sign_in(&who.login, PASSWORD, &code).await;
    }

    /// More people of the sandbox.
    pub async fn cast(&self, parts: Vec<Part>) -> Vec<Player> {
        cast(&self.world, parts).await
    }

    /// The code that the person's authenticator shows now.
    pub async fn code_of(&self, who: &Who) -> String {
        let parts = vec![part(&who.login, Role::Expert, None)];
        self.cast(parts).await[0].totp.clone().unwrap_or_default()
    }

    /// Signs what the page shows with the password, and presses the button.
    pub async fn signs(&self, key: &str) {
        self.browser.fill("password", PASSWORD).await;
        self.browser.press(key).await;
    }

    /// A page of the lot.
    pub fn at(&self, page: &str) -> String {
        format!("/lots/{}/{page}", self.lot)
    }

    /// A page of the project.
    pub fn of(&self, page: &str) -> String {
        format!("/tenders/{}{page}", self.tender)
    }
}
