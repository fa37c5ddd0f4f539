//! The parts of templates/parts, called once each: a part that does not compile or loses its label,
//! its refusal or its hidden fields is noticed here, not on somebody's page.

use askama::Template;

use super::{Context, Frame, Problem};
use crate::{
    domain::{money::Fen, time::Instant},
    proof::canon::Hash,
    words::Lang,
};

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{% import "parts/form.html" as form %}{% import "parts/facts.html" as facts %}
{% import "parts/notice.html" as notice %}{% import "parts/steps.html" as steps %}{% import "parts/table.html" as table %}
{% call form::open("/x") %}{% endcall %}{% call form::version(3) %}{% endcall %}
{% call form::text("name", "site-name", "<b>") %}{% endcall %}
{% call form::number("n", "site-name", 5) %}{% endcall %}
{% call form::email("mail", "site-name", "") %}{% endcall %}
{% call form::yuan("sum_yuan", "site-name", f.plain(v.fen)) %}{% endcall %}
{% call form::moment("closes_at", "site-name", f.moment(v.at)) %}{% endcall %}
{% call form::area("why", "site-name", "", 4) %}{% endcall %}
{% call form::select("trade", "site-name", "trade", crate::domain::procedure::Trade::ALL, "land") %}{% endcall %}
{% call form::choose("region", "site-name", v.pairs, "a") %}{% endcall %}
{% call form::radios("stage", "site-name", "stage", crate::domain::procedure::Stage::ALL, "open") %}{% endcall %}
{% call form::check("ok", "site-name", true) %}{% endcall %}
{% call form::file("file", "site-name", ".pdf") %}{% endcall %}
{% call form::code("code", "site-name") %}{% endcall %}
{% call form::signed(v.hash) %}{% endcall %}
{% call form::send("site-copy") %}{% endcall %}{% call form::grave("site-copy") %}{% endcall %}</form>
{% call form::upload("/y") %}{% endcall %}</form>
<dl class="summary">{% call facts::row("site-name", v.n) %}{% endcall %}
{% call facts::rich("site-name") %}{% call facts::tag("stage", "award_draw") %}{% endcall %}{% endcall %}
{% call facts::money("site-name", v.fen) %}{% endcall %}{% call facts::capital("site-name", v.fen) %}{% endcall %}
{% call facts::at("site-name", v.at) %}{% endcall %}{% call facts::maybe_at("site-name", v.later) %}{% endcall %}</dl>
{% call facts::digest(v.hash) %}{% endcall %}{% call facts::short(v.hash) %}{% endcall %}
{% call facts::masked("site-name") %}{% endcall %}{% call facts::paper(v.hash) %}{% endcall %}
{% call notice::banner("site-name") %}<p>moved</p>{% endcall %}{% call notice::warning("site-name") %}{% endcall %}
{% call notice::inset() %}aside{% endcall %}{% call notice::panel("site-name", v.n) %}then{% endcall %}
<ul class="tasks">{% call steps::task("/t", "do", "stage", "open") %}{% endcall %}
{% call steps::due("", "do", "stage", "open", v.at) %}{% endcall %}</ul>
<ol class="timeline">{% call steps::step("site-name", v.later, v.later) %}{% endcall %}
{% for s in v.steps %}{% call steps::step("site-name", s.0, s.1) %}{% endcall %}{% endfor %}</ol>
{% call steps::countdown("site-name", v.at) %}{% endcall %}
<nav class="tabs">{% call steps::tab("/x", "A") %}{% endcall %}{% for t in v.tabs %}{% call steps::tab(t.0, t.1) %}{% endcall %}{% endfor %}</nav>
<div class="table" tabindex="0"><table><tr>{% call table::th("site-name") %}{% endcall %}</tr>
<tr>{% call table::td("site-name", v.n) %}{% endcall %}{% call table::money("site-name", v.fen) %}{% endcall %}
{% call table::at("site-name", v.at) %}{% endcall %}{% call table::rich("site-name") %}<i>x</i>{% endcall %}</tr></table></div>
{% call table::more(v.next) %}{% endcall %}"#
)]
struct Parts<'a> {
    f: &'a Frame,
    v: &'a View,
}

struct View {
    n: i64,
    fen: Fen,
    at: Instant,
    later: Option<Instant>,
    hash: Hash,
    pairs: Vec<(String, String)>,
    steps: Vec<(Option<Instant>, Option<Instant>)>,
    tabs: Vec<(String, String)>,
    next: Option<String>,
}

fn frame() -> Frame {
    let problem = Problem {
        code: "money.form".into(),
        message: "no amount".into(),
        advice: String::new(),
        basis: String::new(),
        field: Some("sum_fen".into()),
        request_id: "r".into(),
    };
    let c = Context {
        lang: Lang::En,
        wants_html: true,
        path: "/x?y".into(),
        now: Instant::parse_local("2026-06-01T09:00").unwrap(),
        sandbox: true,
        public_url: "https://jy.example.cn".into(),
        request_id: "r".into(),
        person: None,
        csrf: "token".into(),
        address: "127.0.0.1".into(),
        places: std::sync::Arc::default(),
        again: None,
    };
    Frame {
        c,
        form: vec![("sum_yuan".into(), "12x".into()), ("stage".into(), "open".into())],
        problem: Some(problem),
        key: "once".into(),
    }
}

fn render() -> String {
    let at = Instant::parse_local("2026-06-03T10:01").unwrap();
    let view = View {
        n: 7,
        fen: Fen(123_456_789),
        at,
        later: None,
        hash: Hash::of(&[b"paper"]),
        pairs: vec![("a".into(), "A".into())],
        steps: vec![(Some(at), None), (None, Some(at))],
        tabs: vec![("/b".into(), "B".into())],
        next: Some("/jy/land?after=x".into()),
    };
    Parts {
        f: &frame(),
        v: &view,
    }
    .render()
    .unwrap()
}

#[test]
fn forms_carry_their_envelope_labels_and_refusal() {
    let html = render();
    for piece in [
        r#"name="csrf" value="token""#,
        r#"name="idempotency_key" value="once""#,
        r#"<label for="sum_yuan">"#,
        r#"value="12x""#,
        r#"aria-invalid="true""#,
        "no amount",
        r#"value="open" checked"#,
        r#"<option value="land""#,
    ] {
        assert!(html.contains(piece), "{piece} in {html}");
    }
    assert!(!html.contains("<b>"), "what is typed is escaped");
    assert_eq!(html.matches("no amount").count(), 1, "at its own field only");
}

#[test]
fn facts_say_money_time_and_digests() {
    let html = render();
    for piece in [
        "1,234,567.89",
        "壹佰贰拾叁万肆仟伍佰陆拾柒元捌角玖分",
        "2 d 01 h 01 min 00 s",
        r#"datetime="2026-06-03T10:01+08:00""#,
        "tag-award_draw",
        "https://jy.example.cn/verify",
        r#"rel="next""#,
        r#"href="/x" aria-current="page""#,
    ] {
        assert!(html.contains(piece), "{piece} in {html}");
    }
}

#[test]
fn a_refused_amount_is_linked_where_it_was_typed() {
    assert_eq!(frame().anchor().as_deref(), Some("sum_yuan"));
}
