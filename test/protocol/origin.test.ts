import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { readAfterEnd } from '../../src/domain/after-end';
import { isStornoTried } from '../../src/domain/storno-lines';
import { endProofText } from '../../src/domain/end-proof';
import { keyLinesOf, type KeyLine } from '../../src/domain/installation';
import type { JournalEntry } from '../../src/domain/journal';
import { endLine, versionAfter } from '../../src/domain/lines';
import { hashEntry } from '../../src/journal/chain';
import type { ProtocolDocument } from '../../src/protocol/document';
import { verifyProtocol } from '../../src/protocol/verify';
import { createSigner } from '../../src/trust/signing';
import { ProtocolCases, protocolOf, sealed, unsigned } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];
let document: ProtocolDocument;

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
  document = await cases.signed(completed);
});
afterAll(() => cases.close());

const bytesOf = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const anySigner = () => createSigner(generateKeyPairSync('ed25519').privateKey);

/** The proof of the verdict, and the sentence of the comparison. */
async function compare(wanted: ProtocolDocument, { key, mail }: { key?: string; mail?: string }) {
  const verdict = await verifyProtocol(bytesOf(wanted), {
    key: key === undefined ? undefined : bytesOf(key),
    mail: mail === undefined ? undefined : bytesOf(mail),
  });
  if (verdict.kind !== 'protocol') return { proof: verdict.kind, text: verdict.text };
  return { proof: verdict.proof, text: verdict.findings.at(-1)?.text };
}

function pemOf(key: string): string {
  const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
  return publicKey.export({ format: 'pem', type: 'spki' }) as string;
}

/** Another key, which `before` has named; with `signer` in its place, somebody else. */
function keyLine(
  before: KeyLine,
  after = anySigner(),
  by = cases.signer,
): { line: KeyLine; signer: typeof after } {
  const { hash: _hash, signature: _signature, ...content } = before;
  const unhashed = {
    ...content,
    seq: before.seq + 1,
    effectKey: 'signing-key/1',
    before: before.after,
    after: after.publicKey,
    previousHash: before.hash,
  };
  const hash = hashEntry(unhashed);
  return { line: { ...unhashed, hash, signature: by.sign('line', hash) }, signer: after };
}

const signedOn = (proof: ProtocolDocument['proof'], signer = cases.signer) =>
  sealed({ ...document, proof }, signer);

const OWN = 'Unterschrieben ist mit dem angegebenen Schlüssel.';
const FOREIGN = 'Unterschrieben ist mit einem fremden Schlüssel, nicht mit dem angegebenen Schlüssel.';

it('names the key, and does not say whose it is', async () => {
  expect(await verifyProtocol(bytesOf(document))).toMatchObject({
    proof: 'whole',
    signedBy: cases.signer.publicKey.fingerprint,
    isSignerCompared: false,
  });
});

it('takes the given key as PEM, as a fingerprint, or as the installation’s address gives it', async () => {
  const { fingerprint, key } = cases.signer.publicKey;
  for (const given of [
    pemOf(key),
    fingerprint,
    `Schlüssel: ${fingerprint.toUpperCase()}\n`,
    `# x\n${pemOf(key)}`,
  ])
    expect(await compare(document, { key: given })).toEqual({ proof: 'whole', text: OWN });
});

it('finds a foreign key, also in a document that nobody has signed', async () => {
  const { fingerprint } = anySigner().publicKey;
  expect(await compare(document, { key: fingerprint })).toEqual({ proof: 'changed', text: FOREIGN });
  const old = protocolOf(unsigned(completed));
  expect(await compare(old, { key: fingerprint })).toEqual({
    proof: 'changed',
    text: 'Das Protokoll ist nicht mit dem angegebenen Schlüssel unterschrieben.',
  });
});

it('says that a file names no key', async () => {
  expect((await compare(document, { key: 'kein Schlüssel' })).proof).toBe('nothing-to-compare');
});

it('takes a later key for the given one’s, where each change is signed with the one before', async () => {
  const [first] = keyLinesOf(await cases.journal.installationLines());
  const { line, signer } = keyLine(first!);
  const later = signedOn({ ...document.proof!, signingKeys: [first!, line] }, signer);
  const given = cases.signer.publicKey.fingerprint;
  expect(await compare(later, { key: given })).toMatchObject({
    proof: 'whole',
    text: expect.stringContaining('mit einem Nachfolger von dem angegebenen Schlüssel'),
  });
  const usurped = keyLine(first!, undefined, anySigner());
  const forged = signedOn({ ...document.proof!, signingKeys: [first!, usurped.line] }, usurped.signer);
  expect((await compare(forged, { key: given })).proof).toBe('changed');
});

// The change is signed with the earlier key only: anybody can call a real key the successor of their own.
it('does not take an earlier key for the given one’s, which only that earlier one says', async () => {
  const [real] = keyLinesOf(await cases.journal.installationLines());
  const thief = anySigner();
  const content = { ...real!, before: null, after: thief.publicKey, hash: '', signature: '' };
  const hash = hashEntry(content);
  const own: KeyLine = { ...content, hash, signature: thief.sign('line', hash) };
  const { line } = keyLine(own, cases.signer, thief);
  const forged = signedOn({ ...document.proof!, signingKeys: [own, line] }, thief);
  const { text } = await compare(forged, { key: cases.signer.publicKey.fingerprint });
  expect(text).toBe(FOREIGN);
});

describe('compared with the mail about the end', () => {
  const facts = () => {
    const { caseId, seq, hash } = endLine(completed)!;
    return { caseId, seq, hash, fingerprint: cases.signer.publicKey.fingerprint };
  };
  const mailOf = (changes: Partial<ReturnType<typeof facts>> = {}) =>
    endProofText({ ...facts(), ...changes }).join('\n');
  const asFile = (text: string) =>
    `From: a@haus.example\r\nSubject: Absage abgeschlossen\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}`;

  it.each<[string, (text: string) => string]>([
    ['as a file', asFile],
    ['as text', (text) => text],
    [
      'as text that was quoted and broken anew',
      (text) => text.replaceAll('\n', '\r\n> ').replace('Prüf', 'Pru\u0308f'),
    ],
  ])('is whole, with the mail %s', async (_how, saved) => {
    expect(await compare(document, { mail: saved(`Absage abgeschlossen\n\n${mailOf()}\n`) })).toEqual({
      proof: 'whole',
      text: 'Unterschrieben ist mit dem Schlüssel aus der E-Mail.',
    });
  });

  it.each<[string, () => string, string]>([
    ['another case', () => mailOf({ caseId: 'case-1' }), 'Die E-Mail gehört zu einem anderen Fall: case-1.'],
    ['another line', () => mailOf({ hash: 'f'.repeat(64) }), 'nennt für Zeile 13 eine andere Prüfsumme'],
    ['a line that is missing', () => mailOf({ seq: 99 }), 'Die E-Mail nennt Zeile 99, und die fehlt hier.'],
    [
      'a line that is not the end',
      () => mailOf({ seq: 1, hash: completed[0]!.hash }),
      'ist nicht das Ende des Falls',
    ],
    ['another key', () => mailOf({ fingerprint: 'f'.repeat(64) }), 'mit einem fremden Schlüssel'],
  ])('is changed where the mail names %s', async (_what, mail, text) => {
    expect(await compare(document, { mail: mail() })).toEqual({
      proof: 'changed',
      text: expect.stringContaining(text),
    });
  });

  // Its hash pins the lines up to the end, and says nothing of whoever has signed the whole document.
  it('is not proven where the mail names no key', async () => {
    const text = mailOf({ fingerprint: null as unknown as string });
    expect(await compare(document, { mail: text })).toEqual({
      proof: 'unproven',
      text: 'Die E-Mail nennt keinen Schlüssel, obwohl die Zeile unterschrieben ist: verglichen ist er nicht.',
    });
  });

  it('says that a mail names no end', async () => {
    expect((await compare(document, { mail: asFile('Guten Tag') })).proof).toBe('nothing-to-compare');
  });
});

it('says what came after the end, and that nothing else may', async () => {
  const texts = async (entries: JournalEntry[]) => {
    const verdict = await verifyProtocol(bytesOf(await cases.signed(entries)));
    return verdict.kind === 'protocol' ? verdict.findings.map(({ text }) => text).join('\n') : '';
  };
  expect(await texts(completed)).toContain(
    'Mit Zeile 13 ist der Fall zu Ende. Danach kamen nur Zeilen, die dort stehen dürfen (E-Mail an das Haus: 2).',
  );
  const { caseId, house, eventNumber } = completed[0]!;
  await cases.journal.append(
    { caseId, house, eventNumber },
    {
      actor: 'Niemand',
      actorId: null,
      kind: 'intent',
      step: 'grant-right',
      operation: 'grant-right',
      effectKey: 'grant-right/im Nachhinein',
      after: { user: 'CONNECTONLINE', validFrom: '2026-11-29', validUntil: '2099-01-01' },
    },
  );
  expect(await texts(await cases.journal.entries(caseId))).toContain(
    'Nach dem Ende (Zeile 13) steht, was dort nicht stehen kann: Zeile 16.',
  );
});

/*
 * Each was written after an end by the real workflows and activities in the simulation (S17), where people press at the last
 * moment and attempts sleep for minutes.
 */
describe('what was under way when the end was written, may follow it', () => {
  const texts = async (entries: JournalEntry[]) => {
    const verdict = await verifyProtocol(bytesOf(await cases.signed(entries)));
    return verdict.kind === 'protocol' ? verdict.findings.map(({ text }) => text).join('\n') : '';
  };
  const refOf = ([first]: readonly JournalEntry[]) => {
    const { caseId, house, eventNumber } = first!;
    return { caseId, house, eventNumber };
  };

  it('a retry that somebody asked for, whose line came late', async () => {
    const ref = refOf(await cases.aborted());
    await cases.journal.append(ref, {
      actor: 'Frau Huber',
      actorId: 'token:kassa',
      kind: 'decision',
      step: 'report',
      operation: 'retry',
      effectKey: 'retry/late',
      after: { reason: 'im letzten Augenblick' },
      outcome: 'accepted',
    });
    expect(await texts(await cases.journal.entries(ref.caseId))).toContain('gleichzeitige Entscheidung: 1');
  });

  it('the check of an order that was aborted meanwhile', async () => {
    const aCase = await cases.abortedBeforeItsCheck();
    expect(aCase.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['decision', 'end', 'opening']));
    expect(aCase.findIndex(({ kind }) => kind === 'opening')).toBeGreaterThan(
      aCase.findIndex(({ kind }) => kind === 'end'),
    );
    expect(await texts(aCase)).toContain('Prüfung des Auftrags: 1');
  });

  it('the outcome of what had its intent before, and no other one', () => {
    const end = completed.findIndex(({ kind }) => kind === 'end');
    const saved = completed.find(
      ({ operation, kind }) => operation === 'save-announcement' && kind === 'outcome',
    )!;
    const intent = completed.find(
      ({ operation, kind }) => operation === 'save-announcement' && kind === 'intent',
    )!;
    const others = completed.slice(0, end + 1).filter((line) => line !== saved);
    expect(readAfterEnd([...others, saved])?.foreign).toEqual([]);
    expect(readAfterEnd([...others.filter((line) => line !== intent), saved])?.foreign).toEqual([saved]);
  });

  it('an attempt that has slept, on a version which was gone by then', () => {
    const end = completed.findIndex(({ kind }) => kind === 'end');
    const slept = completed.find(
      ({ kind, operation }) => kind === 'intent' && operation === 'save-announcement',
    )!;
    const known = readAfterEnd([...completed.slice(0, end + 1), slept]);
    expect(known).toMatchObject({ foreign: [], later: [{ label: 'verspäteter Versuch', count: 1 }] });
  });

  // It claims a Storno that somebody has set by hand: after an abort it would tell the contrary of the end.
  it('but no confirmation that somebody has set Storno where nobody had tried to, and no second end or check', () => {
    const end = completed.findIndex(({ kind }) => kind === 'end');
    const [opening] = completed;
    const claimed = {
      ...completed[end - 1]!,
      kind: 'decision',
      step: 'set-storno',
      operation: 'confirm-step',
      outcome: 'by-hand',
    } as unknown as JournalEntry;
    const again = [completed[end]!, opening!, claimed];
    const known = completed.slice(0, end + 1);
    const untried = known.filter((line) => !isStornoTried(line));
    expect(readAfterEnd([...untried, ...again])?.foreign).toEqual(again);
    // A run that was set back after the end of a guided case asks for the Storno again.
    expect(readAfterEnd([...known, claimed])?.foreign).toEqual([]);
  });

  it('nor an outcome of what was never begun, or an effect whose version is the newest', () => {
    const end = completed.findIndex(({ kind }) => kind === 'end');
    const outcomes = completed.filter(({ kind, outcome }) => kind === 'outcome' && outcome !== 'found');
    const lines = completed.slice(0, end + 1).filter(({ kind }) => kind !== 'intent');
    const { foreign = [] } = readAfterEnd([...lines, ...outcomes]) ?? {};
    expect(foreign.map(({ operation }) => operation)).toEqual([
      ...new Set(outcomes.map(({ operation }) => operation).filter((each) => each !== 'alert-house')),
    ]);
  });

  it('but no Storno, no right and no mail to Ö-Ticket', () => {
    const end = completed.findIndex(({ kind }) => kind === 'end');
    const version = completed.map(versionAfter).findLast(Boolean);
    const begun = completed
      .filter(({ kind, operation }) => kind === 'intent' && !/announcement|alert-house/.test(operation))
      .map((line) =>
        line.before ? ({ ...line, before: { ...line.before, version } } as JournalEntry) : line,
      );
    expect(begun.map(({ operation }) => operation)).toEqual([
      'set-storno',
      'grant-right',
      'send-partner-notice',
    ]);
    expect(readAfterEnd([...completed.slice(0, end + 1), ...begun])?.foreign).toEqual(begun);
  });
});
