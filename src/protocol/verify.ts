import { digest } from '../digest';
import type { Opening } from '../domain/case';
import { hashEntry, NO_PREVIOUS_HASH } from '../journal/chain';
import type { JournalEntry } from '../domain/journal';
import { isPdf, readAttachment } from './attachment';
import { buildProtocol, hashProtocol } from './build';
import { checkContact } from './contact-check';
import { EARLIER_SCHEMAS, PROTOCOL_SCHEMA, type ProtocolDocument } from './document';
import { canDrawAs, renderProtocolPdf, writerOf } from './pdf';
import { checkAfterEnd, compareWithOutside, readOrigin, type Origin } from './origin';
import type { Finding } from './finding';
import { readGivenKeys } from './given-keys';
import { readJson } from './json-text';
import { readMailedProof } from './mail-file';
import { toSeriesPages } from './series-blocks';
import { SERIES_PROTOCOL_SCHEMA, type SeriesProtocolDocument } from './series-document';
import { isSeriesProtocol, verifySeriesDocument } from './series-verify';
import { readText } from './text-file';
import { digestUnpacked } from './unpacked';
import { rehearsalText } from './wording';

/**
 * - `whole`: every check holds
 * - `changed`: at least one check found a change
 * - `unproven`: the lines of the journal are whole, and at least one other check could not decide
 */
export type Proof = 'whole' | 'changed' | 'unproven';

export type Verdict =
  | { kind: 'not-a-protocol'; text: string }
  /** A protocol of ours that was cut off, or is damaged beyond reading. */
  | { kind: 'unreadable'; text: string }
  /** What the protocol was to be compared with is not what it should be. */
  | { kind: 'nothing-to-compare'; text: string }
  | {
      kind: 'protocol';
      proof: Proof;
      isWhole: boolean;
      findings: Finding[];
      about: {
        /** As the first page calls it. */
        title: string;
        house: string;
        eventNumber: string;
        caseId: string;
        rehearsal: string | null;
        headline: string;
      };
      /** The fingerprint of the key that the whole document is signed with; `null`: it is not signed. */
      signedBy: string | null;
      /** Whether that key was compared with one from elsewhere. */
      isSignerCompared: boolean;
      /** For a comparison with the journal itself. */
      lastHash: string;
    };

/** Files that were kept outside of the journal, as bytes. */
interface Comparison {
  /** A public key as PEM, or nothing but its fingerprint. */
  key?: Buffer;
  /** The mail about the end of the case. */
  mail?: Buffer;
}

/**
 * Recomputes everything that a protocol says of itself from the bytes of its JSON or PDF, without network or database.
 * It finds changes; who has signed it, it can say only by comparison.
 */
export async function verifyProtocol(bytes: Buffer, comparison: Comparison = {}): Promise<Verdict> {
  const isFromPdf = isPdf(bytes);
  const json = isFromPdf ? readAttachment(bytes) : bytes;
  const read = json && readJson(readText(json));
  if (!read || !(isProtocol(read.value) || isSeriesProtocol(read.value))) return withoutDocument(bytes, json);
  const { isUnequivocal } = read;
  const keys = comparison.key && readGivenKeys(readText(comparison.key));
  if (keys === null)
    return {
      kind: 'nothing-to-compare',
      text: 'Die Datei zu --key ist kein Schlüssel: sie enthält weder einen noch nichts als dessen Fingerabdruck.',
    };
  if (isSeriesProtocol(read.value))
    return verifySeries(read.value, isUnequivocal, isFromPdf ? bytes : null, keys);
  const document = read.value;
  const mail = comparison.mail && (await readMailedProof(comparison.mail));
  if (mail && 'fault' in mail) return { kind: 'nothing-to-compare', text: mail.fault };
  const origin = readOrigin(document);
  const findings = [
    ...(isUnequivocal ? [] : [EQUIVOCAL]),
    checkDocumentHash(document),
    checkLines(document.journal),
    checkChain(document),
    ...origin.findings,
    ...checkAfterEnd(document),
    checkDerived(document, origin),
    ...checkContact(document),
    ...(isFromPdf ? [await checkPages(bytes, document)] : []),
    ...compareWithOutside(document, origin, { keys, mail: mail?.proof }),
  ];
  const { house, eventNumber, caseId, outcome, journal } = document;
  const proof = proofOf(findings);
  return {
    kind: 'protocol',
    proof,
    isWhole: proof === 'whole',
    findings,
    about: {
      title: `Protokoll der Absage ${house.key} ${eventNumber}`,
      house: house.key,
      eventNumber,
      caseId,
      rehearsal: rehearsalText(document),
      headline: outcome.headline,
    },
    signedBy: origin.signed?.by.fingerprint ?? null,
    isSignerCompared: keys !== undefined || mail?.proof.fingerprint != null,
    lastHash: journal.at(-1)?.hash ?? '',
  };
}

/** `pdf`: the file, where the document comes from one. */
async function verifySeries(
  document: SeriesProtocolDocument,
  isUnequivocal: boolean,
  pdf: Buffer | null,
  keys: Parameters<typeof verifySeriesDocument>[1],
): Promise<Verdict> {
  const { signed, findings: own } = verifySeriesDocument(document, keys);
  const findings = [
    ...(isUnequivocal ? [] : [EQUIVOCAL]),
    ...own,
    ...(pdf ? [await checkPages(pdf, document)] : []),
  ];
  const proof = proofOf(findings);
  const pages = toSeriesPages(document);
  return {
    kind: 'protocol',
    proof,
    isWhole: proof === 'whole',
    findings,
    about: {
      title: pages.title,
      house: document.houses.map(({ key }) => key).join(', '),
      eventNumber: '',
      caseId: document.seriesId,
      rehearsal: pages.banner,
      headline: pages.headline,
    },
    signedBy: signed?.by.fingerprint ?? null,
    isSignerCompared: keys !== undefined,
    lastHash: document.journal?.at(-1)?.hash ?? '',
  };
}

function proofOf(findings: readonly Finding[]): Proof {
  if (findings.some(({ holds }) => holds === false)) return 'changed';
  return findings.every(({ holds }) => holds) ? 'whole' : 'unproven';
}

/** Canonical JSON has its members in the order of their names, and a protocol begins with one of these. */
const FIRST_MEMBERS = ['{"acts":[', '{"asOf":"'];

function withoutDocument(bytes: Buffer, json: Buffer | null): Verdict {
  const isOurs = writerOf(bytes) !== null || FIRST_MEMBERS.some((first) => readText(bytes).startsWith(first));
  if (isOurs) {
    const text =
      'Diese Datei ist ein Protokoll von Absage, aber unvollständig oder beschädigt: es lässt sich nicht mehr lesen.';
    return { kind: 'unreadable', text };
  }
  const text = json
    ? 'Diese Datei ist kein Protokoll von Absage.'
    : 'In diesem PDF ist kein Protokoll als JSON eingebettet, oder es ist nicht sicher, welches gemeint ist.';
  return { kind: 'not-a-protocol', text };
}

const EQUIVOCAL: Finding = {
  holds: false,
  text: 'Die Datei ist nicht eindeutig: ein Feld steht zweimal da, oder eine Zahl ist anders geschrieben, als Absage sie schreibt. Ein anderes Programm liest darin etwas anderes.',
};

/** Tests only what the checks need to run; the checks find everything that is wrong inside. */
function isProtocol(value: unknown): value is ProtocolDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, house, outcome, journal, sha256 } = value as Partial<ProtocolDocument>;
  if (!/^absage\/protocol\/\d+$/.test(String(schema))) return false;
  const isRecord = (each: unknown) => typeof each === 'object' && each !== null;
  return (
    isRecord(house) &&
    isRecord(outcome) &&
    typeof sha256 === 'string' &&
    Array.isArray(journal) &&
    journal.length > 0 &&
    journal.every(isRecord)
  );
}

function checkDocumentHash({ sha256, signature: _signature, ...content }: ProtocolDocument): Finding {
  return hashProtocol(content) === sha256
    ? { holds: true, text: 'Die Prüfsumme des Dokuments stimmt.' }
    : { holds: false, text: 'Die Prüfsumme des Dokuments stimmt nicht: es wurde etwas verändert.' };
}

function checkLines(journal: readonly JournalEntry[]): Finding {
  const changed = journal.filter((entry) => hashEntry(entry) !== entry.hash).map(({ seq }) => seq);
  return changed.length === 0
    ? { holds: true, text: `Die Zeilen in dieser Datei sind unverändert: ${journal.length}.` }
    : { holds: false, text: `Verändert: Zeile ${changed.join(', ')} des Logbuchs.` };
}

/** The last line names none after it: that there was no further one cannot be seen by the chain. */
function checkChain({ journal, caseId, eventNumber, house }: ProtocolDocument): Finding {
  let previous = { seq: 0, hash: NO_PREVIOUS_HASH };
  for (const entry of journal) {
    const isNext = entry.seq === previous.seq + 1 && entry.previousHash === previous.hash;
    if (!isNext) {
      const text = `Die Kette ist unterbrochen: zwischen Zeile ${previous.seq} und Zeile ${entry.seq} fehlt etwas, oder etwas wurde eingeschoben oder verändert.`;
      return { holds: false, text };
    }
    if (entry.caseId !== caseId || entry.eventNumber !== eventNumber || entry.house !== house.key)
      return { holds: false, text: `Zeile ${entry.seq} gehört zu einem anderen Fall.` };
    previous = entry;
  }
  const text = `Von Zeile 1 bis Zeile ${previous.seq} fehlt keine. Was danach kam, zeigt die Kette nicht.`;
  return { holds: true, text };
}

/**
 * Every statement of the pages must follow from the journal's lines alone. For one of an earlier version that says it in
 * other words, the signature of the whole document vouches.
 */
function checkDerived(document: ProtocolDocument, { signed }: Origin): Finding {
  const { schema } = document;
  const differing = isKnown(document) ? differencesOf(document) : null;
  if (differing?.length === 0)
    return { holds: true, text: 'Aus den Zeilen des Logbuchs entsteht wieder genau dieses Protokoll.' };
  if (isHiddenRehearsal(document))
    return {
      holds: false,
      text: 'Dieser Fall war ein Probebetrieb mit dem Simulator, und das Protokoll sagt es nicht.',
    };
  if (signed && EARLIER_SCHEMAS.includes(schema)) {
    const text = `Dieses Protokoll ist in einer früheren Fassung gemacht (${schema}). Was es sagt, ist als Ganzes unterschrieben.`;
    return { holds: true, text };
  }
  if (schema !== PROTOCOL_SCHEMA) {
    const text = `Dieses Protokoll ist in einer anderen Fassung gemacht (${schema}, nicht ${PROTOCOL_SCHEMA}). Ob es dasselbe sagt wie die Zeilen des Logbuchs, kann diese Fassung von Absage nicht prüfen.`;
    return { holds: null, text };
  }
  const text = differing
    ? `Das Protokoll sagt etwas anderes als die Zeilen des Logbuchs (${differing.join(', ')}).`
    : 'Aus den Zeilen des Logbuchs entsteht kein Protokoll.';
  return { holds: false, text };
}

/** Whatever a version says in other words: this none may leave out. */
function isHiddenRehearsal({ journal, rehearsal }: ProtocolDocument): boolean {
  const after: unknown = journal.find(({ operation }) => operation === 'check')?.after;
  return rehearsal !== true && (after as Partial<Opening> | null | undefined)?.isSimulator === true;
}

function isKnown({ schema }: { schema: string }): boolean {
  return schema === PROTOCOL_SCHEMA || schema === SERIES_PROTOCOL_SCHEMA || EARLIER_SCHEMAS.includes(schema);
}

/** Neither digest and signature nor the version itself say anything about the case. */
const ABOUT_THE_DOCUMENT: readonly string[] = ['sha256', 'signature', 'schema'];

/** The members in which a document differs from what its lines give; `null`: the lines give no document. */
function differencesOf(content: ProtocolDocument): string[] | null {
  const { journal, house, rehearsal, realJet, contact, proof } = content;
  try {
    // A line of before does not say what the gateway was, and the document may have been made when that was known.
    const rebuilt = buildProtocol(journal, house, {
      isRehearsal: rehearsal,
      isOldReal: realJet === true,
      contact,
      proof,
    });
    return (
      rebuilt &&
      Object.keys({ ...rebuilt, ...content }).filter(
        (member) =>
          !ABOUT_THE_DOCUMENT.includes(member) &&
          digest(Object(rebuilt)[member]) !== digest(Object(content)[member]),
      )
    );
  } catch {
    return null;
  }
}

/**
 * The same document gives the same pages with the same writer, so other pages are a change. What another writer or
 * program has saved cannot be compared: it is not proven, and not necessarily a forgery.
 */
async function checkPages(
  pdf: Buffer,
  document: ProtocolDocument | SeriesProtocolDocument,
): Promise<Finding> {
  const drawn = await draw(pdf, document);
  if (drawn === null) {
    const text =
      'Ob die gedruckten Seiten genau dieses Dokument zeigen, ist nicht bewiesen: ein anderes Programm hat das PDF noch einmal gespeichert, oder es stammt aus einer anderen Fassung von Absage. Es gilt das eingebettete JSON.';
    return { holds: null, text };
  }
  const said = digestUnpacked(drawn);
  return pdf.equals(drawn) || (said !== null && digestUnpacked(pdf) === said)
    ? { holds: true, text: 'Die gedruckten Seiten zeigen genau dieses Dokument.' }
    : {
        holds: false,
        text: 'Das PDF wurde verändert, nachdem Absage es geschrieben hat: die gedruckten Seiten können etwas anderes zeigen.',
      };
}

/** The file as it must be if nothing was changed; `null`: another writer or another program has written it. */
async function draw(
  pdf: Buffer,
  document: ProtocolDocument | SeriesProtocolDocument,
): Promise<Buffer | null> {
  const writer = writerOf(pdf);
  if (!isKnown(document) || !canDrawAs(writer)) return null;
  return renderProtocolPdf(document, writer).catch(() => null);
}
