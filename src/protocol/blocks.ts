import { dayAndTime, exactTime, germanDate } from '../domain/clock';
import canonicalize from 'canonicalize';
import { STEP_LABELS } from '../domain/wording';
import type { JournalEntry } from '../domain/journal';
import type { ProtocolAct, ProtocolDocument, ProtocolWait } from './document';
import { duration } from './times';
import { KIND_LABELS, operationLabel, rehearsalText, STEP_STATES } from './wording';

/*
 * What stands on the pages, in their order, without saying how it looks: HTML and PDF both show exactly these blocks.
 */

export interface Column {
  title: string;
  /** Part of the width, beside the others. */
  weight: number;
  /** For hashes and JSON. */
  isCode?: boolean;
}

export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string; tone?: 'quiet' | 'warning' }
  | { kind: 'facts'; caption: string; rows: { label: string; value: string; isCode?: boolean }[] }
  | { kind: 'table'; caption: string; columns: Column[]; rows: string[][] }
  | { kind: 'list'; items: string[]; hasBoxes?: boolean }
  | { kind: 'letter'; caption: string; text: string }
  | { kind: 'signatures'; lines: string[] };

export interface ProtocolPages {
  title: string;
  /** Above everything, on every page; `null`: it was meant. */
  banner: string | null;
  /** What it is about, in a few words: for the head of each page. */
  subject: string;
  headline: string;
  /** How the headline should feel. */
  mood: 'good' | 'calm' | 'open';
  lead: string;
  blocks: Block[];
}

/** The pages of a document. The same document gives the same pages. */
export function toPages(document: ProtocolDocument): ProtocolPages {
  const { outcome, house, eventNumber } = document;
  const moods = { completed: 'good', open: 'open' } as const;
  return {
    title: `Protokoll der Absage ${house.key} ${eventNumber}`,
    banner: rehearsalText(document),
    subject: `${house.name} · VA-Nr. ${eventNumber}`,
    headline: outcome.headline,
    mood: moods[outcome.state as keyof typeof moods] ?? 'calm',
    lead: outcome.summary,
    blocks: [
      ...summaryBlocks(document),
      ...stepBlocks(document),
      ...toDoBlocks(document),
      ...textBlocks(document),
      ...orderBlocks(document),
      ...decisionBlocks(document),
      ...waitBlocks(document),
      ...actBlocks(document),
      ...evidenceBlocks(document),
      ...rightBlocks(document),
      ...noticeBlocks(document),
      ...houseMailBlocks(document),
      ...signatureBlocks(document),
      ...verificationBlocks(document),
      ...journalBlocks(document),
    ],
  };
}

const EMPTY = '(leer)';
const NONE = '–';

function heading(text: string): Block {
  return { kind: 'heading', text };
}

function shown(text: string | null): string {
  return text === null || text === '' ? EMPTY : text;
}

function timeOrNone(instant: string | null): string {
  return instant === null ? NONE : exactTime(instant);
}

function summaryBlocks({
  event,
  house,
  eventNumber,
  outcome,
  onSaleWithMarkerMs,
  ...rest
}: ProtocolDocument): Block[] {
  const { order, texts, asOf, warnings } = rest;
  const place = event && [event.venue, event.location].filter(Boolean).join(', ');
  const rows = [
    { label: 'Veranstaltung', value: event?.title ?? 'nicht gelesen' },
    ...(event?.production && event.production !== event.title
      ? [{ label: 'Produktion', value: event.production }]
      : []),
    ...(event ? [{ label: 'Beginn', value: dayAndTime(event.startsAt) }] : []),
    ...(place ? [{ label: 'Spielstätte', value: place }] : []),
    { label: 'Haus', value: `${house.name} (${house.key})` },
    ...(event ? [{ label: 'Veranstalter', value: event.organiser }] : []),
    { label: 'VA-Nummer', value: eventNumber },
    { label: 'Zusatz', value: order.usedMarker ?? order.wantedMarker },
    { label: 'Beauftragt', value: `${exactTime(order.orderedAt)} von ${order.orderedBy}` },
    { label: outcome.endedAt ? 'Beendet' : 'Stand', value: exactTime(outcome.endedAt ?? asOf) },
    ...(onSaleWithMarkerMs === null
      ? []
      : [
          {
            label: 'Mit Zusatz noch im Verkauf',
            value: `${duration(onSaleWithMarkerMs)} (vom Speichern des Zusatzes bis zum Speichern des Storno)`,
          },
        ]),
  ];
  return [
    { kind: 'facts', caption: 'Auf einen Blick', rows },
    ...warnings.map(({ text }): Block => ({
      kind: 'paragraph',
      text: `Hinweis der Prüfung: ${text}`,
      tone: 'quiet',
    })),
    ...(texts.length > 0 && event
      ? [{ kind: 'paragraph', text: 'Alle Zeiten in Wiener Ortszeit.', tone: 'quiet' } as const]
      : []),
  ];
}

function toDoBlocks({ toDo, outcome }: ProtocolDocument): Block[] {
  if (toDo.length === 0) return [];
  const isOver = outcome.state === 'completed' || outcome.pointOfNoReturnPassed;
  return [
    heading('Von Hand noch zu tun'),
    ...(isOver
      ? [
          {
            kind: 'paragraph',
            text: 'Ö-Ticket schreibt nur an Personen, die bei Ö-Ticket gekauft haben. Alles andere macht das Haus selbst.',
          } as const,
        ]
      : []),
    { kind: 'list', items: toDo, hasBoxes: true },
  ];
}

function stepBlocks({ steps, outcome }: ProtocolDocument): Block[] {
  return [
    heading('Der Ablauf'),
    {
      kind: 'table',
      caption: 'Jeder Schritt des Verfahrens und was aus ihm geworden ist',
      columns: [
        { title: 'Schritt', weight: 34 },
        { title: 'Stand', weight: 17 },
        { title: 'Zeit', weight: 21 },
        { title: 'Näheres', weight: 36 },
      ],
      rows: steps.map(({ label, state, at, detail }) => [
        label,
        state === 'open' && outcome.state === 'open' ? 'offen' : STEP_STATES[state],
        timeOrNone(at),
        detail,
      ]),
    },
  ];
}

function textBlocks({ texts }: ProtocolDocument): Block[] {
  if (texts.length === 0) return [];
  return [
    heading('Titel und Hinweis'),
    {
      kind: 'table',
      caption: 'Die Texte vorher, wie sie werden sollten, und wie sie zuletzt in Jet gelesen wurden',
      columns: [
        { title: 'Feld', weight: 17 },
        { title: 'Vorher', weight: 28 },
        { title: 'Geplant', weight: 28 },
        { title: 'Zuletzt gelesen', weight: 28 },
      ],
      rows: texts.map(({ label, before, planned, found }) => [
        label,
        shown(before),
        planned === null && before !== null ? NONE : shown(planned),
        found ? `${shown(found.text)}\n(${exactTime(found.at)})` : 'nicht gelesen',
      ]),
    },
  ];
}

function orderBlocks({ order, caseId }: ProtocolDocument): Block[] {
  const { contact, backend } = order;
  return [
    heading('Der Auftrag'),
    {
      kind: 'facts',
      caption: 'Wer was beauftragt hat',
      rows: [
        { label: 'Beauftragt von', value: order.orderedBy },
        { label: 'Beauftragt am', value: exactTime(order.orderedAt) },
        { label: 'Hinweis für Ö-Ticket', value: order.reason },
        { label: 'Gewünschter Zusatz', value: order.wantedMarker },
        ...(contact
          ? [
              {
                label: 'Rückfragen an',
                value: [contact.name, contact.phone, contact.email].filter(Boolean).join(', '),
              },
            ]
          : []),
        { label: 'Wartezeit laut Auftrag', value: `je ${duration(order.syncIntervalMs)}` },
        ...(backend
          ? [
              {
                label: 'Arbeit in Jet',
                value: backend === 'guided' ? 'von Hand, unter Anleitung von Absage' : 'durch Absage',
              },
            ]
          : []),
        { label: 'Kennung des Falls', value: caseId, isCode: true },
      ],
    },
  ];
}

function decisionBlocks({ decisions }: ProtocolDocument): Block[] {
  if (decisions.length === 0)
    return [
      heading('Entscheidungen'),
      { kind: 'paragraph', text: 'Nach dem Auftrag hat niemand eingegriffen oder etwas entscheiden müssen.' },
    ];
  return [
    heading('Entscheidungen'),
    {
      kind: 'table',
      caption: 'Wer was entschieden oder von Hand gemacht hat, und warum',
      columns: [
        { title: 'Zeit', weight: 19 },
        { title: 'Wer', weight: 16 },
        { title: 'Was', weight: 36 },
        { title: 'Begründung', weight: 30 },
        { title: 'Zeile', weight: 8 },
      ],
      rows: decisions.map(({ at, actor, label, stepLabel, reason, question, answer, line }) => [
        exactTime(at),
        actor,
        [
          answer === null ? label : `Entschieden: ${answer}`,
          label.startsWith(stepLabel) ? '' : `Schritt: ${stepLabel}`,
          question === null ? '' : `Frage: ${question}`,
        ]
          .filter(Boolean)
          .join('\n'),
        reason ?? NONE,
        String(line),
      ]),
    },
  ];
}

function waitBlocks({ waits, onSaleWithMarkerMs }: ProtocolDocument): Block[] {
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
            text: `Mit gespeichertem Zusatz war die Veranstaltung noch ${duration(onSaleWithMarkerMs)} im Verkauf.`,
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

function journalBlocks({ journal }: ProtocolDocument): Block[] {
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

/** Somebody has done or decided this; everything else Absage did for whoever has ordered it. */
function isOwnDoing({ kind, operation, outcome }: JournalEntry): boolean {
  return outcome === 'by-hand' || (kind === 'decision' && operation !== 'adopt-storno');
}

function journalRow(entry: JournalEntry): string[] {
  const { seq, at, actor, kind, operation, step, outcome } = entry;
  return [
    String(seq),
    [
      `${KIND_LABELS[kind] ?? kind}: ${operationLabel(operation)}`,
      exactTime(at),
      `${isOwnDoing(entry) ? 'von' : 'im Auftrag von'} ${actor}`,
      ...(operationLabel(operation) === STEP_LABELS[step] ? [] : [`Schritt: ${STEP_LABELS[step] ?? step}`]),
      ...(outcome === null ? [] : [`Ergebnis: ${outcome}`]),
    ].join('\n'),
    [
      `at: ${at}`,
      `effectKey: ${entry.effectKey}`,
      `before: ${canonicalize(entry.before) ?? 'null'}`,
      `after: ${canonicalize(entry.after) ?? 'null'}`,
      `previousHash: ${entry.previousHash}`,
      `hash: ${entry.hash}`,
    ].join('\n'),
  ];
}
