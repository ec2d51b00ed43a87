import type { Random } from '../helpers/random.ts';

/** A document with some damage: one to eight mutations, by chance. */
export function mutate(document: Buffer, random: Random): Buffer {
  let damaged: Buffer = Buffer.from(document);
  for (let count = 1 + random.below(8); count > 0; count -= 1)
    damaged = random.of(mutations)(damaged, random);
  return damaged;
}

const numbers = ['0', '-1', '1', '2147483648', '99999999999999999999', '0.5', '-', '65536', '1e9'];
const words = [
  'null',
  '[',
  ']',
  '<<',
  '>>',
  '(',
  ')',
  '<',
  '>',
  '/',
  'endobj',
  'stream',
  'endstream',
  'obj',
  'R',
  '%',
  '\0',
];

const mutations: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at]! ^= 1 << random.below(8);
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  function cutOut(bytes, random) {
    const [from, to] = span(bytes, random);
    return splice(bytes, from, to);
  },
  function repeat(bytes, random) {
    const [from, to] = span(bytes, random);
    return splice(bytes, to, to, bytes.subarray(from, to));
  },
  function move(bytes, random) {
    const [from, to] = span(bytes, random);
    const at = random.below(bytes.length);
    return splice(bytes, at, at, bytes.subarray(from, to));
  },
  function overwrite(bytes, random) {
    const [from, to] = span(bytes, random);
    const at = random.below(bytes.length);
    return splice(bytes, at, at + to - from, bytes.subarray(from, to));
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, Math.max(1, bytes.length - random.below(bytes.length / 4)));
  },
  function changeNumber(bytes, random) {
    const found = [...bytes.toString('latin1').matchAll(/\d+/g)];
    if (found.length === 0) return bytes;
    const { index, 0: number } = random.of(found);
    const by = random.of([...numbers, random.of(found)[0]]);
    return splice(bytes, index, index + number.length, Buffer.from(by));
  },
  function changeName(bytes, random) {
    const found = [...bytes.toString('latin1').matchAll(/\/[A-Za-z]+/g)];
    if (found.length === 0) return bytes;
    const { index, 0: name } = random.of(found);
    return splice(bytes, index, index + name.length, Buffer.from(random.of(found)[0]));
  },
  function insertWord(bytes, random) {
    const at = random.below(bytes.length);
    return splice(bytes, at, at, Buffer.from(` ${random.of(words)} `, 'latin1'));
  },
];

function span(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = random.below(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + random.below(200))];
}

function splice(bytes: Buffer, from: number, to: number, by: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
}
