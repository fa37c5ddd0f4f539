/**
 * What runs on every page: the server's clock, countdowns, copy buttons, live parts, the error summary.
 *
 * In: attributes of the page. Out: the same page, moving. Never: a sentence that is not in the page,
 * anything that a page needs in order to work.
 *
 *   data-clock="ms"      an element that shows the server's time, Beijing, to the second
 *   data-until="ms"      an element that shows how long it still is; its words are body[data-left]
 *   data-copy="text"     a button, hidden until scripts run, that copies the text
 *   data-live="seconds"  an element with an id that is fetched again so often
 */
"use strict";

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
/** A device whose clock is off by more than this is told so. */
const OFF = 5 * SECOND;
/** The server's clock is asked again this often. */
const AGAIN = 5 * MINUTE;

const all = (selector) => [...document.querySelectorAll(selector)];
const pad = (n) => String(n).padStart(2, "0");

/** Server time minus device time, ms; the page's own statement of it until the clock is asked. */
let offset = Number(document.querySelector("[data-clock]")?.dataset.clock ?? Date.now()) - Date.now();
const now = () => Date.now() + offset;

/** Asks the server's clock; of a slow answer only the middle of its way counts. */
async function ask() {
  const sent = Date.now();
  const answer = await fetch("/clock", { cache: "no-store" });
  if (!answer.ok) return;
  const clock = await answer.json();
  const back = Date.now();
  offset = clock.now - (sent + back) / 2;
  const off = document.getElementById("clock-off");
  if (off !== null) off.hidden = clock.sandbox || Math.abs(offset) - (back - sent) / 2 <= OFF;
}

function left(ms) {
  if (ms <= 0) return document.body.dataset.past;
  const parts = {
    days: Math.floor(ms / DAY), hours: pad(Math.floor(ms / HOUR) % 24),
    minutes: pad(Math.floor(ms / MINUTE) % 60), seconds: pad(Math.floor(ms / SECOND) % 60),
  };
  return document.body.dataset.left.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}

function tick() {
  const at = now();
  const beijing = new Date(at + 8 * HOUR).toISOString().slice(0, 19).replace("T", " ");
  for (const el of all("[data-clock]")) el.textContent = beijing;
  for (const el of all("[data-until]")) {
    const ms = Number(el.dataset.until) - at;
    if (ms <= 0 && ms > -SECOND) setTimeout(renew, 2 * SECOND);
    el.textContent = left(ms);
  }
}

/** Fetches the page again and replaces its live parts, except one that somebody is typing in. */
async function renew() {
  if (all("[data-live]").length === 0) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const el of all("[data-live]")) {
    const other = fresh.getElementById(el.id);
    const busy = el.contains(document.activeElement) && document.activeElement.matches("input, select, textarea, button");
    if (other !== null && !busy && other.innerHTML !== el.innerHTML) el.replaceChildren(...other.childNodes);
  }
  copies();
  tick();
}

function follow() {
  const parts = all("[data-live]");
  const spans = parts.map((el) => Number(el.dataset.live)).filter((n) => n > 0);
  if (spans.length > 0) setInterval(() => { if (!document.hidden) renew().catch(() => {}); }, Math.min(...spans) * SECOND);
}

function copies() {
  for (const button of all("button[data-copy][hidden]")) {
    button.hidden = navigator.clipboard === undefined;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = document.body.dataset.copied;
    });
  }
}

/** Where the row of tabs is wider than the screen, the tab of the page is in sight all the same. */
function tabs() {
  for (const current of all(".tabs [aria-current]")) {
    const row = current.parentElement;
    row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  }
}

copies();
tabs();
tick();
setInterval(tick, SECOND);
ask().catch(() => {});
setInterval(() => ask().catch(() => {}), AGAIN);
document.addEventListener("visibilitychange", () => { if (!document.hidden) ask().catch(() => {}); });
follow();
document.getElementById("problem")?.focus();
// a button pressed twice sends once; the key in the form would catch the second anyway
document.addEventListener("submit", (event) => {
  const buttons = event.target.querySelectorAll("button");
  setTimeout(() => { for (const button of buttons) button.disabled = true; });
});
addEventListener("pageshow", (event) => {
  if (event.persisted) for (const button of all("form button:disabled")) button.disabled = false;
});
