/**
 * Sending a bid (protocols A.5): pieces of 1 MiB that can be resumed, then the submission itself.
 *
 * In: a signed bid and the addresses of the lot. Out: the acknowledgement, the receipt. Never: a new
 * encryption on resumption, a submission sent twice with two effects.
 */
import { Flaw, digest, ensure, toBase64 } from "./canon.js";
import { PIECE, breathe } from "./pieces.js";

/** Parts up to this length travel inside the submission. */
const INLINE_MAX = 262144;
const TRIES = 8;
const PAUSE_MAX_MS = 30000;

/** The server's refusal: its status and its own words. */
export class Refused extends Flaw {
  /** @param {number} status @param {string} reason */
  constructor(status, reason) {
    super(reason);
    this.status = status;
  }
}

const pause = (ms) => new Promise((resolve) => {
  setTimeout(resolve, ms);
});

/** Worth asking again: the connection, an overload, an unknown outcome. */
const passing = (status) => status === 408 || status === 429 || status >= 500;

/**
 * Sends a request, again after a while when it fails in passing.
 * @param {string} url
 * @param {RequestInit} options
 * @returns {Promise<Response>} status below 400
 */
async function send(url, options) {
  for (let attempt = 1; ; attempt += 1) {
    let response = null;
    try {
      response = await fetch(url, { cache: "no-store", ...options });
    } catch (error) {
      if (attempt === TRIES) throw new Flaw(`no connection: ${error.message}`);
    }
    if (response !== null && response.status < 400) return response;
    if (response !== null && (!passing(response.status) || attempt === TRIES)) {
      throw new Refused(response.status, await reasonOf(response));
    }
    const asked = Number(response?.headers.get("Retry-After") ?? 0) * 1000;
    await pause(Math.min(PAUSE_MAX_MS, Math.max(asked, 500 * 2 ** attempt)));
  }
}

/** The sentences of an error answer `{code, message, advice, ...}`, or its status. */
async function reasonOf(response) {
  try {
    const { message, advice } = await response.json();
    return [message, advice].filter(Boolean).join(" ");
  } catch {
    return `HTTP ${response.status}`;
  }
}

/** The addresses of one lot, and the session's token against forged requests. */
export class Desk {
  /** @param {string} lot base, `/lots/{lot}` @param {string} to where submissions go @param {string} csrf */
  constructor(lot, to, csrf) {
    this.lot = lot;
    this.to = to;
    this.csrf = csrf;
  }

  async json(method, url, body, headers = {}) {
    const response = await send(url, {
      method,
      headers: {
        Accept: "application/json", "X-CSRF": this.csrf,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return response.json();
  }

  /** Where the bidder's chain stands: `{seq, prev, kid}`, seq and prev of the next submission. */
  chain(url) {
    return this.json("GET", url);
  }

  /**
   * Uploads one part, or what is missing of it.
   * @param {any} hd bid.part/1
   * @param {{ct: Blob, leaves: string[]}} part
   * @param {(bytes: number) => void} progress bytes stored since the last call
   * @returns {Promise<string>} the upload's id
   */
  async upload(hd, { ct, leaves }, progress) {
    const { id, present } = await this.begin(hd);
    for (let i = 0; i < leaves.length; i += 1) {
      const piece = ct.slice(i * PIECE, (i + 1) * PIECE);
      if (present[i]) {
        ensure(present[i] === leaves[i], "upload: the server holds another piece");
      } else {
        await this.piece(id, i, piece, leaves[i]);
      }
      progress(piece.size);
      await breathe();
    }
    return id;
  }

  /** Finds the upload begun earlier for this very ciphertext, or begins one. */
  async begin({ part, len, sha256, chunks }) {
    const known = remembered(sha256);
    if (known !== null) {
      try {
        const { leaves } = await this.json("GET", `/uploads/${known}`);
        return { id: known, present: leaves };
      } catch (error) {
        if (error.status !== 404) throw error;
      }
    }
    const { id } = await this.json("POST", `${this.lot}/uploads`, { part, len, sha256, chunks });
    remember(sha256, id);
    return { id, present: [] };
  }

  async piece(id, i, piece, leaf) {
    const response = await send(`/uploads/${id}/${i}`, {
      method: "PUT",
      headers: {
        Accept: "application/json", "Content-Type": "application/octet-stream",
        "X-CSRF": this.csrf, "X-Leaf": leaf,
      },
      body: piece,
    });
    ensure((await response.json()).leaf === leaf, "upload: the server stored another piece");
  }

  /**
   * Uploads the large parts and submits. Called again after a failure it goes on where it stopped.
   * @param {import("./bid.js").Bid} bid
   * @param {(bytes: number) => void} progress
   * @returns {Promise<any>} signed ack/1, not yet verified
   */
  async submit({ signed, parts }, progress) {
    const [uploads, ct] = [{}, {}];
    for (const { hd } of signed.x.parts) {
      const part = parts.get(hd.part);
      if (hd.len <= INLINE_MAX) {
        ct[hd.part] = toBase64(new Uint8Array(await part.ct.arrayBuffer()));
      } else {
        uploads[hd.part] = await this.upload(hd, part, progress);
      }
    }
    const ack = await this.post(this.to, signed, { uploads, ct });
    for (const { hd } of signed.x.parts) forget(hd.sha256);
    return ack;
  }

  /** @param {any} signed signed/1 over bid.withdraw/1 @returns {Promise<any>} signed ack/1 */
  withdraw(signed) {
    return this.post(`${this.to}/withdrawals`, signed, {});
  }

  post(url, { x, sig }, rest) {
    return this.json("POST", url, { x, sig, ...rest }, { "Idempotency-Key": digest(x) });
  }

  /**
   * Waits for the receipt of an event.
   * @param {string} url of the receipt
   * @param {AbortSignal} signal to stop waiting
   * @returns {Promise<string | null>} tlog-proof, null when stopped
   */
  async receipt(url, signal) {
    for (let wait = 1000; !signal.aborted; wait = Math.min(10000, wait * 1.5)) {
      const response = await send(url, { method: "GET" });
      if (response.status === 200) return response.text();
      await pause(wait);
    }
    return null;
  }
}

// An upload's id outlives a reload of the page: the bidder chooses the .bid again and goes on.

/** The browser's storage, null where it is switched off: then nothing can be resumed. */
const storage = (() => {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
})();
const nameOf = (sha256) => `tianping-upload-${sha256}`;
const remembered = (sha256) => storage?.getItem(nameOf(sha256)) ?? null;
const remember = (sha256, id) => storage?.setItem(nameOf(sha256), id);
const forget = (sha256) => storage?.removeItem(nameOf(sha256));
