import { generateKeyPairSync } from 'node:crypto';
import { keyFileText } from '../../src/domain/key-file';
import { readGivenKeys } from '../../src/protocol/given-keys';
import { createSigner } from '../../src/trust/signing';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const { fingerprint } = createSigner(privateKey).publicKey;
const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();

it.each([
  ['a PEM', pem],
  ['what an installation gives', `# unterschreibt jetzt, SHA-256:\n# ${fingerprint}\n${pem}`],
  ['a fingerprint', fingerprint],
  ['one in capitals', ` ${fingerprint.toUpperCase()}\r\n`],
  ['one with a word before it', `Schlüssel des Logbuchs: ${fingerprint}`],
  ['one below some words', `Schlüssel des Logbuchs:\n${fingerprint}`],
])('takes %s for a key', (_what, text) => {
  expect(readGivenKeys(text)).toEqual([{ fingerprint, end: null }]);
});

const other = createSigner(generateKeyPairSync('ed25519').privateKey).publicKey;
const END = { at: '2026-11-29T20:00:00.000Z', caseNumber: 12 };
const replaced = keyFileText([
  { ...other, end: null },
  { ...createSigner(privateKey).publicKey, end: END },
]);

it.each([
  ['as it is given', replaced],
  ['saved on Windows', replaced.replaceAll('\n', '\r\n')],
])('reads until when a key has signed, from what an installation gives: %s', (_how, text) => {
  expect(readGivenKeys(text)).toEqual([
    { fingerprint: other.fingerprint, end: null },
    { fingerprint, end: END },
  ]);
});

it.each([
  ['nothing', ''],
  ['some words', 'nichts'],
  // A Protokoll names the key of whoever has signed it: compared with itself, each is genuine.
  ['a Protokoll', JSON.stringify({ journal: [], fingerprint }, null, 2)],
  ['a Protokoll on one line', JSON.stringify({ journal: [], fingerprint })],
  ['a letter that mentions one', `Guten Tag!\nUnser Schlüssel ist ${fingerprint}, bitte aufheben.`],
  ['a fingerprint among other lines', `Stand: gestern\n${fingerprint}`],
  ['a damaged one', fingerprint.slice(1)],
  ['a damaged PEM', pem.replace('MCow', 'MDow')],
  // Read as if it had no end, a replaced key would vouch for what it signs today.
  ['a damaged end', replaced.replace('# letzter Fall: 12', '# letzter Fall: zwölf')],
  ['an end without its time', replaced.replace(/# bis: .*\n/, '')],
  ['an end of a key that is not named', replaced.replace(`# ${fingerprint}\n`, '')],
])('does not take %s for one', (_what, text) => {
  expect(readGivenKeys(text)).toBeNull();
});
