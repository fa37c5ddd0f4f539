//! The browser story: the main job from the first draft to the archive, walked in Chromium by clicking
//! real pages, once in Chinese at a desk and once in English on a phone. No times are asserted.
//!
//! Without chromium and chromedriver (Debian: chromium, chromium-driver) it is left out and says so;
//! with `TIANPING_TEST_BROWSER` set their absence is a failure.

mod award;
mod draft;
mod driver;
mod page;
mod panel;
mod redraw;
mod scene;
mod sealing;

use scene::{CHINESE, ENGLISH, Scene, Script};

async fn told(script: &'static Script) {
    let Some(programs) = driver::programs() else {
        return;
    };
    let mut scene = Scene::set(&programs, script).await;
    scene.drafted().await;
    scene.published().await;
    scene.asked_and_answered().await;
    scene.sealed().await;
    scene.panel_called().await;
    scene.opened().await;
    scene.reviewed().await;
    scene.drawn_in_the_hall().await;
    scene.drawn_again().await;
    scene.minutes_signed().await;
    scene.result_published().await;
    scene.awarded().await;
    scene.world.end().await;
}

#[actix_web::test]
async fn the_story_is_told_in_chinese_at_a_desk() {
    told(&CHINESE).await;
}

#[actix_web::test]
async fn the_story_is_told_in_english_on_a_phone() {
    told(&ENGLISH).await;
}
