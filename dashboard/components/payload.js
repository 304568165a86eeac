// The mirror of payload.py: one block of bytes -> header and typed arrays.
// Joined in front of a component's own script, so it exports nothing.

const SECTION_TYPES = { f4: Float32Array, u1: Uint8Array };

/** `{meta, sections: {name: array}, checksums: {name: number}}` of a packed block. */
function unpackPayload(bytes) {
  // The message buffer gives no alignment, typed arrays demand one: copy once.
  const buffer = bytes.slice().buffer;
  const headerSize = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, headerSize));
  const header = JSON.parse(text);
  const sections = {};
  const checksums = {};
  for (const [name, entry] of Object.entries(header.sections)) {
    const start = 4 + headerSize + entry.offset;
    sections[name] = new SECTION_TYPES[entry.type](buffer, start, entry.length);
    checksums[name] = entry.checksum;
  }
  return { meta: header.meta, sections, checksums };
}
