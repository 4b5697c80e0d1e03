import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { journalChecks } from '../../src/doctor/journal';
import { ownKeys } from '../../src/doctor/own-keys';
import { readWitness, writeWitness } from '../../src/doctor/witness';
import { checkWitnessFile } from '../../src/doctor/witness-check';
import { endProofText } from '../../src/domain/end-proof';
import { keyFileText, type KeyEnd } from '../../src/domain/key-file';
import { keyLinesOf, type InstallationLine, type KeyLine } from '../../src/domain/installation';
import type { JournalEntry } from '../../src/domain/journal';
import { endLine } from '../../src/domain/lines';
import type { Signer } from '../../src/domain/signature';
import { hashEntry, NO_PREVIOUS_HASH } from '../../src/journal/chain';
import { buildProtocol, protocolHouse } from '../../src/protocol/build';
import type { ProtocolDocument } from '../../src/protocol/document';
import { protocolJson } from '../../src/protocol/json';
import { renderProtocolPdf } from '../../src/protocol/pdf';
import { verifyProtocol, type Verdict } from '../../src/protocol/verify';
import { openSignedJournal } from '../../src/start/signed-journal';
import { createSigner } from '../../src/trust/signing';
import { ProtocolCases, sealed, signedProtocol, unsigned } from '../protocol/protocol-cases';
import { aHouse } from '../support/examples';
import {
  PAINT,
  savedAgain,
  withAttachment,
  withHiddenPages,
  withMovedPosition,
  withUnreadAttachment,
} from './forged-pdfs';

/**
 * The table of forgeries in docs/protocol.md: each row is performed here for real, on a Protokoll or on a journal, and judged
 * by what is there to notice it.
 */
const PAGE = readFileSync(join(__dirname, '../../docs/protocol.md'), 'utf8');

const COLUMNS = ['JSON', 'PDF', '`--key`', '`--mail`', 'Doctor', 'Zeugnis'] as const;

type Row = Record<(typeof COLUMNS)[number], string>;

/** What somebody has made of a Protokoll or of a journal. */
interface Forgery {
  json?: ProtocolDocument;
  /** A file that is JSON, and not as Absage writes it. */
  text?: string;
  pdf?: Buffer;
  /** A folder with journal and key, as the next start of the service finds it. */
  journal?: string;
  /** The case that it is about, where that is not the one that ended. */
  caseId?: string;
  /** A witness that has seen more than the one of the others. */
  witness?: string;
  /** What the installation gives of its keys, where the one that has signed was replaced since. */
  keys?: Buffer;
}

let cases: ProtocolCases;
let folder: string;
let ended: JournalEntry[];
let document: ProtocolDocument;
let pdf: Buffer;
let other: ProtocolDocument;
let mail: Buffer;
let key: Buffer;
let witness: string;
let installation: InstallationLine[];

/** The journal is backed up in the middle of the second case. The witness is made at the end. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'absage-forgeries-'));
  cases = await ProtocolCases.open();
  other = await cases.signed(await cases.aborted());
  const backUp = () => copyFileSync(join(cases.folder, 'journal.sqlite'), join(folder, 'backup.sqlite'));
  ended = await cases.completedWith(backUp);
  document = await cases.signed(ended);
  pdf = await renderProtocolPdf(document);
  const { caseId, seq, hash } = endLine(ended)!;
  const { fingerprint } = cases.signer.publicKey;
  mail = Buffer.from(endProofText({ caseId, seq, hash, fingerprint }).join('\n'));
  key = Buffer.from(keyFileText([{ ...cases.signer.publicKey, end: null }]));
  witness = join(folder, 'witness.txt');
  const signed = { ...cases.journal, signer: cases.signer };
  writeFileSync(witness, writeWitness(await readWitness(signed), cases.signer));
  installation = await cases.journal.installationLines();
}, 180_000);
afterAll(async () => {
  await cases.close();
  rmSync(folder, { recursive: true });
});

const thief = () => createSigner(generateKeyPairSync('ed25519').privateKey);

/** A Protokoll that says what the forger wants it to say. */
function saying(
  journal: readonly JournalEntry[],
  signer: Signer | null,
  proof = document.proof,
): ProtocolDocument {
  const built = buildProtocol(journal, protocolHouse(aHouse()), {
    isRehearsal: true,
    contact: document.contact,
    proof,
  });
  return sealed(built!, signer);
}

const changed = (line: JournalEntry): JournalEntry => ({ ...line, actor: 'Somebody else' });

/** All hashes anew from the first line on, and each line signed by `signer`. */
function recomputed(lines: readonly JournalEntry[], signer: Signer | null): JournalEntry[] {
  let previousHash = NO_PREVIOUS_HASH;
  return lines.map(({ hash: _hash, signature: _signature, ...line }, index) => {
    const unhashed = { ...line, seq: index + 1, previousHash };
    const hash = hashEntry(unhashed);
    previousHash = hash;
    return { ...unhashed, hash, ...(signer && { signature: signer.sign('line', hash) }) } as JournalEntry;
  });
}

const SAYING_MORE = {
  outcome: { state: 'completed', headline: 'Absage abgeschlossen', summary: 'Von oben.' },
};

const underOtherHouse = () => ({ ...document, house: { ...document.house, name: 'Anderes Theater' } });

/** Genuine lines in a document that somebody else has signed, whose key names the genuine one as its successor. */
function believed(changes: object): ProtocolDocument {
  const signer = thief();
  const { signingKeys } = proofBy(signer, ended, cases.signer)!;
  const proof = { ...document.proof!, signingKeys };
  return sealed({ ...document, ...changes, proof }, signer);
}

/** A document whose installation had changed its key before these lines, which are signed with the earlier one all the same. */
function withRetiredKey(): ProtocolDocument {
  const next = thief();
  const { signingKeys, ...proof } = document.proof!;
  const [first] = signingKeys as [KeyLine];
  const at = '2020-01-01T00:00:00.000Z';
  const line = { ...first, seq: 2, at, before: first.after, after: next.publicKey, previousHash: first.hash };
  const hash = hashEntry(line);
  const change = { ...line, hash, signature: cases.signer.sign('line', hash) };
  return sealed({ ...document, proof: { ...proof, signingKeys: [first, change] } }, next);
}

/** What proves a case to whoever believes this signer: a chain of one key, and a row. */
function proofBy(
  signer: Signer,
  [first]: readonly JournalEntry[],
  successor?: Signer,
): ProtocolDocument['proof'] {
  const { caseRow, signingKeys } = document.proof!;
  const signed = <T extends object>(what: 'line' | 'case', value: T): T => {
    const hash = hashEntry(value);
    return { ...value, hash, signature: signer.sign(what, hash) };
  };
  const own = signed('line', { ...signingKeys[0]!, before: null, after: signer.publicKey });
  const next = successor && signed('line', { ...own, seq: 2, before: own.after, after: successor.publicKey });
  return {
    caseRow: signed('case', { ...caseRow!, caseId: first!.caseId, firstHash: first!.hash }),
    signingKeys: next ? [own, next] : [own],
  };
}

/** What an installation gives of its keys that has replaced the stolen one. */
function replacedKeys(end: Partial<KeyEnd> = {}): Buffer {
  const now = { ...createSigner(generateKeyPairSync('ed25519').privateKey).publicKey, end: null };
  const { at } = ended.at(-1)!;
  const before = { ...cases.signer.publicKey, end: { at, caseNumber: 2, ...end } };
  return Buffer.from(keyFileText([now, before]));
}

/** Signed with the stolen key as if it had never been replaced. */
function withStolenKey(): ProtocolDocument {
  return saying(recomputed(ended.with(2, changed(ended[2]!)), cases.signer), cases.signer);
}

/** The stolen key names one of the thief's as its successor, who signs everything. */
function withOwnSuccessor(): ProtocolDocument {
  const signer = thief();
  const lines = recomputed(ended.with(2, changed(ended[2]!)), signer);
  const { caseRow } = proofBy(signer, lines)!;
  const { signingKeys } = proofBy(cases.signer, lines, signer)!;
  return saying(lines, signer, { caseRow, signingKeys });
}

const TICK = {
  kind: 'task',
  step: 'report',
  operation: 'tick-task',
  effectKey: 'tick-task/1',
  before: null,
  after: { id: 'oeticket-reply', done: true, note: 'Ö-Ticket hat alles bestätigt.' },
  outcome: null,
};

function withLater(line: JournalEntry): ProtocolDocument {
  return saying(recomputed([...ended, line], cases.signer), cases.signer);
}

let copies = 0;

/** A copy of the journal, without its guards while `work` is at it. */
function onJournal(work: (database: Database.Database) => void): Forgery {
  const copy = join(folder, `journal-${(copies += 1)}`);
  cpSync(cases.folder, copy, { recursive: true });
  const database = new Database(join(copy, 'journal.sqlite'));
  const guards = database.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all() as {
    name: string;
    sql: string;
  }[];
  for (const { name } of guards) database.exec(`drop trigger ${name}`);
  work(database);
  for (const { sql } of guards) database.exec(sql);
  database.close();
  return { journal: copy };
}

function withoutCase(caseId: string): Forgery {
  const forged = onJournal((database) => {
    for (const table of ['entry', 'case_chain'])
      database.exec(`delete from ${table} where case_id = '${caseId}'`);
  });
  return { ...forged, caseId };
}

function writeLines(database: Database.Database, lines: readonly JournalEntry[]): void {
  const update = database.prepare(
    'update entry set actor = ?, previous_hash = ?, hash = ?, signature = ? where case_id = ? and seq = ?',
  );
  for (const { actor, previousHash, hash, signature = null, caseId, seq } of lines)
    update.run(actor, previousHash, hash, signature, caseId, seq);
}

const INVENTED = '00000000-0000-4000-8000-000000000000';

const FORGERIES: Readonly<Record<string, () => Forgery | Promise<Forgery>>> = {
  'ein Buchstabe in einer Zeile': () => ({
    json: { ...document, journal: ended.with(2, changed(ended[2]!)) },
  }),
  'eine Zeile gestrichen': () => ({ json: saying(ended.toSpliced(2, 1), null) }),
  'eine Zeile eingefügt': () => ({ json: saying(ended.toSpliced(3, 0, changed(ended[2]!)), null) }),
  'zwei Zeilen vertauscht': () => ({ json: saying(ended.with(3, ended[4]!).with(4, ended[3]!), null) }),
  'der Schluss abgeschnitten': () => ({ json: saying(ended.slice(0, -4), null) }),
  'eine Zeile geändert, alle Prüfsummen neu gerechnet': () => ({
    json: saying(
      recomputed(ended.with(2, changed(ended[2]!)), null).map((line, index) => ({
        ...line,
        signature: ended[index]!.signature,
      })),
      null,
    ),
  }),
  'dasselbe, und alle Unterschriften weggelassen': () => {
    const { proof: _proof, ...bare } = saying(recomputed(ended.with(2, changed(ended[2]!)), null), null);
    return { json: sealed(bare, null) };
  },
  'dasselbe, mit einem eigenen Schlüssel unterschrieben': () => {
    const signer = thief();
    const lines = recomputed(ended.with(2, changed(ended[2]!)), signer);
    return { json: saying(lines, signer, proofBy(signer, lines)) };
  },
  'dasselbe, und der eigene Schlüssel nennt den echten als seinen Nachfolger': () => {
    const signer = thief();
    const lines = recomputed(ended.with(2, changed(ended[2]!)), signer);
    return { json: saying(lines, signer, proofBy(signer, lines, cases.signer)) };
  },
  'dasselbe, mit dem gestohlenen Schlüssel unterschrieben': () => {
    const lines = recomputed(ended.with(2, changed(ended[2]!)), cases.signer);
    return { json: saying(lines, cases.signer) };
  },
  'nach dem Ende eine Stornoberechtigung angefügt, mit dem gestohlenen Schlüssel unterschrieben': () => {
    const right = ended.find(({ kind, operation }) => kind === 'intent' && operation === 'grant-right')!;
    return { json: withLater({ ...right, effectKey: 'grant-right/2' }) };
  },
  'nach dem Ende eine Aufgabe abgehakt, mit dem gestohlenen Schlüssel unterschrieben': () => ({
    json: withLater({ ...ended.at(-1)!, ...TICK } as JournalEntry),
  }),
  'mit einem gestohlenen Schlüssel, der seither ersetzt ist, datiert nach dem Wechsel': () => ({
    json: withStolenKey(),
    keys: replacedKeys({ at: '2026-01-01T00:00:00.000Z' }),
  }),
  'dasselbe, mit der Nummer eines Falls von nach dem Wechsel': () => ({
    json: withStolenKey(),
    keys: replacedKeys({ caseNumber: document.proof!.caseRow!.number - 1 }),
  }),
  'dasselbe, und der gestohlene Schlüssel nennt einen eigenen als seinen Nachfolger': () => ({
    json: withOwnSuccessor(),
    keys: replacedKeys(),
  }),
  'dasselbe, datiert und nummeriert wie vor dem Wechsel': () => ({
    json: withStolenKey(),
    keys: replacedKeys(),
  }),
  'der Name des Hauses geändert, alle Prüfsummen neu gerechnet': () => ({
    json: { ...sealed(underOtherHouse(), null), signature: document.signature },
  }),
  'der Name des Hauses geändert, alle Unterschriften weggelassen': () => {
    const { proof: _proof, ...bare } = underOtherHouse();
    return { json: sealed({ ...bare, journal: unsigned(ended) }, null) };
  },
  'der Name des Hauses geändert, das Dokument mit dem gestohlenen Schlüssel unterschrieben': () => ({
    json: sealed(underOtherHouse(), cases.signer),
  }),
  'echte Zeilen unter einem anderen Haus, der eigene Schlüssel nennt den echten als seinen Nachfolger':
    () => ({
      json: believed(underOtherHouse()),
    }),
  'dasselbe, als Fassung 4 mit einem anderen Ergebnis': () => ({
    json: believed({ ...SAYING_MORE, schema: 'absage/protocol/4' }),
  }),
  'dasselbe, als Fassung 3': () => ({ json: believed({ ...SAYING_MORE, schema: 'absage/protocol/3' }) }),
  'echte Zeilen als Fassung 3, mit dem gestohlenen Schlüssel unterschrieben': () => ({
    json: sealed({ ...document, ...SAYING_MORE, schema: 'absage/protocol/3' } as never, cases.signer),
  }),
  'eine Probe als echter Fall, mit dem gestohlenen Schlüssel unterschrieben': () => ({
    json: sealed({ ...document, rehearsal: false }, cases.signer),
  }),
  'Zeilen mit einem Schlüssel, der davor schon ersetzt war': () => ({ json: withRetiredKey() }),
  'der Eintrag der Kette der Fälle gegen den eines anderen Falls getauscht': () => ({
    json: saying(ended, null, { ...document.proof!, caseRow: other.proof!.caseRow }),
  }),
  'ein Feld steht zweimal da, zuerst mit einem anderen Wert': () => ({
    text: protocolJson(document).replace('"journal":[', '"journal":[{"actor":"Somebody else"}],"journal":['),
  }),
  'eine Zahl steht genauer da, als gerechnet wird': () => ({
    text: protocolJson(document).replace(/"onSaleWithMarkerMs":\d+/, '$&.00000000000000000001'),
  }),
  'an die Unterschrift des Dokuments etwas angehängt': () => ({
    json: { ...document, signature: `${document.signature}:Von oben.` },
  }),
  'das Protokoll eines anderen Falls untergeschoben': () => ({ json: other }),
  'Seiten übermalt': () => ({ pdf: Buffer.concat([pdf, Buffer.from(PAINT)]) }),
  'Seiten eines anderen Dokuments': async () => ({
    pdf: withAttachment(await renderProtocolPdf(other), document),
  }),
  'ein anderes PDF in den gepackten Daten versteckt': async () => ({
    pdf: withHiddenPages(pdf, await renderProtocolPdf(other)),
  }),
  'eine Stelle des Inhaltsverzeichnisses in ein anderes Objekt gelegt': () => ({
    pdf: withMovedPosition(pdf),
  }),
  'noch einmal gespeichert, mit einem anderen Anhang, und der echte liegt daneben': () => ({
    pdf: savedAgain(other, document),
  }),
  'noch einmal gespeichert, und der Anhang so ersetzt, dass ihn nur Anzeigeprogramme verstehen': () => ({
    pdf: withUnreadAttachment(savedAgain(document), other),
  }),
  'mit einem anderen Programm noch einmal gespeichert': () => ({ pdf: savedAgain(document) }),
  'im Logbuch eine Zeile geändert': () => onJournal((database) => writeLines(database, [changed(ended[2]!)])),
  'im Logbuch einen Fall gelöscht, mit seinem Eintrag': () => withoutCase(other.caseId),
  'im Logbuch den letzten Fall gelöscht, mit seinem Eintrag': () => withoutCase(document.caseId),
  'im Logbuch einen Fall erfunden, ohne Unterschrift wie von früher': () => ({
    ...onJournal((database) => {
      const before = recomputed(
        ended.map((each) => ({ ...each, caseId: INVENTED })),
        null,
      );
      for (const each of before) addLine(database, each);
    }),
    caseId: INVENTED,
  }),
  'im Logbuch einen Fall gegen einen anderen getauscht': () =>
    onJournal((database) => {
      database.exec(`delete from entry where case_id = '${document.caseId}'`);
      database.exec(`update entry set case_id = '${document.caseId}' where case_id = '${other.caseId}'`);
    }),
  'im Logbuch zwei Fälle umnummeriert': () =>
    onJournal((database) => {
      const [one, two] = [document.proof!.caseRow!.number, other.proof!.caseRow!.number];
      for (const [from, to] of [
        [one, 900],
        [two, one],
        [900, two],
      ])
        database.exec(`update case_chain set number = ${to} where number = ${from}`);
    }),
  'im Logbuch den Schluss eines Falls abgeschnitten': () =>
    onJournal((database) =>
      database.exec(`delete from entry where case_id = '${document.caseId}' and seq > ${ended.length - 4}`),
    ),
  'im Logbuch alle Unterschriften und Ketten entfernt, den Dienst neu gestartet': () =>
    onJournal((database) => {
      database.exec(`delete from entry where case_id = 'installation'; delete from case_chain`);
      database.exec('update entry set signature = null');
    }),
  'im Logbuch den Schlüssel der Kontaktdaten gelöscht': () =>
    onJournal((database) => database.exec('delete from contact_key')),
  'im Logbuch den Schlüssel der Kontaktdaten gegen einen anderen getauscht': () =>
    onJournal((database) => database.exec(`update contact_key set key = '${'A'.repeat(43)}'`)),
  'im Logbuch den gelöschten Schlüssel der Kontaktdaten wieder eingetragen': async () => {
    const erased = onJournal(() => {});
    await eraseContact(erased.journal!);
    const database = new Database(join(erased.journal!, 'journal.sqlite'));
    database.exec(
      `insert into contact_key (case_id, key) values ('${document.caseId}', '${keyOfContact()}')`,
    );
    database.close();
    return erased;
  },
  'im Logbuch eine Löschung der Kontaktdaten erfunden': () =>
    onJournal((database) => addLine(database, erasureAfter(installation.at(-1)!, null))),
  'dasselbe, mit einem eigenen Schlüssel unterschrieben, der den echten als seinen Nachfolger nennt':
    withOwnInstallation,
  'im Logbuch die Löschung der Kontaktdaten abgeschnitten': async () => {
    const erased = onJournal(() => {});
    await eraseContact(erased.journal!);
    cutErasure(erased.journal!);
    return erased;
  },
  'dasselbe, und den Schlüssel der Kontaktdaten wieder eingetragen': async () => {
    const erased = onJournal(() => {});
    await eraseContact(erased.journal!);
    const seen = join(erased.journal!, 'witness.txt');
    const journal = await openSignedJournal(settingsOf(erased.journal!));
    writeFileSync(seen, writeWitness(await readWitness(journal), journal.signer));
    await journal.close();
    cutErasure(
      erased.journal!,
      `insert into contact_key (case_id, key) values ('${document.caseId}', '${keyOfContact()}')`,
    );
    return { ...erased, witness: seen };
  },
  'das Logbuch mit dem gestohlenen Schlüssel neu geschrieben': () =>
    onJournal((database) =>
      writeLines(database, recomputed(ended.with(2, changed(ended[2]!)), cases.signer)),
    ),
  'ein älteres Logbuch zurückgespielt, samt Temporal': () => {
    const forged = onJournal(() => {});
    copyFileSync(join(folder, 'backup.sqlite'), join(forged.journal!, 'journal.sqlite'));
    return forged;
  },
};

const keyOfContact = () => (document.contact as { key: string }).key;

/** A line that follows on another one in the chain of the installation. */
function following(
  { seq, hash, ...before }: InstallationLine,
  changes: object,
  signer: Signer | null,
): InstallationLine {
  const line = { ...before, ...changes, seq: seq + 1, previousHash: hash, signature: undefined };
  const own = hashEntry(line);
  return { ...line, hash: own, signature: signer?.sign('line', own) } as InstallationLine;
}

/** Erased is a contact long after its case has ended. */
const AFTER_THE_CASE = new Date(Date.now() + 3_600_000).toISOString();

/** A line about an erasure that never was. */
function erasureAfter(line: InstallationLine, signer: Signer | null): InstallationLine {
  const { caseId } = document;
  const what = { operation: 'contact-erased', effectKey: `contact-erased/${caseId}`, before: null };
  const after = { caseId, reason: 'erfunden', runs: 0, mails: 0 };
  return following(line, { ...what, after, at: AFTER_THE_CASE }, signer);
}

/** The chain of the installation by somebody who has no key of it, and calls the real one the successor of their own. */
function withOwnInstallation(): Forgery {
  const signer = thief();
  const [real] = keyLinesOf(installation) as [KeyLine];
  const nobody = { ...real, seq: 0, hash: NO_PREVIOUS_HASH };
  const own = following(nobody, { before: null, after: signer.publicKey }, signer);
  const erasure = erasureAfter(own, signer);
  const { effectKey, operation, before, after } = {
    ...real,
    effectKey: 'signing-key/1',
    before: signer.publicKey,
  };
  const change = following(erasure, { effectKey, operation, before, after }, signer);
  return onJournal((database) => {
    database.exec(`delete from entry where case_id = 'installation'`);
    for (const line of [own, erasure, change]) addLine(database, line);
    const { hash } = database.prepare('select hash from case_chain where number = 0').get() as {
      hash: string;
    };
    database.exec(`update case_chain set signature = '${signer.sign('case', hash)}' where number = 0`);
  });
}

function addLine(database: Database.Database, line: InstallationLine | JournalEntry): void {
  const { actorId, before, after, signature = null } = line;
  const values = {
    ...{
      case_id: line.caseId,
      house: line.house,
      event_number: line.eventNumber,
      seq: line.seq,
      at: line.at,
    },
    ...{ actor: line.actor, actor_id: JSON.stringify(actorId), kind: line.kind, step: line.step },
    ...{ operation: line.operation, effect_key: line.effectKey, outcome: line.outcome },
    ...{ before: JSON.stringify(before), after: JSON.stringify(after) },
    ...{ previous_hash: line.previousHash, hash: line.hash, signature },
  };
  const columns = Object.keys(values).join(', ');
  const places = Object.keys(values).map(() => '?');
  database
    .prepare(`insert into entry (${columns}) values (${places.join(', ')})`)
    .run(...Object.values(values));
}

function cutErasure(path: string, more = ''): void {
  const database = new Database(join(path, 'journal.sqlite'));
  const guard = `select sql from sqlite_master where name = 'entry_no_delete'`;
  const { sql } = database.prepare(guard).get() as { sql: string };
  database.exec(
    `drop trigger entry_no_delete; delete from entry where operation = 'contact-erased'; ${sql}; ${more}`,
  );
  database.close();
}

async function eraseContact(path: string): Promise<void> {
  const journal = await openSignedJournal(settingsOf(path));
  await journal.eraseContact(
    { caseId: document.caseId, house: document.house.key, eventNumber: document.eventNumber },
    { actor: 'Datenschutz', actorId: null, reason: 'verlangt', runs: 0, mails: 0 },
  );
  await journal.close();
}

const EXIT = { whole: '0', changed: '1', unproven: '3' } as const;

function codeOf(verdict: Verdict): string {
  if (verdict.kind === 'protocol') return EXIT[verdict.proof];
  return verdict.kind === 'unreadable' ? '1' : '2';
}

async function judge({
  json,
  text,
  pdf: forgedPdf,
  journal,
  caseId,
  keys = key,
  witness: seen = witness,
}: Forgery): Promise<Row> {
  const none = { Doctor: '–', Zeugnis: '–' };
  const found = journal === undefined ? none : await judgeJournal(journal, seen);
  const made = json ?? (journal === undefined ? null : await protocolFrom(journal, caseId));
  const written = text ?? (made && protocolJson(made));
  const file = written === null ? null : Buffer.from(written);
  const pages = forgedPdf ?? (made && (await renderProtocolPdf(made).catch(() => null)));
  const verify = async (bytes: Buffer | null, comparison = {}) =>
    bytes ? codeOf(await verifyProtocol(bytes, comparison)) : '–';
  return {
    JSON: await verify(file),
    PDF: await verify(pages),
    '`--key`': await verify(file ?? pages, { key: keys }),
    '`--mail`': await verify(file ?? pages, { mail }),
    ...found,
  };
}

const settingsOf = (path: string) => ({
  databaseUrl: pathToFileURL(join(path, 'journal.sqlite')).href,
  signingKeyFile: null,
  dataDir: path,
});

async function judgeJournal(path: string, seen: string) {
  const settings = settingsOf(path);
  // The service starts, and signs on.
  await (await openSignedJournal(settings)).close();
  const [journalCheck] = journalChecks(settings.databaseUrl, null, { ownKeys: ownKeys(settings) });
  const doctor = await journalCheck.run();
  const { exitCode } = await checkWitnessFile(settings, seen);
  return {
    Doctor: doctor.state === 'failed' ? 'bemerkt' : 'nicht',
    Zeugnis: exitCode === 1 ? 'bemerkt' : 'nicht',
  };
}

/** The Protokoll of a case, as the service makes it now; `null`: the case is not there any more. */
async function protocolFrom(path: string, caseId = document.caseId): Promise<ProtocolDocument | null> {
  const journal = await openSignedJournal(settingsOf(path));
  try {
    const entries = await journal.entries(caseId);
    return entries.length > 0 ? await signedProtocol(journal, entries) : null;
  } finally {
    await journal.close();
  }
}

/** The rows of the table in the documentation. */
function documented(): [string, Row][] {
  const [, table = ''] = /^\| Fälschung .*\n\|[-| :]+\|\n((?:\|.*\n)+)/m.exec(PAGE) ?? [];
  const head = /^\| Fälschung .*$/m.exec(PAGE)?.[0] ?? '';
  const cellsOf = (row: string) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [, ...names] = cellsOf(head);
  expect(names).toEqual(COLUMNS);
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [name = '', ...cells] = cellsOf(row);
      return [name, Object.fromEntries(names.map((each, index) => [each, cells[index]])) as Row];
    });
}

it('has a test for each row, and a row for each test', () => {
  expect(documented().map(([name]) => name)).toEqual(Object.keys(FORGERIES));
});

it.each(Object.keys(FORGERIES))(
  'has the verdict that the documentation says: %s',
  async (name) => {
    const wanted = new Map(documented()).get(name);
    expect(await judge(await FORGERIES[name]!())).toEqual(wanted);
  },
  120_000,
);

it('calls none of it forged that is as it was written', async () => {
  const whole = onJournal(() => {});
  expect(await judge(whole)).toEqual({
    JSON: '0',
    PDF: '0',
    '`--key`': '0',
    '`--mail`': '0',
    Doctor: 'nicht',
    Zeugnis: 'nicht',
  });
}, 120_000);
