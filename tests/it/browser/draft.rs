//! Steps 2 to 4: the owner drafts, calls the keys, publishes; a bidder asks and the owner answers.

use std::fs;

use tianping::{proof::sig::SecretKey, secrets, words::Lang};

use super::scene::Scene;

impl Scene {
    /// The project, its lot and its document in the forms; a date too early is refused there.
    pub async fn drafted(&mut self) {
        let (b, s) = (&self.browser, self.script);
        self.takes(&self.owner).await;
        b.visit("/desk").await;
        b.follow("/tenders").await;
        b.follow("/tenders/new").await;
        b.fill("name", s.project).await;
        b.fill("region", "510104").await;
        b.choose("funding", "private").await;
        b.fill("budget_share", "0").await;
        b.fill("project_sum_yuan", "3980000").await;
        b.tap("#basis_id option:last-child").await;
        b.fill("summary", s.summary).await;
        b.press("tender-save").await;
        let tender = b.here().await.rsplit('/').next().unwrap().to_owned();
        b.follow(&format!("/tenders/{tender}/lots/new")).await;
        b.fill("name", s.lot).await;
        b.fill("closes_at", "2026-06-20T09:00").await;
        b.fill("ceiling_yuan", "3980000").await;
        b.fill("k_min", "1.00").await;
        b.fill("k_max", "6.00").await;
        b.fill("specialty", "a08").await;
        b.fill("n_candidates", "2").await;
        b.tap("#needs_docs").await;
        b.fill("criteria", s.criteria).await;
        b.press_refused("tender-save").await;
        b.sees("2026-06-21 00:00").await;
        assert_eq!(b.typed("name").await, s.lot, "the form came back filled in");
        assert!(b.typed("criteria").await.contains("3.3"));
        b.fill("closes_at", "2026-06-22T09:00").await;
        b.press("tender-save").await;
        b.follow(&format!("/tenders/{tender}/documents")).await;
        b.fill("title", s.document).await;
        let file = self.world.dir.path().join("documents.pdf");
        fs::write(&file, b"%PDF-1.7 documents").unwrap();
        b.attach("file", &file).await;
        b.press("document-add").await;
        b.sees(s.document).await;
        b.visit(&format!("/tenders/{tender}")).await;
        let edit = b.attr("main a[href$='/change'][href^='/lots/']", "href").await;
        self.lot = edit.split('/').nth(2).unwrap().to_owned();
        self.tender = tender;
        b.follow(&self.of("/dates")).await;
    }

    /// Keys are called and made, everything is checked, the notice comes out.
    pub async fn published(&mut self) {
        let b = &self.browser;
        b.visit(&self.of("")).await;
        b.press("tender-call-ceremony").await;
        self.takes(&self.bureau).await;
        for duty in ["sup", "op", "ten"] {
            b.visit(&format!("/duties/{duty}/board")).await;
        }
        self.takes(&self.owner).await;
        b.visit(&self.of("/publication")).await;
        b.sees(&b.says("publication-not-yet")).await;
        self.world.settle().await;
        b.visit(&self.of("")).await;
        b.follow(&self.of("/publication")).await;
        assert!(
            b.typed("deadlines").await.contains("sig/1"),
            "the owner's duty has signed the deadline"
        );
        self.signs_with_a_key_file().await;
        b.fill("password", "a wrong password").await;
        b.press_refused("publication-publish").await;
        self.signs("publication-publish").await;
        b.visit(&self.of("")).await;
        let public = b.attr("main a[href^='/xm/']", "href").await;
        b.follow(&public).await;
        b.sees(self.script.project).await;
        self.number = public.trim_start_matches("/xm/").to_owned();
        self.world.tick().await;
    }

    /// Outside a sandbox nothing stands ready: the owner signs with the file of the owner's key.
    async fn signs_with_a_key_file(&self) {
        let b = &self.browser;
        let seed = secrets::key(
            &self.world.dir.path().join("holders/ten"),
            "duty.key",
            &self.world.app.entropy,
        );
        let key = SecretKey::from_seed(&seed.unwrap());
        let file = self.world.dir.path().join("owner.key");
        fs::write(&file, key.to_text().unwrap().as_bytes()).unwrap();
        b.fill("deadlines", "").await;
        b.tap("main details summary").await;
        b.tap("#sign-go").await;
        b.sees(&b.says("seal-error-key")).await;
        b.attach("sign-keyfile", &file).await;
        b.tap("#sign-go").await;
        b.holds("deadlines", "sig/1").await;
        b.look(200).await;
    }

    /// A bidder asks without being named, the owner answers, everybody reads it.
    pub async fn asked_and_answered(&self) {
        let (b, s) = (&self.browser, self.script);
        self.takes(&self.bidders[0]).await;
        b.visit("/").await;
        let project = format!("/xm/{}", self.number);
        b.follow(&project).await;
        b.follow(&self.of("/workspace")).await;
        b.follow(&self.of("/questions")).await;
        b.fill("text", s.question).await;
        b.press("question-ask").await;
        self.takes(&self.owner).await;
        b.visit(&self.of("")).await;
        b.follow(&self.of("/questions")).await;
        let field = b.attr("main textarea", "id").await;
        b.fill(&field, s.answer).await;
        b.press("question-answer-send").await;
        b.leave().await;
        b.visit(&format!("{project}/questions")).await;
        b.sees(s.answer).await;
        let text = b.text("main").await;
        assert!(!text.contains(s.bidders[0]), "the asker is not named: {text}");
        for tab in [
            "documents",
            "changes",
            "opening",
            "objections",
            "candidates",
            "result",
            "evidence",
        ] {
            b.visit(&format!("{project}/{tab}")).await;
        }
        if b.lang == Lang::En {
            b.visit("/jy/all").await;
        }
    }
}
