import canonicalize from 'canonicalize';
import { exactTime } from '../domain/clock';
import type { JournalEntry } from '../domain/journal';
import { isByPerson } from '../domain/lines';
import { STEP_LABELS } from '../domain/wording';
import { heading, NONE, type Block } from './block';
import type { ProtocolDocument } from './document';
import { KIND_LABELS, operationLabel } from './wording';

/** For the reader who verifies the document: signatures, how to verify it, and every line of the journal. */
export function journalBlocks(document: ProtocolDocument): Block[] {
  return [...signatureBlocks(document), ...verificationBlocks(document), ...lineBlocks(document)];
}

function signatureBlocks({ toDo }: ProtocolDocument): Block[] {
  const lines = [
    ...(toDo.length > 0 ? ['Ort, Datum – die offenen Punkte sind erledigt (Kartenbüro)'] : []),
    'Ort, Datum – geprüft (Leitung oder Revision)',
  ];
  return [heading('Unterschriften'), { kind: 'signatures', lines }];
}

function verificationBlocks({ journal, sha256 }: ProtocolDocument): Block[] {
  const last = journal.at(-1);
  return [
    heading('Wie man dieses Protokoll prüft'),
    {
      kind: 'list',
      items: [
        'Dieses Protokoll ist allein aus dem Logbuch gemacht, das unten vollständig steht. Die Datei Protokoll.json, die im PDF eingebettet ist, enthält dasselbe für Programme.',
        'Zeichen, die man nicht sähe oder die eine Schrift nicht hat, stehen hier mit ihrer Nummer, etwa [U+1F3AD]. Im JSON stehen sie unverändert.',
        'Jede Zeile nennt die Prüfsumme der Zeile davor. Die Prüfsumme einer Zeile ist SHA-256 über ihr kanonisches JSON (RFC 8785) ohne das Feld hash; vor der ersten Zeile stehen 64 Nullen. Eine geänderte, fehlende oder eingeschobene Zeile bricht die Kette.',
        'Der Befehl „absage verify DATEI“ rechnet das nach, für das PDF oder das JSON, ohne Netz: alle Zeilen, die Kette, die Prüfsumme des Dokuments, und ob aus den Zeilen wieder dasselbe Protokoll entsteht.',
        'Prüfsummen zeigen Änderungen, nicht Urheber. Wer sichergehen will, dass auch das Logbuch dasselbe ist, vergleicht die Prüfsumme der letzten Zeile mit der im Logbuch („absage journal“) oder mit einer unterschriebenen Kopie.',
      ],
    },
    {
      kind: 'facts',
      caption: 'Prüfsummen (SHA-256)',
      rows: [
        { label: 'Letzte Zeile', value: last ? `Nr. ${last.seq}` : NONE },
        { label: 'Prüfsumme der letzten Zeile', value: last?.hash ?? NONE, isCode: true },
        { label: 'Prüfsumme des Dokuments', value: sha256, isCode: true },
      ],
    },
  ];
}

function lineBlocks({ journal }: ProtocolDocument): Block[] {
  return [
    heading('Das Logbuch'),
    {
      kind: 'table',
      caption: `Alle ${journal.length} Zeilen dieses Falls, unverändert`,
      columns: [
        { title: 'Nr.', weight: 6 },
        { title: 'Eintrag', weight: 30 },
        { title: 'Inhalt, wie er geprüft wird', weight: 74, isCode: true },
      ],
      rows: journal.map(journalRow),
    },
  ];
}

function journalRow(entry: JournalEntry): string[] {
  const { seq, at, actor, kind, operation, step, outcome } = entry;
  return [
    String(seq),
    [
      `${KIND_LABELS[kind] ?? kind}: ${operationLabel(operation)}`,
      exactTime(at),
      `${isByPerson(entry) ? 'von' : 'im Auftrag von'} ${actor}`,
      ...(operationLabel(operation) === STEP_LABELS[step] ? [] : [`Schritt: ${STEP_LABELS[step] ?? step}`]),
      ...(outcome === null ? [] : [`Ergebnis: ${outcome}`]),
    ].join('\n'),
    [
      `at: ${at}`,
      ...(entry.actorId === undefined ? [] : [`actorId: ${entry.actorId}`]),
      `effectKey: ${entry.effectKey}`,
      `before: ${canonicalize(entry.before) ?? 'null'}`,
      `after: ${canonicalize(entry.after) ?? 'null'}`,
      `previousHash: ${entry.previousHash}`,
      `hash: ${entry.hash}`,
      ...(entry.signature === undefined ? [] : [`signature: ${entry.signature}`]),
    ].join('\n'),
  ];
}
