import canonicalize from 'canonicalize';
import { exactTime } from '../domain/clock';
import type { JournalEntry } from '../domain/journal';
import { isEarlierRow } from '../domain/case-chain';
import { endLine, isByPerson } from '../domain/lines';
import { shownName } from '../domain/names';
import { STEP_LABELS } from '../domain/wording';
import { heading, NONE, type Block } from './block';
import type { ProtocolDocument, ProtocolProof } from './document';
import { KIND_LABELS, operationLabel } from './wording';

/** For the reader who verifies the document: signatures, how to verify it, and every line of the journal. */
export function journalBlocks(document: ProtocolDocument, areNamesAsWritten: boolean): Block[] {
  return [
    ...signatureBlocks(document),
    ...verificationBlocks(document),
    ...lineBlocks(document, areNamesAsWritten),
  ];
}

function signatureBlocks({ toDo }: ProtocolDocument): Block[] {
  const lines = [
    ...(toDo.length > 0 ? ['Ort, Datum – die offenen Punkte sind erledigt (Kartenbüro)'] : []),
    'Ort, Datum – geprüft (Leitung oder Revision)',
  ];
  return [heading('Unterschriften'), { kind: 'signatures', lines }];
}

function verificationBlocks({ journal, proof, sha256 }: ProtocolDocument): Block[] {
  return [
    heading('Wie man dieses Protokoll prüft'),
    {
      kind: 'list',
      items: [
        'Dieses Protokoll ist allein aus dem Logbuch gemacht, das unten vollständig steht. Die Datei Protokoll.json, die im PDF eingebettet ist, enthält dasselbe für Programme.',
        'Zeichen, die man nicht sähe oder die eine Schrift nicht hat, stehen hier mit ihrer Nummer, etwa [U+1F3AD]. Im JSON stehen sie unverändert.',
        'Jede Zeile nennt die Prüfsumme der Zeile davor. Die Prüfsumme einer Zeile ist SHA-256 über ihr kanonisches JSON (RFC 8785) ohne die Felder hash und signature; vor der ersten Zeile stehen 64 Nullen. Eine geänderte, fehlende oder eingeschobene Zeile bricht die Kette.',
        'Jede Zeile und das ganze Dokument sind unterschrieben (Ed25519). Nur wer den geheimen Schlüssel hat, kann etwas davon neu schreiben. Zeilen und Protokolle von früher sind es nicht.',
        'Der Befehl „absage verify DATEI“ rechnet das nach, für das PDF oder das JSON, ohne Netz: alle Zeilen, die Kette, die Unterschriften, die Nummer des Falls, und ob aus den Zeilen wieder dasselbe Protokoll entsteht.',
        'Wessen Unterschrift es ist, zeigt der Vergleich mit etwas, das außerhalb aufgehoben wurde: mit dem Schlüssel („--key DATEI“) oder mit der E-Mail über das Ende der Absage („--mail DATEI“), die die Zeile mit dem Ende und den Schlüssel nennt.',
      ],
    },
    {
      kind: 'facts',
      caption: 'Prüfsummen (SHA-256) und Schlüssel',
      rows: [
        ...lineFacts('Zeile mit dem Ende', endLine(journal)),
        ...lineFacts('Letzte Zeile', journal.at(-1)),
        ...proofFacts(proof),
        { label: 'Prüfsumme des Dokuments', value: sha256, isCode: true },
      ],
    },
  ];
}

interface Fact {
  label: string;
  value: string;
  isCode?: boolean;
}

function lineFacts(label: string, line: JournalEntry | null | undefined): Fact[] {
  if (!line) return [];
  return [
    { label, value: `Nr. ${line.seq}` },
    { label: 'Ihre Prüfsumme', value: line.hash, isCode: true },
  ];
}

function proofFacts(proof: ProtocolProof | undefined): Fact[] {
  if (!proof) return [{ label: 'Unterschrift', value: 'keine' }];
  const { caseRow, signingKeys } = proof;
  return [
    {
      label: 'In der Kette der Fälle',
      value: !caseRow ? NONE : isEarlierRow(caseRow) ? 'älter als die Kette' : `Nr. ${caseRow.number}`,
    },
    {
      label: 'Schlüssel (Fingerabdruck)',
      value: signingKeys.at(-1)?.after.fingerprint ?? NONE,
      isCode: true,
    },
  ];
}

function lineBlocks({ journal }: ProtocolDocument, areNamesAsWritten: boolean): Block[] {
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
      rows: journal.map((entry) => journalRow(entry, areNamesAsWritten)),
    },
  ];
}

function journalRow(entry: JournalEntry, areNamesAsWritten: boolean): string[] {
  const { seq, at, kind, operation, step, outcome } = entry;
  const actor = areNamesAsWritten ? entry.actor : shownName(entry.actor);
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
      // The digest covers what was written down.
      ...(actor === entry.actor ? [] : [`actor: ${entry.actor}`]),
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
