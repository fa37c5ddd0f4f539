/**
 * Draws (protocols B.3): from the transcript to the order, by anyone.
 *
 * In: the bytes of a transcript. Out: its seed and the items in drawn order. Never: a transcript
 * in a second byte form, a shuffle.
 */
import { chacha20 } from "../vendor/age.js";
import { ascending, ensure, hash, isHash, isToken, toHex } from "./canon.js";

const SIZE_MAX = 64 * 1048576;
const TICKET = 32;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;

/** Reads the lines of a transcript one after the other. */
class Lines {
  constructor(text) {
    ensure(text.endsWith("\n"), "transcript: no final newline");
    this.lines = text.slice(0, -1).split("\n");
    this.at = 0;
  }

  /** The words after the keyword of the next line. */
  next(keyword, count) {
    const line = this.lines[this.at];
    ensure(line !== undefined, `transcript: no ${keyword}`);
    const [first, ...words] = line.split(" ");
    ensure(first === keyword && words.length === count, `transcript: line ${this.at + 1}, expected ${keyword}`);
    this.at += 1;
    return words;
  }

  /** A count of lines that follow, never more than are there. */
  rows(keyword, rowKeyword, width, least) {
    const n = number(this.next(keyword, 1)[0], least);
    ensure(n <= this.lines.length - this.at, `transcript: ${keyword} counts too many`);
    return Array.from({ length: n }, () => this.next(rowKeyword, width));
  }
}

function number(text, least) {
  const n = Number(text);
  ensure(NUMBER.test(text) && Number.isSafeInteger(n) && n >= least, `transcript: number ${text}`);
  return n;
}

const isDash = (v) => v === "-";
const isHashOrDash = (v) => isDash(v) || isHash(v);

function isContributor(who) {
  if (["op", "sup", "ten"].includes(who)) return true;
  return /^[bs]\./.test(who) && who.length <= 64 && isToken(who.slice(2));
}

const rising = (rows) => rows.every(([key], i) => i === 0 || ascending(rows[i - 1][0], key) < 0);

/**
 * @param {string} text
 * @returns {{draw: string, attempt: number, prev: string, purpose: string, take: number, frozen: string,
 *   items: string[], contribs: string[][], beacons: string[][]}}
 */
function parse(text) {
  const lines = new Lines(text);
  ensure(lines.next("tianping-draw/1", 0), "transcript: first line");
  const [draw] = lines.next("draw", 1);
  const attempt = number(lines.next("attempt", 1)[0], 1);
  const [prev] = lines.next("prev", 1);
  const [purpose] = lines.next("purpose", 1);
  const take = number(lines.next("take", 1)[0], 1);
  const [frozen] = lines.next("frozen", 1);
  const items = lines.rows("items", "item", 1, 1);
  const contribs = lines.rows("contribs", "contrib", 3, 0);
  const beacons = lines.rows("beacons", "beacon", 3, 0);
  lines.next("end", 0);
  ensure(lines.at === lines.lines.length, "transcript: text after the end");

  ensure(isToken(draw) && isToken(purpose) && isHash(frozen), "transcript: names");
  ensure(attempt === 1 ? isDash(prev) : isHash(prev), "transcript: prev");
  ensure(take <= items.length, "transcript: takes more than there is");
  ensure(items.every(([item]) => isToken(item)) && rising(items), "transcript: items");
  const contributed = ([who, value, env]) => isContributor(who) && isHashOrDash(value)
    && isHashOrDash(env) && (isDash(value) || isHash(env));
  ensure(contribs.every(contributed) && rising(contribs), "transcript: contribs");
  const drawn = ([src, round, value]) => src === "hall-balls" && number(round, 0) === attempt && isHash(value);
  ensure(beacons.every(drawn) && rising(beacons), "transcript: beacons");
  ensure(beacons.length > 0 || contribs.some(([, value]) => isHash(value)), "transcript: no entropy");
  return { draw, attempt, prev, purpose, take, frozen, items: items.map(([item]) => item), contribs, beacons };
}

/**
 * Recomputes a draw. The order only: where the contributions come from is not in the transcript.
 * @param {Uint8Array} bytes
 * @returns {ReturnType<typeof parse> & {seed: string, order: {item: string, ticket: string}[]}}
 */
export function recompute(bytes) {
  ensure(bytes.length <= SIZE_MAX, "transcript: longer than 64 MiB");
  ensure(bytes.every((byte) => byte === 10 || (byte >= 32 && byte < 127)), "transcript: not ASCII");
  const transcript = parse(new TextDecoder().decode(bytes));
  const seed = hash(bytes);
  const stream = keystream(seed, TICKET * transcript.items.length);
  const order = transcript.items
    .map((item, i) => ({ item, ticket: toHex(stream.subarray(TICKET * i, TICKET * (i + 1))) }))
    .sort((a, b) => ascending(a.ticket, b.ticket));
  return { ...transcript, seed: toHex(seed), order };
}

/** @param {Uint8Array} seed @param {number} length ChaCha20, nonce 0, counter 0 */
export const keystream = (seed, length) => chacha20(seed, new Uint8Array(12), new Uint8Array(length));
