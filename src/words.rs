//! Every sentence that people read, from `locales/`, in Chinese and English.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use serde::{Deserialize, Serialize};
use unic_langid::langid;

/// A language of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum Lang {
    /// Simplified Chinese, the default.
    #[default]
    #[serde(rename = "zh-CN")]
    Zh,
    /// English.
    #[serde(rename = "en")]
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The tag, e.g. for the `lang` attribute.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The other one, for the switch.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// The language of a tag, if it is one of ours.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let tag = tag.trim().to_ascii_lowercase();
        if tag.starts_with("zh") {
            Some(Self::Zh)
        } else if tag.starts_with("en") {
            Some(Self::En)
        } else {
            None
        }
    }
}

type Bundle = FluentBundle<FluentResource>;

macro_rules! files {
    ($($name:literal)+) => {
        const ZH: &[&str] = &[$(include_str!(concat!("../locales/zh-CN/", $name, ".ftl"))),+];
        const EN: &[&str] = &[$(include_str!(concat!("../locales/en/", $name, ".ftl"))),+];
    };
}

files! {
    "account"
    "act"
    "award"
    "bid"
    "ceremony"
    "complaint"
    "consent"
    "duty"
    "duty_table"
    "expert"
    "guide"
    "hold"
    "journal"
    "message"
    "notice"
    "objection"
    "panel"
    "people"
    "project"
    "refusal"
    "review"
    "rule"
    "seal"
    "site"
    "tender"
    "verify"
}

fn bundle(lang: Lang, texts: &[&str]) -> Bundle {
    let id = match lang {
        Lang::Zh => langid!("zh-CN"),
        Lang::En => langid!("en"),
    };
    let mut bundle = Bundle::new_concurrent(vec![id]);
    bundle.set_use_isolating(false);
    for text in texts {
        // a resource with errors still holds its good messages; the locale test names the bad ones
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

static BUNDLES: LazyLock<[Bundle; 2]> = LazyLock::new(|| [bundle(Lang::Zh, ZH), bundle(Lang::En, EN)]);

/// An argument of a message: a name and a value already fit to be shown.
pub type Fact<'a> = (&'a str, &'a str);

/// The sentence under a key; the key itself where there is none, which a test forbids.
#[must_use]
pub fn say(lang: Lang, key: &str, facts: &[Fact<'_>]) -> String {
    find(lang, key, facts).unwrap_or_else(|| key.to_owned())
}

/// The sentence under a key, if there is one.
#[must_use]
pub fn find(lang: Lang, key: &str, facts: &[Fact<'_>]) -> Option<String> {
    let [zh, en] = &*BUNDLES;
    let bundle = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    let pattern = bundle.get_message(key)?.value()?;
    let mut args = FluentArgs::new();
    for (name, value) in facts {
        args.set(*name, FluentValue::String(Cow::Borrowed(value)));
    }
    let mut errors = Vec::new();
    Some(
        bundle
            .format_pattern(pattern, Some(&args), &mut errors)
            .into_owned(),
    )
}

/// A fact as it is shown: one that is itself a key (`word:stage-open`), or several with commas between
/// them, is said in the language.
#[must_use]
pub fn fact(lang: Lang, value: &str) -> String {
    let key = |piece: &str| piece.strip_prefix("word:").map(|key| say(lang, key, &[]));
    let words: Option<Vec<String>> = value.split(", ").map(key).collect();
    let comma = match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    };
    words.map_or_else(|| value.to_owned(), |words| words.join(comma))
}

/// The key of why something is refused, by the reason's code.
#[must_use]
pub fn refusal(code: &str) -> String {
    format!("refusal-{}", code.replace(['.', '_'], "-"))
}

/// The key of why a lot fails, by the row of the rules.
#[must_use]
pub fn failure(rule: &str) -> String {
    format!("failed-{}", rule.to_ascii_lowercase())
}

/// The sources of both languages, for the test that compares their keys.
#[must_use]
pub fn sources() -> [(Lang, &'static [&'static str]); 2] {
    [(Lang::Zh, ZH), (Lang::En, EN)]
}
