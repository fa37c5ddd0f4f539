/**
 * Money as people read and write it: 元 in, 分 kept, thousand marks and 大写 out.
 *
 * In: what was typed, or 分. Out: 分, or text. Never: a float.
 */
import { ensure } from "./canon.js";

/** 10^13 yuan in 分, the largest amount the platform takes. */
const FEN_MAX = 1_000_000_000_000_000;
const DIGITS = [..."零壹贰叁肆伍陆柒捌玖"];
const UNITS = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];

/** @param {string} text yuan with two decimals at most, thousand marks allowed @returns {number} 分 */
export function parseYuan(text) {
  const [, yuan, fen = ""] = /^([0-9]{1,14})(?:\.([0-9]{1,2}))?$/.exec(text.trim().replace(/[,，]/g, "")) ?? [];
  ensure(yuan !== undefined, "amount: not yuan with two decimals at most");
  const amount = Number(`${yuan}${fen.padEnd(2, "0")}`);
  ensure(amount <= FEN_MAX, "amount: too large");
  return amount;
}

const split = (fen) => [String(Math.floor(fen / 100)), String(fen % 100).padStart(2, "0")];

/** @param {number} fen @returns {string} `12,345,678.90` */
export function grouped(fen) {
  const [yuan, cents] = split(fen);
  return `${yuan.replace(/\B(?=([0-9]{3})+$)/g, ",")}.${cents}`;
}

/** @param {string} digits up to four @returns {string} without zeros before or after */
function four(digits) {
  const padded = digits.padStart(4, "0");
  const text = [...padded].map((digit, i) => (digit === "0" ? "零" : DIGITS[digit] + UNITS[3 - i])).join("");
  return text.replace(/零+/g, "零").replace(/零$/, "");
}

/** @param {number} fen @returns {string} 人民币 in capital characters, e.g. 壹万零伍元整 */
export function capital(fen) {
  const [yuan, cents] = split(fen);
  const groups = [];
  for (let end = yuan.length; end > 0; end -= 4) groups.unshift(four(yuan.slice(Math.max(0, end - 4), end)));
  const whole = groups
    .map((group, i) => (group === "" ? "零" : group + GROUPS[groups.length - 1 - i]))
    .join("").replace(/零+/g, "零").replace(/^零|零$/g, "").replace(/万亿(.*)亿/, "万$1亿");
  const [jiao, fraction] = [...cents].map(Number);
  const head = whole === "" ? "" : `${whole}元`;
  if (jiao === 0 && fraction === 0) return `${head || "零元"}整`;
  const middle = jiao > 0 ? `${DIGITS[jiao]}角` : head && "零";
  return head + middle + (fraction > 0 ? `${DIGITS[fraction]}分` : "整");
}
