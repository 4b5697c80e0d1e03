import { digest } from '../digest';
import type { SeriesLine } from '../domain/series-lines';
import { hashEntry, isChainWhole } from '../journal/chain';
import { readKeyChain } from '../journal/key-chain';
import { Signatures } from '../trust/signing';
import type { Finding } from './finding';
import type { GivenKey } from './given-keys';
import { checkSealed, checkSignatures, checkSigner, type Origin } from './origin';
import { hashSeriesProtocol, ofLines } from './series-build';
import type { SeriesProtocolDocument } from './series-document';

const holds = (text: string): Finding => ({ holds: true, text });
const doubt = (text: string): Finding => ({ holds: null, text });
const fault = (text: string): Finding => ({ holds: false, text });

/** Tests only what the checks need to run. */
export function isSeriesProtocol(value: unknown): value is SeriesProtocolDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { schema, houses, items, notices, decisions, tasks, outcome, sha256, journal } =
    value as Partial<SeriesProtocolDocument>;
  const areLists = [houses, items, notices, decisions, tasks].every(Array.isArray);
  const isJournal =
    journal === undefined ||
    (Array.isArray(journal) &&
      journal.length > 0 &&
      journal.every((line) => typeof line === 'object' && line !== null));
  return (
    /^absage\/series-protocol\/\d+$/.test(String(schema)) &&
    areLists &&
    isJournal &&
    typeof outcome === 'object' &&
    typeof sha256 === 'string'
  );
}

/** Recomputes what a series' Protokoll says of itself. How each case ended is what its own Protokoll proves. */
export function verifySeriesDocument(
  document: SeriesProtocolDocument,
  keys?: readonly GivenKey[],
): { findings: Finding[]; signed: Origin['signed'] } {
  const { sha256, signature, journal = [], proof, excerpt } = document;
  const known = readKeyChain(Array.isArray(proof?.signingKeys) ? proof.signingKeys : []) ?? [];
  const by = known.find((key) => new Signatures([key]).isGenuine('protocol', sha256, signature));
  const signed = by ? { by, keys: known } : null;
  return {
    signed,
    findings: [
      checkHash(document),
      ...(excerpt && journal.length === 0
        ? [
            doubt(
              'Dies ist ein Auszug ohne die Zeilen der Serie: für das, was er sagt, steht nur die Unterschrift des Ganzen.',
            ),
          ]
        : [checkLines(document), checkSignatures(journal, known), checkDerived(document)]),
      checkSealed({ journal }, by, known),
      ...(keys ? [checkSigner({ journal }, signed, keys, 'dem angegebenen Schlüssel')] : []),
    ],
  };
}

function checkHash({ sha256, signature: _signature, ...content }: SeriesProtocolDocument): Finding {
  return hashSeriesProtocol(content) === sha256
    ? holds('Die Prüfsumme des Dokuments stimmt.')
    : fault('Die Prüfsumme des Dokuments stimmt nicht: es wurde etwas verändert.');
}

function checkLines({ journal = [], seriesId }: SeriesProtocolDocument): Finding {
  const changed = journal.filter((line) => hashEntry(line) !== line.hash).map(({ seq }) => seq);
  if (changed.length > 0) return fault(`Verändert: Zeile ${changed.join(', ')} der Serie.`);
  if (!isChainWhole(journal) || journal.some(({ caseId }) => caseId !== seriesId) || journal.length === 0)
    return fault('Die Kette der Zeilen ist unterbrochen: es fehlt etwas, oder etwas wurde eingeschoben.');
  return holds(`Die ${journal.length} Zeilen der Serie sind unverändert, und dazwischen fehlt keine.`);
}

const DERIVED = ['outcome', 'order', 'notices', 'decisions', 'approvals'] as const;

function checkDerived(document: SeriesProtocolDocument): Finding {
  const differing = differencesOf(document, document.journal ?? []);
  if (differing?.length === 0)
    return holds(
      'Auftrag, Entscheidungen, Freigaben und E-Mails folgen aus den Zeilen der Serie; wie jede Absage ausging, beweist ihr eigenes Protokoll.',
    );
  return fault(
    differing
      ? `Das Protokoll sagt etwas anderes als die Zeilen der Serie (${differing.join(', ')}).`
      : 'Aus den Zeilen entsteht kein Protokoll einer Serie.',
  );
}

/** What a document says otherwise than these lines; `null`: they are not the lines of a series. */
export function differencesOf(
  document: SeriesProtocolDocument,
  journal: readonly SeriesLine[],
): string[] | null {
  try {
    const rebuilt = ofLines(
      journal,
      document.houses.map(({ key }) => key),
    );
    const [order] = journal;
    const items = order?.operation === 'order-series' ? order.after.items : [];
    const named = (list: readonly { house: string; eventNumber: string }[]) =>
      list.map(({ house, eventNumber }) => `${house} ${eventNumber}`).sort();
    return [
      ...DERIVED.filter((member) => digest(rebuilt[member] ?? null) !== digest(document[member] ?? null)),
      ...(digest(named(items)) === digest(named(document.items)) ? [] : ['items']),
    ];
  } catch {
    return null;
  }
}
