import { exactTime, toMs } from '../domain/clock';
import { isEarlierRow, type ChainRow } from '../domain/case-chain';
import { readAfterEnd } from '../domain/after-end';
import type { EndProof } from '../domain/end-proof';
import type { JournalEntry } from '../domain/journal';
import { isSignedWith, type PublicKey } from '../domain/signature';
import { isRowGenuine } from '../journal/case-chain';
import { findUnsigned } from '../journal/chain';
import { CLOCK_SLACK_MS, findWronglySigned, readKeyChain, type KnownKey } from '../journal/key-chain';
import { Signatures } from '../trust/signing';
import type { Finding } from './finding';
import type { GivenKey } from './given-keys';
import type { ProtocolDocument } from './document';

/*
 * Who has made a protocol: what its signatures prove by themselves, and whose they are, compared with something that was
 * kept outside of the journal.
 */

/** What the signatures of a document prove. */
export interface Origin {
  findings: Finding[];
  /** The key that vouches for the whole document, and those that it tied to; `null`: nobody vouches. */
  signed: { by: PublicKey; keys: readonly PublicKey[] } | null;
}

/** What a line needs for its signature to be checked. */
type Signed = Pick<JournalEntry, 'seq' | 'at' | 'hash' | 'signature'>;

/** Before this version of the document nothing was signed. */
const FIRST_SIGNED = 4;

/** A document with less than all of its signatures is one from which some were taken. */
export function readOrigin(document: ProtocolDocument): Origin {
  const { journal, proof, schema, sha256, signature } = document;
  const isUnsigned = journal.every((line) => line.signature === undefined);
  if (isUnsigned && proof === undefined && signature === undefined)
    return {
      findings: [doubt('Dieses Protokoll ist nicht unterschrieben: wer es gemacht hat, ist nicht bewiesen.')],
      signed: null,
    };
  const keys = readKeyChain(Array.isArray(proof?.signingKeys) ? proof.signingKeys : []) ?? [];
  if (Number(schema.slice(schema.lastIndexOf('/') + 1)) < FIRST_SIGNED)
    return {
      findings: [
        fault(
          `In der Fassung ${schema} wurde noch nichts unterschrieben: das Protokoll ist nicht von damals.`,
        ),
      ],
      signed: null,
    };
  if (!proof || keys.length === 0)
    return {
      findings: [fault('Die Schlüssel, mit denen unterschrieben wurde, fehlen oder wurden verändert.')],
      signed: null,
    };
  const signatures = new Signatures(keys);
  const by = keys.find((key) => new Signatures([key]).isGenuine('protocol', sha256, signature));
  return {
    findings: [
      checkSignatures(journal, keys),
      checkRow(document, proof.caseRow, signatures),
      checkSealed(document, by, keys),
    ],
    signed: by ? { by, keys } : null,
  };
}

/**
 * A document is made after its lines, so with the key of the last one or a later one. Anybody can call the key of genuine lines
 * the successor of their own.
 */
export function checkSealed(
  { journal }: { journal: readonly Signed[] },
  by: PublicKey | undefined,
  keys: readonly PublicKey[],
): Finding {
  if (!by) return fault('Die Unterschrift des Dokuments fehlt oder ist falsch: es wurde etwas verändert.');
  const later = keys.slice(keys.indexOf(by) + 1);
  return journal.some(({ signature }) => later.some((key) => isSignedWith(key, String(signature))))
    ? fault('Das ganze Dokument ist mit einem Schlüssel unterschrieben, der älter ist als der seiner Zeilen.')
    : holds(`Das ganze Dokument ist unterschrieben, mit dem Schlüssel ${by.fingerprint}.`);
}

export function checkSignatures(journal: readonly Signed[], keys: readonly KnownKey[]): Finding {
  const wrong = [...findUnsigned(journal), ...findWronglySigned(journal, keys)].map(({ seq }) => seq);
  if (wrong.length > 0)
    return fault(`Die Unterschrift fehlt oder ist falsch: Zeile ${wrong.join(', ')} des Logbuchs.`);
  const first = journal.find(({ signature }) => signature !== undefined);
  if (!first)
    return doubt(
      'Die Zeilen sind von früher, als noch keine unterschrieben wurde: ihre Herkunft ist nicht bewiesen.',
    );
  return holds(
    first.seq === 1
      ? 'Jede Zeile ist unterschrieben.'
      : `Jede Zeile ab Zeile ${first.seq} ist unterschrieben; frühere hält die Kette fest.`,
  );
}

/** What may follow on the end of a case, and what did. Of a document that nobody has signed it says nothing. */
export function checkAfterEnd({ journal }: ProtocolDocument): Finding[] {
  const known = readAfterEnd(journal);
  if (known?.end.signature === undefined) return [];
  const { end, later, foreign } = known;
  if (foreign.length > 0) {
    const numbers = foreign.map(({ seq }) => seq).join(', ');
    return [fault(`Nach dem Ende (Zeile ${end.seq}) steht, was dort nicht stehen kann: Zeile ${numbers}.`)];
  }
  const what = later.map(({ label, count }) => `${label}: ${count}`).join(', ');
  return [
    holds(
      what === ''
        ? `Mit Zeile ${end.seq} ist der Fall zu Ende, danach kam keine.`
        : `Mit Zeile ${end.seq} ist der Fall zu Ende. Danach kamen nur Zeilen, die dort stehen dürfen (${what}).`,
    ),
  ];
}

function checkRow(
  { caseId, journal }: ProtocolDocument,
  row: ChainRow | null,
  signatures: Signatures,
): Finding {
  if (!row) return fault('Die Kette der Fälle kennt diesen Fall nicht.');
  if (!isRowGenuine(row, signatures)) return fault('Der Eintrag in der Kette der Fälle wurde verändert.');
  if (isEarlierRow(row))
    return doubt(
      `Dieser Fall ist älter als die Kette der Fälle: dass er einer der ${row.earlier.count} von vorher ist, zeigt nur das Logbuch.`,
    );
  const [first] = journal;
  // Both are written at once.
  const isOfItsKey = signatures.rankOf(row.signature) === signatures.rankOf(first?.signature);
  return row.caseId === caseId && row.firstHash === first?.hash && isOfItsKey
    ? holds(`In der Kette der Fälle hat dieser Fall die Nummer ${row.number}.`)
    : fault('Der Eintrag in der Kette der Fälle gehört zu einem anderen Fall.');
}

/** What was kept outside of the journal, to compare a protocol with. */
export interface Outside {
  /** Keys that the reader has from elsewhere. */
  keys?: readonly GivenKey[];
  /** The mail about the end of the case. */
  mail?: EndProof;
}

export function compareWithOutside(
  document: ProtocolDocument,
  { signed }: Origin,
  { keys, mail }: Outside,
): Finding[] {
  return [
    ...(keys ? [checkSigner(document, signed, keys, 'dem angegebenen Schlüssel')] : []),
    ...(mail ? checkMail(document, signed, mail) : []),
  ];
}

/**
 * Only the later key is tied to the earlier one, by its signature. Anybody can call a real key the successor of their own:
 * so a key counts when the given one, or one after that, has signed the whole document. One that was replaced has named its
 * successor, and names no other one: it vouches for itself alone, and not beyond its end.
 */
export function checkSigner(
  document: { journal: readonly Signed[]; proof?: ProtocolDocument['proof'] },
  signed: Origin['signed'],
  given: readonly GivenKey[],
  what: string,
): Finding {
  if (!signed) return fault(`Das Protokoll ist nicht mit ${what} unterschrieben.`);
  const { by, keys } = signed;
  const late = given.flatMap((key) => whatIsLate(document, key));
  if (late.length > 0)
    return fault(
      `Mit einem früheren Schlüssel ist unterschrieben, was jünger ist als sein Ende: ${late.join(', ')}.`,
    );
  const own = given.find(({ fingerprint }) => fingerprint === by.fingerprint);
  if (own?.end)
    return holds(
      `Unterschrieben ist mit einem früheren Schlüssel (ersetzt am ${exactTime(own.end.at)}). Dass es vor dem Wechsel geschrieben wurde, beweist nur die E-Mail oder ein Zeugnis von damals.`,
    );
  if (own) return holds(`Unterschrieben ist mit ${what}.`);
  const from = keys.findIndex((key) =>
    given.some(({ fingerprint, end }) => fingerprint === key.fingerprint && end === null),
  );
  return from !== -1 && keys.indexOf(by) > from
    ? holds(
        `Unterschrieben ist mit einem Nachfolger von ${what}; jeder Wechsel ist vom früheren unterschrieben.`,
      )
    : fault(`Unterschrieben ist mit einem fremden Schlüssel, nicht mit ${what}.`);
}

/** The time in a line is its writer's own; the number of a case is one that the real chain may have given to another one. */
function whatIsLate(
  { journal, proof }: Parameters<typeof checkSigner>[0],
  { fingerprint, end }: GivenKey,
): string[] {
  if (!end) return [];
  const isBy = (signature: unknown) => isSignedWith({ fingerprint }, String(signature));
  const lines = journal.filter(
    ({ at, signature }) => isBy(signature) && !(toMs(at) <= toMs(end.at) + CLOCK_SLACK_MS),
  );
  const row = proof?.caseRow;
  return [
    ...lines.map(({ seq }) => `Zeile ${seq}`),
    ...(row && isBy(row.signature) && !(row.number <= end.caseNumber) ? [`der Fall Nr. ${row.number}`] : []),
  ];
}

function checkMail(document: ProtocolDocument, signed: Origin['signed'], mail: EndProof): Finding[] {
  const { journal, caseId } = document;
  if (mail.caseId !== caseId) return [fault(`Die E-Mail gehört zu einem anderen Fall: ${mail.caseId}.`)];
  const line = journal.find(({ seq }) => seq === mail.seq);
  if (!line) return [fault(`Die E-Mail nennt Zeile ${mail.seq}, und die fehlt hier.`)];
  if (line.hash !== mail.hash)
    return [fault(`Die E-Mail nennt für Zeile ${mail.seq} eine andere Prüfsumme: hier steht etwas anderes.`)];
  if (line.kind !== 'end')
    return [fault(`Die Zeile ${mail.seq}, die die E-Mail nennt, ist nicht das Ende des Falls.`)];
  const { fingerprint } = mail;
  const isTheEnd = holds(`Das Ende, Zeile ${mail.seq}, ist das aus der E-Mail.`);
  if (fingerprint === null)
    return line.signature === undefined
      ? [isTheEnd]
      : [
          isTheEnd,
          doubt(
            'Die E-Mail nennt keinen Schlüssel, obwohl die Zeile unterschrieben ist: verglichen ist er nicht.',
          ),
        ];
  const isItsKey = isSignedWith({ fingerprint }, String(line.signature));
  return [
    isItsKey
      ? holds(`Das Ende, Zeile ${mail.seq}, ist das aus der E-Mail, mit demselben Schlüssel unterschrieben.`)
      : fault(
          `Das Ende, Zeile ${mail.seq}, ist nicht mit dem Schlüssel unterschrieben, den die E-Mail nennt.`,
        ),
    checkSigner(document, signed, [{ fingerprint, end: null }], 'dem Schlüssel aus der E-Mail'),
  ];
}

const holds = (text: string): Finding => ({ holds: true, text });
const doubt = (text: string): Finding => ({ holds: null, text });
const fault = (text: string): Finding => ({ holds: false, text });
