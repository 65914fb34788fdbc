// Runs the page's scripts on the documented commitment of `src/ledger/commitment.rs`: it opens, and nothing that is altered does.
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

process.argv.slice(2).forEach(file => runInThisContext(readFileSync(file, 'utf8')));
const { holds, read } = globalThis.challengeOf;
const record = '010101010101010101010101010101010102020202020202020202020202020202000000063134303330320000000c3134303330322d757262616e0000000f3134303330322d757262616e2d3031000000030100ff';
const salt = '03'.repeat(32), commitment = '3e7302e74497a5822e9203d918fb7c48b8b66150563806c910714017459a4643';
const unhex = digits => new Uint8Array(digits.match(/../g).map(pair => parseInt(pair, 16)));
const opens = async (...changed) => {
  const all = { commitment, salt, record, said: '0100ff', unit: '140302-urban-01', county: '140302', ...Object.assign({}, ...changed) };
  return holds(all.commitment, all.salt, all.record, all.said, all.unit, all.county);
};
if (!await opens()) throw new Error('the documented one does not open');
let refused = 0;
const flip = (digits, at) => digits.slice(0, at) + (digits[at] === '0' ? '1' : '0') + digits.slice(at + 1);
for (const [name, digits] of Object.entries({ commitment, salt, record })) {
  for (let at = 0; at < digits.length; at++) {
    if (await opens({ [name]: flip(digits, at) })) throw new Error(name + ' ' + at);
    refused++;
  }
}
for (const other of [{ said: '0100fe' }, { said: '0100' }, { unit: '140302-urban-02' }, { county: '140303' }]) {
  if (await opens(other)) throw new Error(JSON.stringify(other));
  refused++;
}
// Whatever is cut off or added is no record.
for (let end = 0; end < record.length; end += 2) {
  if (read(unhex(record.slice(0, end) || '00'))) throw new Error(end + ' bytes');
}
if (read(unhex(record + '00'))) throw new Error('one byte more');
console.log('opened, ' + refused + ' refused');
