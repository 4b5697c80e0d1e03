import { dayAndTime, exactTime } from '../domain/clock';
import { contactText, erasedText } from '../domain/contact';
import type { ShownTask } from '../domain/house-tasks';
import { heading, NONE, shown, tickedTable, timeOrNone, type Block } from './block';
import type { ProtocolDocument, ProtocolOrder } from './document';
import { duration } from './times';
import { STEP_STATES } from './wording';

/** For the head of the house: what the case was about, how it ended, and who decided what. */
export function caseBlocks(document: ProtocolDocument): Block[] {
  return [
    ...summaryBlocks(document),
    ...stepBlocks(document),
    ...toDoBlocks(document),
    ...textBlocks(document),
    ...orderBlocks(document),
    ...decisionBlocks(document),
    ...outsideBlocks(document),
  ];
}

function summaryBlocks({ event, house, eventNumber, outcome, ...rest }: ProtocolDocument): Block[] {
  const { order, texts, asOf, warnings, series, performanceNow: now = null } = rest;
  const rows = [
    { label: 'Veranstaltung', value: event ? both(event.title, now?.title) : 'nicht gelesen' },
    ...(event?.production && event.production !== event.title
      ? [{ label: 'Produktion', value: event.production }]
      : []),
    ...(event ? [{ label: 'Beginn', value: both(event.startsAt, now?.startsAt, dayAndTime) }] : []),
    ...(event && placeOf(event)
      ? [{ label: 'Spielstätte', value: both(placeOf(event), now && placeOf(now)) }]
      : []),
    { label: 'Haus', value: `${house.name} (${house.key})` },
    ...(event ? [{ label: 'Veranstalter', value: both(event.organiser, now?.organiser) }] : []),
    { label: 'VA-Nummer', value: eventNumber },
    ...(series ? [{ label: 'Serie', value: series.id, isCode: true }] : []),
    { label: 'Zusatz', value: order.usedMarker ?? order.wantedMarker },
    { label: 'Beauftragt', value: `${exactTime(order.orderedAt)} von ${order.orderedBy}` },
    { label: outcome.endedAt ? 'Beendet' : 'Stand', value: exactTime(outcome.endedAt ?? asOf) },
    ...onSaleRows(rest),
  ];
  return [
    { kind: 'facts', caption: 'Auf einen Blick', rows },
    ...(now?.texts ?? []).map((text): Block => ({ kind: 'paragraph', text, tone: 'warning' })),
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

function placeOf({ venue, location }: { venue: string; location: string }): string {
  return [venue, location].filter(Boolean).join(', ');
}

/** A value as it was read last, and as the check found it, where that is another one. */
function both(before: string, now: string | null = before, show = (value: string) => value): string {
  const [earlier, later] = [show(before), show(now ?? before)];
  return earlier === later ? later : `${later} (bei der Prüfung: ${earlier})`;
}

/** How long the marked performance was on sale; where the marker was taken off meanwhile, what is known of that. */
function onSaleRows({
  onSaleWithMarkerMs,
  markedBefore,
  markerGaps = [],
  statusLosses = [],
}: OnSaleFacts): { label: string; value: string }[] {
  const losses = statusLosses.map(({ text }) => ({ label: 'Nach dem Storno geändert', value: text }));
  if (onSaleWithMarkerMs === null) return losses;
  const least = isLeast({ markedBefore, markerGaps, statusLosses }) ? 'mindestens ' : '';
  return [
    {
      label: 'Mit Zusatz noch im Verkauf',
      value: `${least}${duration(onSaleWithMarkerMs)} (vom Speichern des Zusatzes bis zum Speichern des Storno)`,
    },
    ...(markedBefore
      ? [
          {
            label: 'Zusatz schon vorher',
            value: 'Der Titel trug ihn schon bei der Prüfung; seit wann, steht nicht im Logbuch.',
          },
        ]
      : []),
    ...markerGaps.map(({ from, until }) => ({
      label: 'Zusatz inzwischen entfernt',
      value: `irgendwann zwischen ${exactTime(from)} und ${exactTime(until)}; seit wann, steht nicht im Logbuch. So lange war die Veranstaltung ohne Zusatz im Verkauf.`,
    })),
    ...losses,
  ];
}

type OnSaleFacts = Pick<
  ProtocolDocument,
  'onSaleWithMarkerMs' | 'markedBefore' | 'markerGaps' | 'statusLosses'
>;

/** Whether it can have been on sale with its marker for longer than is certain. */
export function isLeast({
  markedBefore,
  markerGaps = [],
  statusLosses = [],
}: Omit<OnSaleFacts, 'onSaleWithMarkerMs'>): boolean {
  return markedBefore === true || markerGaps.length > 0 || statusLosses.some(({ isOnSale }) => isOnSale);
}

function toDoBlocks({ toDo, tasks = [], outcome }: ProtocolDocument): Block[] {
  return [...openBlocks(toDo, outcome), ...doneBlocks(tasks)];
}

/** What Ö-Ticket has answered stands here, too: as the note of its entry. */
function doneBlocks(tasks: readonly ShownTask[]): Block[] {
  const rows = tasks.flatMap(({ text, done }) =>
    done ? [[text, exactTime(done.at), done.by, done.note ?? NONE]] : [],
  );
  if (rows.length === 0) return [];
  return [heading('Vom Haus erledigt'), tickedTable('Was im Haus abgehakt wurde, von wem und wann', rows)];
}

function openBlocks(toDo: readonly string[], outcome: ProtocolDocument['outcome']): Block[] {
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
    { kind: 'list', items: [...toDo], hasBoxes: true },
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

function orderBlocks({ order, caseId, contact: state }: ProtocolDocument): Block[] {
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
        ...(contact || state ? [{ label: 'Rückfragen an', value: contactValue(order, state) }] : []),
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

function contactValue({ contact }: ProtocolOrder, state: ProtocolDocument['contact']): string {
  if (state && 'erasedAt' in state) return erasedText(state.erasedAt);
  if (state && 'lost' in state)
    return 'nicht mehr lesbar: der Schlüssel fehlt, und keine Löschung ist vermerkt';
  return contactText(contact ?? undefined);
}

/** Nobody acted at all only where no look has shown what others did in Jet. */
function decisionBlocks({ decisions, outsideActs = [] }: ProtocolDocument): Block[] {
  if (decisions.length === 0) {
    const text =
      outsideActs.length === 0
        ? 'Nach dem Auftrag hat niemand eingegriffen oder etwas entscheiden müssen.'
        : 'In Absage hat nach dem Auftrag niemand etwas entscheiden müssen.';
    return [heading('Entscheidungen'), { kind: 'paragraph', text }];
  }
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

function outsideBlocks({ outsideActs = [] }: ProtocolDocument): Block[] {
  if (outsideActs.length === 0) return [];
  return [
    heading('Was andere in Jet geändert haben'),
    {
      kind: 'table',
      caption: 'Was Absage vorgefunden hat; wer es war, steht in Jet',
      columns: [
        { title: 'Gelesen', weight: 21 },
        { title: 'Was', weight: 75 },
        { title: 'Zeile', weight: 8 },
      ],
      rows: outsideActs.map(({ readAt, text, line }) => [exactTime(readAt), text, String(line)]),
    },
  ];
}
