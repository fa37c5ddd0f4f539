/**
 * Streams in pieces of 1 MiB: digests of a long ciphertext without freezing the page.
 *
 * In: a stream of bytes. Out: its length, SHA-256, CRC-32 and the leaves of its pieces. Never: the
 * whole of it in memory, a long stretch of work without a break.
 */
import { sha256 } from "../vendor/age.js";
import { toHex } from "./canon.js";
import { leafHash, root } from "./merkle.js";
import { pieces } from "./profile.js";
import { crc32 } from "./zip.js";

/** The length of a piece, in bytes. */
export const PIECE = 1048576;

const waiting = [];
const channel = new MessageChannel();
channel.port1.onmessage = () => waiting.shift()?.();

/**
 * Lets the page draw and answer before the work goes on. A message, because timers are slowed down
 * in a tab that is not looked at.
 * @returns {Promise<void>}
 */
export function breathe() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

/**
 * @typedef {object} Measured
 * @property {number} len
 * @property {string} sha256 hex64
 * @property {string} chunks hex64, RFC 6962 root over the pieces
 * @property {string[]} leaves hex64 of each piece
 * @property {number} crc CRC-32
 */

/**
 * Reads a stream to its end, cut in pieces.
 * @param {ReadableStream} stream
 * @param {(piece: Uint8Array) => void} take is given each piece; it must copy what it keeps
 * @returns {Promise<Measured>}
 */
export async function measure(stream, take) {
  const whole = sha256.create();
  const leaves = [];
  const piece = new Uint8Array(PIECE);
  let [filled, len, crc] = [0, 0, 0];
  const cut = () => {
    const bytes = piece.subarray(0, filled);
    whole.update(bytes);
    crc = crc32(crc, bytes);
    leaves.push(leafHash(bytes));
    len += filled;
    filled = 0;
    take(bytes);
  };
  for await (let bytes of pieces(stream)) {
    while (bytes.length > 0) {
      const n = Math.min(PIECE - filled, bytes.length);
      piece.set(bytes.subarray(0, n), filled);
      filled += n;
      bytes = bytes.subarray(n);
      if (filled === PIECE) {
        cut();
        await breathe();
      }
    }
  }
  if (filled > 0) cut();
  return {
    len, crc, sha256: toHex(whole.digest()), chunks: toHex(root(leaves)), leaves: leaves.map(toHex),
  };
}

/**
 * SHA-256 of a stream.
 * @param {ReadableStream} stream
 * @param {(bytes: number) => void} progress is told how many bytes were read since the last call
 * @returns {Promise<string>} hex64
 */
export async function streamHash(stream, progress) {
  const hasher = sha256.create();
  let since = 0;
  for await (const bytes of pieces(stream)) {
    hasher.update(bytes);
    since += bytes.length;
    if (since >= PIECE) {
      progress(since);
      since = 0;
      await breathe();
    }
  }
  progress(since);
  return toHex(hasher.digest());
}

