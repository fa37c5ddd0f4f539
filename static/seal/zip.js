/**
 * The one byte form of ZIP that a `.bid` has (protocols A.5): stored, no dates, nothing between.
 *
 * In: named blobs with their CRC-32, or a file. Out: the file, or its members. Never: a second
 * byte form of the same members; the CRC of the data is compared by whoever reads the data.
 */
import { Flaw, concat, ensure, fromUtf8, sameBytes, utf8 } from "./canon.js";

const VERSION = 20;
const DATE = 0x0021;
const SIZE_MAX = 2 ** 32 - 1;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let c = byte;
  for (let bit = 0; bit < 8; bit += 1) c = (c >>> 1) ^ (c & 1 ? 0xedb88320 : 0);
  return c;
});

/** @param {number} crc of what came before, 0 at first @param {Uint8Array} bytes */
export function crc32(crc, bytes) {
  let c = ~crc;
  for (let i = 0; i < bytes.length; i += 1) c = TABLE[(c ^ bytes[i]) & 0xff] ^ (c >>> 8);
  return ~c >>> 0;
}

/** Little-endian fields: [width in bytes, value] each. */
function fields(...parts) {
  const out = new Uint8Array(parts.reduce((sum, [width]) => sum + width, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const [width, value] of parts) {
    if (width === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += width;
  }
  return out;
}

/** What the local and the central header have in common. */
const common = ({ name, size, crc }) => fields(
  [2, VERSION], [2, 0], [2, 0], [2, 0], [2, DATE], [4, crc], [4, size], [4, size], [2, utf8(name).length],
  [2, 0],
);

const localHeader = (member) => concat(fields([4, 0x04034b50]), common(member), utf8(member.name));

const centralHeader = (member, offset) => concat(
  fields([4, 0x02014b50], [2, VERSION]), common(member),
  fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]), utf8(member.name),
);

const endRecord = (count, size, offset) => fields(
  [4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0],
);

/** The headers a list of members must have: each local one, and all that follows the data. */
function layout(members) {
  let offset = 0;
  const central = [];
  const locals = members.map((member) => {
    ensure(member.size <= SIZE_MAX && offset <= SIZE_MAX, "package: larger than 4 GiB");
    const header = localHeader(member);
    central.push(centralHeader(member, offset));
    const at = { header, offset };
    offset += header.length + member.size;
    return at;
  });
  ensure(offset <= SIZE_MAX, "package: larger than 4 GiB");
  const directory = concat(...central);
  return { locals, tail: concat(directory, endRecord(members.length, directory.length, offset)), offset };
}

/**
 * @param {{name: string, blob: Blob, crc: number}[]} members in their order
 * @returns {Blob}
 */
export function writeZip(members) {
  const { locals, tail } = layout(members.map(({ name, blob, crc }) => ({ name, crc, size: blob.size })));
  const body = members.flatMap(({ blob }, i) => [locals[i].header, blob]);
  return new Blob([...body, tail], { type: "application/zip" });
}

/**
 * @param {Blob} file
 * @returns {Promise<{name: string, blob: Blob, crc: number}[]>}
 * @throws {Flaw} any byte form but the one `writeZip` makes
 */
export async function readZip(file) {
  const bytesAt = async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer());
  ensure(file.size >= END_SIZE, "package: not a .bid");
  const end = new DataView((await bytesAt(file.size - END_SIZE, file.size)).buffer);
  const directory = await bytesAt(end.getUint32(16, true), file.size - END_SIZE);
  const members = readDirectory(directory);

  const { locals, tail, offset } = layout(members);
  const right = offset + tail.length === file.size
    && sameBytes(await bytesAt(offset, file.size), tail);
  ensure(right, "package: not the one byte form");
  return Promise.all(members.map(async ({ name, size, crc }, i) => {
    const start = locals[i].offset;
    const from = start + locals[i].header.length;
    ensure(sameBytes(await bytesAt(start, from), locals[i].header), "package: not the one byte form");
    return { name, crc, blob: file.slice(from, from + size) };
  }));
}

function readDirectory(directory) {
  const view = new DataView(directory.buffer);
  const members = [];
  let at = 0;
  try {
    while (at < directory.length) {
      const nameAt = at + CENTRAL_SIZE;
      const nameEnd = nameAt + view.getUint16(at + 28, true);
      ensure(nameEnd <= directory.length, "package: directory");
      members.push({
        name: fromUtf8(directory.subarray(nameAt, nameEnd)),
        crc: view.getUint32(at + 16, true),
        size: view.getUint32(at + 20, true),
      });
      at = nameEnd;
    }
  } catch {
    throw new Flaw("package: directory");
  }
  return members;
}
