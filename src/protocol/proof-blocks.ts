import { exactTime, germanDate } from '../domain/clock';
import { EMPTY, heading, NONE, timeOrNone, type Block } from './block';
import { isLeast } from './case-blocks';
import type { ProtocolAct, ProtocolDocument, ProtocolWait } from './document';
import { duration } from './times';

/** For the auditor: the waits, each write with its reading back, the evidence, the right and the mails. */
export function proofBlocks(document: ProtocolDocument): Block[] {
  return [
    ...waitBlocks(document),
    ...actBlocks(document),
    ...evidenceBlocks(document),
    ...rightBlocks(document),
    ...noticeBlocks(document),
    ...houseMailBlocks(document),
  ];
}

function waitBlocks({ waits, onSaleWithMarkerMs, ...rest }: ProtocolDocument): Block[] {
  if (waits.length === 0) return [];
  return [
    heading('Die Wartezeiten'),
    {
      kind: 'table',
      caption: 'Geplante und wirkliche Wartezeiten',
      columns: [
        { title: 'Wartezeit', weight: 27 },
        { title: 'Ab dem Speichern um', weight: 20 },
        { title: 'Weiter um', weight: 20 },
        { title: 'Geplant', weight: 15 },
        { title: 'Wirklich', weight: 18 },
      ],
      rows: waits.map(({ label, from, until, plannedMs, actualMs }) => [
        label,
        exactTime(from),
        timeOrNone(until),
        duration(plannedMs),
        actualMs === null ? 'nicht zu Ende' : duration(actualMs),
      ]),
    },
    ...waits.flatMap(waitNotes),
    ...(onSaleWithMarkerMs === null
      ? []
      : [
          {
            kind: 'paragraph',
            text: `Mit gespeichertem Zusatz war die Veranstaltung noch ${isLeast(rest) ? 'mindestens ' : ''}${duration(onSaleWithMarkerMs)} im Verkauf.`,
          } as const,
        ]),
  ];
}

function waitNotes({ label, skipped, note }: ProtocolWait): Block[] {
  const texts = [
    skipped &&
      `${label}: beendet am ${exactTime(skipped.at)} von ${skipped.actor}. Begründung: ${skipped.reason}`,
    note && `${label}: ${note}`,
  ];
  return texts.flatMap((text) => (text ? [{ kind: 'paragraph', text } as const] : []));
}

function actBlocks({ acts }: ProtocolDocument): Block[] {
  if (acts.length === 0)
    return [
      heading('Was in Jet geschrieben wurde'),
      { kind: 'paragraph', text: 'In Jet wurde in diesem Fall nichts geschrieben.' },
    ];
  return [
    heading('Was in Jet geschrieben wurde'),
    {
      kind: 'table',
      caption: 'Jedes Schreiben, angekündigt bevor es versucht wurde, und zurückgelesen',
      columns: [
        { title: 'Vorgang', weight: 25 },
        { title: 'Angekündigt', weight: 18 },
        { title: 'Gespeichert laut Jet', weight: 18 },
        { title: 'Zurückgelesen', weight: 18 },
        { title: 'Ergebnis', weight: 22 },
        { title: 'Zeile', weight: 9 },
      ],
      rows: acts.map((act) => [
        `${act.label}\n${act.hands === 'person' ? `von Hand: ${act.actor}` : 'durch Absage'}`,
        timeOrNone(act.announcedAt),
        act.hands === 'person' ? NONE : timeOrNone(act.savedAt),
        timeOrNone(act.confirmedAt),
        act.outcomeText,
        act.lines.join(', '),
      ]),
    },
    {
      kind: 'table',
      caption: 'Was jeweils da stand, da stehen sollte und gelesen wurde',
      columns: [
        { title: 'Vorgang', weight: 22 },
        { title: 'Vorher', weight: 26 },
        { title: 'Soll', weight: 26 },
        { title: 'Gelesen', weight: 26 },
      ],
      rows: acts.flatMap(fieldRows),
    },
  ];
}

function fieldRows({ label, fields, outcome, lines, operation }: ProtocolAct): string[][] {
  const isText = operation.endsWith('-announcement');
  const absent = isText ? EMPTY : NONE;
  return fields.map((field) => [
    `${label} (Zeile ${lines.join(', ')}): ${field.label}`,
    field.before || absent,
    field.wanted || absent,
    outcome === null ? 'nicht gelesen' : field.found || absent,
  ]);
}

function evidenceBlocks({ evidence, channelShowedStornoBefore }: ProtocolDocument): Block[] {
  const before = {
    true: 'Connect Online zeigte schon vor dem Beginn Storno.',
    false: 'Vor dem Beginn zeigte Connect Online nicht Storno.',
    null: null,
  }[`${channelShowedStornoBefore}`];
  if (evidence.length === 0 && !before) return [];
  return [
    heading('Kontrolle in Connect Online'),
    ...(before ? [{ kind: 'paragraph', text: before } as const] : []),
    evidence.length === 0
      ? { kind: 'paragraph', text: 'Ein Storno wurde dort nicht gesehen.' }
      : {
          kind: 'table',
          caption: 'Was Connect Online Veranstaltungsinformationen gezeigt hat',
          columns: [
            { title: 'Gelesen', weight: 19 },
            { title: 'Status', weight: 14 },
            { title: 'Laut Zeile übertragen', weight: 19 },
            { title: 'Ergebnis', weight: 26 },
            { title: 'Gelesen von', weight: 16 },
            { title: 'Zeile', weight: 8 },
          ],
          rows: evidence.map(({ readAt, status, transferredAt, outcome, outcomeText, actor, line }) => [
            exactTime(readAt),
            status ?? 'keine Zeile',
            transferredAt ? exactTime(transferredAt) : 'nicht angezeigt',
            outcomeText,
            outcome === 'by-hand' ? actor : 'Absage',
            String(line),
          ]),
        },
  ];
}

function rightBlocks({ right, outcome }: ProtocolDocument): Block[] {
  if (!right || (!right.granted && !outcome.pointOfNoReturnPassed)) return [];
  const { planned, granted, user, text } = right;
  return [
    heading('Erweiterte Stornoberechtigung'),
    {
      kind: 'facts',
      caption: 'Das Recht, mit dem Ö-Ticket Rückerstattungen bucht',
      rows: [
        { label: 'Benutzer', value: user },
        ...(planned
          ? [
              {
                label: 'Geplant',
                value: `${germanDate(planned.validFrom)} bis ${germanDate(planned.validUntil)}`,
              },
            ]
          : []),
        { label: 'Stand', value: text },
        {
          label: 'Endet',
          value: granted ? (granted.validUntil ? `am ${germanDate(granted.validUntil)}` : 'nie') : NONE,
        },
      ],
    },
  ];
}

function noticeBlocks({ notice }: ProtocolDocument): Block[] {
  if (!notice) return [];
  const { mail, attempts, byHand, text } = notice;
  return [
    heading('E-Mail an Ö-Ticket'),
    { kind: 'paragraph', text },
    ...(byHand
      ? [
          {
            kind: 'paragraph',
            text: `Gesendet am ${exactTime(byHand.sentAt)}, bestätigt von ${byHand.actor}. Begründung: ${byHand.reason ?? NONE}`,
          } as const,
        ]
      : []),
    ...(mail
      ? ([
          {
            kind: 'facts',
            caption: 'Die Nachricht',
            rows: [
              { label: 'Message-ID', value: mail.messageId, isCode: true },
              { label: 'Von', value: mail.from },
              { label: 'An', value: mail.to.join(', ') },
              { label: 'Kopie', value: mail.cc.join(', ') || NONE },
              { label: 'Betreff', value: mail.subject },
            ],
          },
          {
            kind: 'table',
            caption: 'Jeder Versuch und die Antwort des Mailservers',
            columns: [
              { title: 'Begonnen', weight: 16 },
              { title: 'Ergebnis um', weight: 16 },
              { title: 'Empfänger', weight: 32 },
              { title: 'Ergebnis', weight: 18 },
              { title: 'Antwort des Servers', weight: 24 },
            ],
            rows: attempts.flatMap(({ begunAt, endedAt, recipients }) =>
              recipients.map(({ address, outcomeText, reply }) => [
                exactTime(begunAt),
                timeOrNone(endedAt),
                address,
                outcomeText,
                reply || NONE,
              ]),
            ),
          },
          { kind: 'letter', caption: 'Der Text der Nachricht', text: mail.text.trimEnd() },
        ] satisfies Block[])
      : []),
  ];
}

function houseMailBlocks({ houseMails }: ProtocolDocument): Block[] {
  if (houseMails.length === 0) return [];
  return [
    heading('Verständigung des Hauses'),
    {
      kind: 'table',
      caption: 'E-Mails von Absage an das Haus',
      columns: [
        { title: 'Zeit', weight: 19 },
        { title: 'An', weight: 26 },
        { title: 'Betreff', weight: 36 },
        { title: 'Ergebnis', weight: 20 },
      ],
      rows: houseMails.map(({ at, to, subject, outcomeText }) => [
        exactTime(at),
        to.join(', '),
        subject,
        outcomeText,
      ]),
    },
  ];
}
