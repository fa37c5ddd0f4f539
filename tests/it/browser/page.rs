//! What a person does on a page, and what makes a page finished.
//!
//! In: keys of the words that stand on it. Out: the next page, looked at: its status, its language,
//! one heading, no key instead of words, a label at every field, nothing wider than the window, nothing
//! that bars anybody as axe sees it, no complaint in the browser's log. With `TIANPING_TEST_SCREENS=DIR` a picture of each is kept there.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tianping::words::{Lang, find, say};

use super::driver::{Driver, Element};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const COOKIE: &str = "/cookie/tianping";
const SCREENS: &str = "TIANPING_TEST_SCREENS";

/// A window of a browser in somebody's hands.
pub struct Browser {
    driver: Driver,
    home: String,
    /// The language of the person.
    pub lang: Lang,
    width: u32,
    /// Names that stay as they are in every language.
    names: &'static [&'static str],
    signed_in: RefCell<BTreeMap<String, Value>>,
    /// The kinds of pages that axe has seen.
    kinds: RefCell<BTreeSet<String>>,
    n: Cell<u32>,
}

impl Browser {
    /// A window of a width, at a service.
    pub async fn open(
        programs: &(PathBuf, PathBuf),
        home: &str,
        lang: Lang,
        width: u32,
        names: &'static [&'static str],
    ) -> Self {
        let driver = Driver::start(programs, width).await;
        driver.resize(width).await;
        Self {
            driver,
            home: home.to_owned(),
            lang: Lang::Zh,
            width,
            names,
            signed_in: RefCell::default(),
            kinds: RefCell::default(),
            n: Cell::new(0),
        }
        .speaking(lang)
        .await
    }

    /// The switch of the language, which is on every page.
    async fn speaking(mut self, lang: Lang) -> Self {
        self.visit("/").await;
        if lang != self.lang {
            self.lang = lang;
            self.away(|this| async { this.tap("form.lang button").await })
                .await;
            self.look(200).await;
        }
        self
    }

    /// The sentence of a key in the language of the person.
    pub fn says(&self, key: &str) -> String {
        say(self.lang, key, &[])
    }

    /// Opens an address of the service.
    pub async fn visit(&self, path: &str) {
        let url = format!("{}{path}", self.home);
        self.driver.ask("/url", json!({ "url": url })).await.unwrap();
        self.look(200).await;
    }

    /// The address shown, without the service.
    pub async fn here(&self) -> String {
        let url = self.driver.read("/url").await.unwrap();
        let url = url.as_str().unwrap();
        url.strip_prefix(&self.home).unwrap_or(url).to_owned()
    }

    /// Somebody takes the window: by the form of the sign-in page, later by the cookie it gave.
    pub async fn sign_in(&self, login: &str, password: &str, code: &str) {
        let kept = self.signed_in.borrow().get(login).cloned();
        self.leave().await;
        if let Some(cookie) = kept {
            self.driver
                .ask("/cookie", json!({ "cookie": cookie }))
                .await
                .unwrap();
            return;
        }
        self.visit("/session").await;
        self.fill("login", login).await;
        self.fill("password", password).await;
        self.fill("totp", code).await;
        self.press("session-send").await;
        assert_eq!(self.here().await, "/desk", "{login}");
        let cookie = self.driver.read(COOKIE).await.unwrap();
        self.signed_in.borrow_mut().insert(login.to_owned(), cookie);
    }

    /// Nobody is signed in.
    pub async fn leave(&self) {
        self.driver.send("DELETE", COOKIE, None).await.unwrap();
    }

    /// Whether somebody has signed in in this window before.
    pub fn knows(&self, login: &str) -> bool {
        self.signed_in.borrow().contains_key(login)
    }

    /// The first element, which must come.
    pub async fn one(&self, css: &str) -> Element {
        let there = "return document.querySelector(arguments[0]) !== null";
        self.until(css, there, vec![json!(css)]).await;
        self.driver
            .find("css selector", css)
            .await
            .unwrap()
            .swap_remove(0)
    }

    /// An attribute of the first element.
    pub async fn attr(&self, css: &str, name: &str) -> String {
        let found = self
            .driver
            .tell(&self.one(css).await, &format!("attribute/{name}"))
            .await;
        found.unwrap().as_str().unwrap().to_owned()
    }

    /// Types into the field of a name.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.one(&format!("[id='{name}']")).await;
        // typed day first or year first, as the machine's locale would have it
        if self.driver.tell(&field, "property/type").await.unwrap() == "datetime-local" {
            let set = "const f = document.getElementById(arguments[0]); f.value = arguments[1]; \
                f.dispatchEvent(new Event('input', { bubbles: true }))";
            self.run(set, vec![json!(name), json!(text)]).await;
            return;
        }
        self.driver.act(&field, "clear", json!({})).await.unwrap();
        self.driver
            .act(&field, "value", json!({ "text": text }))
            .await
            .unwrap();
    }

    /// Chooses from a list.
    pub async fn choose(&self, name: &str, value: &str) {
        self.one(&format!("select[id='{name}']")).await;
        let path = format!("//select[@id='{name}']/option[@value='{value}' or normalize-space()='{value}']");
        let found = self.driver.find("xpath", &path).await.unwrap();
        self.click(found.first().unwrap_or_else(|| panic!("{name} has no {value}")))
            .await;
    }

    /// Gives a file to a field.
    pub async fn attach(&self, name: &str, file: &Path) {
        let field = self.one(&format!("input[id='{name}']")).await;
        self.driver
            .act(&field, "value", json!({ "text": file }))
            .await
            .unwrap();
    }

    /// Follows a link of the page.
    pub async fn follow(&self, path: &str) {
        let css = format!("main a[href='{path}']");
        self.away(|this| async move { this.tap(&css).await }).await;
        self.look(200).await;
    }

    /// Presses the button with these words and comes to the next page.
    pub async fn press(&self, key: &str) {
        self.press_for(key, 200).await;
    }

    /// Presses a button and is refused: the form comes back.
    pub async fn press_refused(&self, key: &str) {
        self.press_for(key, 422).await;
    }

    async fn press_for(&self, key: &str, status: u16) {
        let words = self.says(key);
        self.away(|this| async move { this.click(&this.button(&words).await).await })
            .await;
        self.look(status).await;
    }

    async fn button(&self, words: &str) -> Element {
        let path = format!("//main//button[normalize-space()=\"{words}\"]");
        for button in self.driver.find("xpath", &path).await.unwrap() {
            if self.driver.tell(&button, "displayed").await.unwrap() == true {
                return button;
            }
        }
        panic!("no button {words} on {}", self.here().await);
    }

    async fn click(&self, element: &Element) {
        self.driver.act(element, "click", json!({})).await.unwrap();
    }

    /// Presses what a page has, and stays there.
    pub async fn tap(&self, css: &str) {
        self.click(&self.one(css).await).await;
    }

    /// Waits until an element is seen.
    pub async fn seen(&self, css: &str) {
        let shown =
            "const e = document.querySelector(arguments[0]); return e !== null && e.checkVisibility()";
        self.until(css, shown, vec![json!(css)]).await;
    }

    /// Waits until these words are seen.
    pub async fn sees(&self, words: &str) {
        let shown = "return document.body.innerText.includes(arguments[0])";
        self.until(words, shown, vec![json!(words)]).await;
    }

    /// Waits until an element has these words in it, seen or still fading in.
    pub async fn shows(&self, css: &str, words: &str) {
        let there =
            "return document.querySelector(arguments[0])?.textContent.includes(arguments[1]) === true";
        self.until(words, there, vec![json!(css), json!(words)]).await;
    }

    /// Waits until a field holds these words.
    pub async fn holds(&self, name: &str, words: &str) {
        let there = "return document.getElementById(arguments[0]).value.includes(arguments[1])";
        self.until(words, there, vec![json!(name), json!(words)]).await;
    }

    /// What stands in a field.
    pub async fn typed(&self, name: &str) -> String {
        let field = self.one(&format!("[id='{name}']")).await;
        let value = self.driver.tell(&field, "property/value").await.unwrap();
        value.as_str().unwrap().to_owned()
    }

    /// The text of an element.
    pub async fn text(&self, css: &str) -> String {
        let text = self.driver.tell(&self.one(css).await, "text").await.unwrap();
        text.as_str().unwrap().to_owned()
    }

    /// A file that the page offers, saved where the browser saves.
    pub async fn save(&self, css: &str, name: &str) -> PathBuf {
        let file = self.driver.downloads().join(name);
        let _ = fs::remove_file(&file);
        self.tap(css).await;
        for _ in 0..600 {
            // Chromium reserves the name with an empty file, and renames what it loaded over it
            if fs::metadata(&file).is_ok_and(|saved| saved.len() > 0) {
                return file;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{name} was not saved");
    }

    async fn run(&self, script: &str, args: Vec<Value>) -> Value {
        self.driver.run(script, args).await.unwrap()
    }

    /// Waits until a script says yes; the page may be changing meanwhile.
    async fn until(&self, what: &str, script: &str, args: Vec<Value>) {
        let began = std::time::Instant::now();
        loop {
            if self
                .driver
                .run(script, args.clone())
                .await
                .is_ok_and(|said| said == true)
            {
                return;
            }
            if began.elapsed() > PATIENCE {
                let text = self.run("return document.body.innerText", vec![]).await;
                panic!("{what}: not on {}: {}", self.here().await, text.as_str().unwrap());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Does what leads to another page and waits for it.
    async fn away<'a, F: Future<Output = ()>>(&'a self, act: impl FnOnce(&'a Self) -> F) {
        self.run("document.documentElement.dataset.left = ''", vec![])
            .await;
        act(self).await;
        let come = "return document.documentElement.dataset.left === undefined && document.readyState === 'complete'";
        self.until("another page", come, vec![]).await;
    }

    /// Looks at a page: what is wrong with it is named all at once.
    pub async fn look(&self, status: u16) {
        let come = "return document.readyState === 'complete'";
        self.until("the page", come, vec![]).await;
        let seen = self.run(SEEN, vec![]).await;
        let path = self.here().await;
        self.keep(&path).await;
        let mut faults = self.barriers(&path).await;
        let mut fault = |what: String| faults.push(what);
        if seen["status"] != status {
            fault(format!("status {} instead of {status}", seen["status"]));
        }
        if seen["lang"] != self.lang.tag() {
            fault(format!("lang {}", seen["lang"]));
        }
        if seen["headings"] != 1 {
            fault(format!("{} headings h1", seen["headings"]));
        }
        if seen["width"].as_u64().unwrap() > u64::from(self.width) {
            fault(format!("{} wide: {}", seen["width"], seen["wide"]));
        }
        for field in seen["unlabelled"].as_array().unwrap() {
            fault(format!("no label: {field}"));
        }
        let text = seen["text"].as_str().unwrap();
        if let Some(at) = text.find("{ $").or_else(|| text.find("{$")) {
            fault(format!("a hole: {}", text[at..].lines().next().unwrap()));
        }
        for token in text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c)))
        {
            if token.contains('-') && find(self.lang, token, &[]).is_some() {
                fault(format!("a key instead of words: {token}"));
            }
        }
        for part in seen["texts"].as_array().unwrap() {
            let part = part.as_str().unwrap();
            if part.matches('-').count() > 1 && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
                fault(format!("a key without words: {part}"));
            }
            if !self.is_of_language(part) {
                fault(format!("another language: {part}"));
            }
        }
        for line in self.driver.complaints().await {
            let expected = line.contains("status of 422") || line.contains("/receipts/");
            if !expected {
                fault(line);
            }
        }
        assert!(faults.is_empty(), "{path}: {faults:#?}");
    }

    /// What bars somebody from using a page, as axe finds it: once for each kind of page, for it takes long.
    async fn barriers(&self, path: &str) -> Vec<String> {
        let is_word = |piece: &&str| !piece.bytes().any(|b| b.is_ascii_digit());
        let kind = path
            .split(['/', '?'])
            .filter(is_word)
            .collect::<Vec<_>>()
            .join("/");
        if !self.kinds.borrow_mut().insert(kind) {
            return Vec::new();
        }
        let found = self.run(&format!("{AXE};{BARRIERS}"), vec![]).await;
        let found = found.as_array().unwrap().iter();
        found.map(|one| one.as_str().unwrap().to_owned()).collect()
    }

    /// Whether a text can stand on a page of this language; names stand on every one.
    fn is_of_language(&self, text: &str) -> bool {
        let mut text = text.to_owned();
        for name in self.names {
            text = text.replace(name, "");
        }
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        match self.lang {
            Lang::En => !text.contains(is_han),
            Lang::Zh => {
                let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase());
                let n = text.split([' ', ',', '.']).filter(is_word).count();
                n < 4 || text.contains(is_han)
            }
        }
    }

    /// Keeps a picture of the page, where pictures are wanted.
    pub async fn keep(&self, path: &str) {
        let Some(dir) = env::var_os(SCREENS) else { return };
        let n = self.n.get() + 1;
        self.n.set(n);
        let name: String = path
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .take(60)
            .collect();
        let file = Path::new(&dir).join(format!("{}-{n:03}{name}.png", self.lang.tag()));
        fs::create_dir_all(&dir).unwrap();
        fs::write(file, STANDARD.decode(self.driver.picture().await).unwrap()).unwrap();
    }
}

/// The accessibility checker.
const AXE: &str = include_str!("../../vendor/axe.min.js");

/// What axe finds, slight things too, after what fades in has come.
const BARRIERS: &str = r"
    const name = (v) => `${v.impact}: ${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 200)} ${n.failureSummary}`).join(' | ')}`;
    return Promise.allSettled(document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime < Infinity).map((a) => a.finished))
        .then(() => axe.run(document, { resultTypes: ['violations'] }))
        .then((said) => said.violations.map(name));
";

/// What there is to see of a page.
const SEEN: &str = r"
    const fields = [...document.querySelectorAll('input:not([type=hidden]), select, textarea')];
    const isNamed = (f) => f.labels.length > 0 || f.ariaLabel || f.getAttribute('aria-labelledby');
    const room = document.documentElement.clientWidth;
    const isWide = (e) => e.checkVisibility() && e.getBoundingClientRect().right > room + 1 && !e.closest('.table, .tabs, .trades, .off');
    const name = (e) => `${e.tagName} ${e.id} ${e.className} ${e.textContent.trim().slice(0, 60)}`;
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const own = document.documentElement.lang;
    while (walker.nextNode()) {
        const at = walker.currentNode.parentElement;
        const text = walker.currentNode.data.trim();
        if (text !== '' && at.closest('[lang]').lang === own && !at.closest('script, datalist, pre, code, .digest, [data-own]')) texts.push(text);
    }
    return {
        status: performance.getEntriesByType('navigation')[0].responseStatus,
        lang: own,
        headings: document.querySelectorAll('h1').length,
        width: document.documentElement.scrollWidth,
        wide: [...document.body.querySelectorAll('*')].filter(isWide).slice(0, 4).map(name),
        unlabelled: fields.filter((f) => !isNamed(f)).map((f) => `${f.id} ${f.name}`),
        text: document.body.innerText,
        texts,
    };
";
