/**
 * Sealing one part of a bid (protocols A.4).
 *
 * In: what the part says, its place, and the recipients of its key set. Out: the head `bid.part/1`,
 * the envelope and the ciphertext, opened again before they are handed out. Never: a part that the
 * layers could not open, the part's key outside this file.
 */
import { generateX25519Identity, identityToRecipient, sha256 } from "../vendor/age.js";
import { Flaw, concat, digest, ensure, isText, orNull, toBase64, toHex, utf8, write } from "./canon.js";
import { openEnvelope } from "./open.js";
import { PIECE, breathe, measure, streamHash } from "./pieces.js";
import { FLOOR, decrypt, encrypt, padme } from "./profile.js";

const NAME_MAX = 255;

/**
 * @typedef {object} Content what a part says
 * @property {string} name at most 255 bytes
 * @property {string | null} media
 * @property {Blob} body
 *
 * @typedef {object} Place where a part belongs
 * @property {string} tender
 * @property {string} lot
 * @property {string} bidder
 * @property {number} seq
 * @property {string} part
 * @property {string} stage
 * @property {"price" | "docs" | "draw"} kind
 * @property {string} keyset hex64
 *
 * @typedef {object} SealedPart
 * @property {any} hd bid.part/1
 * @property {string} env base64
 * @property {Blob} ct
 * @property {string[]} leaves hex64 of each piece of 1 MiB
 * @property {number} crc
 */

/**
 * The padded plaintext, piece by piece.
 * @param {Content} content
 * @param {"price" | "docs" | "draw"} kind
 * @returns {AsyncGenerator<Uint8Array>}
 */
export async function* plainPieces({ name, media, body }, kind) {
  ensure(isText(name) && utf8(name).length <= NAME_MAX, "name longer than 255 bytes");
  ensure(orNull(isText)(media), "media");
  const head = write({ t: "bid.body/1", name, media });
  const lengths = new DataView(new ArrayBuffer(12));
  lengths.setUint32(0, head.length);
  lengths.setBigUint64(4, BigInt(body.size));
  const [headLength, bodyLength] = [lengths.buffer.slice(0, 4), lengths.buffer.slice(4)];
  const start = concat(utf8("TPB1"), new Uint8Array(headLength), head, new Uint8Array(bodyLength));
  yield start;
  for (let at = 0; at < body.size; at += PIECE) {
    const piece = new Uint8Array(await body.slice(at, at + PIECE).arrayBuffer());
    ensure(piece.length === Math.min(PIECE, body.size - at), "the file changed while it was read");
    yield piece;
  }
  const end = start.length + body.size;
  const total = padme(end, FLOOR[kind]);
  for (let at = end; at < total; at += PIECE) yield new Uint8Array(Math.min(PIECE, total - at));
}

/**
 * Seals a part and opens it again.
 * @param {Place} place
 * @param {Content} content
 * @param {string[]} recipients of the key set, layer 1 first
 * @param {(done: number) => void} progress bytes done, of about twice the padded length
 * @returns {Promise<SealedPart>}
 */
export async function sealPart(place, content, recipients, progress) {
  const key = await generateX25519Identity();
  const pub = await identityToRecipient(key);
  const hasher = sha256.create();
  let done = 0;
  const advance = (bytes) => {
    done += bytes;
    progress(done);
  };
  const source = plainPieces(content, place.kind);
  const plain = new ReadableStream({
    async pull(controller) {
      const { done: ended, value } = await source.next();
      if (ended) return controller.close();
      hasher.update(value);
      advance(value.length);
      controller.enqueue(value);
      return breathe();
    },
  });
  // each piece becomes a blob of its own, which the browser may keep on disk
  const blobs = [];
  const { len, sha256: ctHash, chunks, leaves, crc } = await measure(
    await encrypt(pub, plain), (piece) => blobs.push(new Blob([piece])),
  );
  const ct = new Blob(blobs);
  const hd = { t: "bid.part/1", ...place, pub, len, sha256: ctHash, chunks };
  const env = await envelope(hd, key, recipients);
  await selfTest(hd, key, ct, toHex(hasher.digest()), advance);
  return { hd, env: toBase64(env), ct, leaves, crc };
}

/** The part's key in nested layers, layer 1 innermost. */
async function envelope(hd, key, recipients) {
  let sealed = write({ t: "bid.key/1", ctx: digest(hd), key });
  for (const to of recipients) sealed = await encrypt(to, sealed);
  return sealed;
}

/** The same code with two throw-away layers, opened again; and the ciphertext opened. */
async function selfTest(hd, key, ct, plainHash, advance) {
  const layers = [await generateX25519Identity(), await generateX25519Identity()];
  const recipients = await Promise.all(layers.map(identityToRecipient));
  const opened = await openEnvelope(hd, await envelope(hd, key, recipients), layers);
  ensure(opened === key, "self-test: another key");
  if (await streamHash(await decrypt(opened, ct), advance) !== plainHash) {
    throw new Flaw("self-test: another plaintext");
  }
}
