import canonicalize from 'canonicalize';
import { dayAndTime, exactTime } from '../domain/clock';
import { shownName, withShownNames } from '../domain/names';
import { saidText } from '../domain/series-approval-notice';
import {
  NO_PERFORMANCES,
  performances,
  progressSentence,
  type SeriesCounts,
} from '../domain/series-progress';
import {
  SERIES_ACTION_LABELS,
  SERIES_ITEM_LABELS,
  SERIES_NOTICE_LABELS,
  type SeriesItemState,
} from '../domain/series-vocabulary';
import { heading, NONE, tickedTable, type Block } from './block';
import type { ProtocolPages } from './protocol-pages';
import type { SeriesProtocolDocument } from './series-document';
import { rehearsalText } from './wording';

const HEADLINES: Readonly<Record<SeriesProtocolDocument['outcome']['state'], string>> = {
  completed: 'Serie zu Ende',
  aborted: 'Serie abgebrochen',
  refused: 'Serie nicht begonnen',
  open: 'Serie noch nicht zu Ende',
};

/** The pages of a series' Protokoll. The same document gives the same pages. */
export function toSeriesPages(document: SeriesProtocolDocument): ProtocolPages {
  const { title, outcome, items, houses } = document;
  const counts = countsOf(items);
  const isAll = outcome.state === 'completed' && counts.completed === items.length;
  return {
    title: `Protokoll der Serie ${title}`,
    heading: `Protokoll der Serie ${title}`,
    language: document.language,
    banner: rehearsalText(document),
    subject: `${performances(items.length)} · ${houses.map(({ key }) => key).join(', ')}`,
    headline: isAll ? 'Alle Vorstellungen abgesagt' : HEADLINES[outcome.state],
    mood: isAll ? 'good' : outcome.state === 'open' ? 'open' : 'calm',
    lead: [
      `${progressSentence(counts)}.`,
      ...(outcome.refusal ? [`${outcome.refusal} In Jet wurde nichts geschrieben.`] : []),
      ...(outcome.state === 'open'
        ? ['Die Serie läuft noch oder wurde unterbrochen: dieses Protokoll ist vorläufig.']
        : []),
    ].join(' '),
    blocks: [
      ...coverBlocks(document),
      ...itemBlocks(document),
      ...openBlocks(document),
      ...doneBlocks(document),
      ...approvalBlocks(document),
      ...decisionBlocks(document),
      ...noticeBlocks(document),
      ...proofBlocks(document),
      ...lineBlocks(document),
    ],
  };
}

const COUNTED: Readonly<Record<SeriesItemState, keyof SeriesCounts>> = {
  waiting: 'waiting',
  running: 'running',
  'needs-attention': 'needsAttention',
  completed: 'completed',
  skipped: 'skipped',
  aborted: 'aborted',
  refused: 'refused',
  'closed-by-hand': 'closedByHand',
  interrupted: 'interrupted',
};

function countsOf(items: SeriesProtocolDocument['items']): SeriesCounts {
  const counts = { ...NO_PERFORMANCES };
  for (const { state } of items) counts[COUNTED[state]] += 1;
  return counts;
}

function coverBlocks({
  title,
  houses,
  order,
  outcome,
  asOf,
  seriesId,
  excerpt,
  items,
}: SeriesProtocolDocument): Block[] {
  return [
    {
      kind: 'facts',
      caption: 'Auf einen Blick',
      rows: [
        { label: 'Serie', value: title },
        ...houses.map(({ key, name, company }) => ({ label: 'Haus', value: `${name} (${key})\n${company}` })),
        { label: 'Vorstellungen', value: String(items.length) },
        { label: 'Zusatz', value: order.marker },
        { label: 'Hinweis für Ö-Ticket', value: order.reason },
        { label: 'Beauftragt', value: `${exactTime(order.orderedAt)} von ${shownName(order.orderedBy)}` },
        { label: outcome.endedAt ? 'Beendet' : 'Stand', value: exactTime(outcome.endedAt ?? asOf) },
        { label: 'Kennung der Serie', value: seriesId, isCode: true },
      ],
    },
    ...(excerpt
      ? [
          {
            kind: 'paragraph',
            text: 'Dies ist ein Auszug: er zeigt nur die Häuser, die Sie sehen dürfen, und deshalb auch nicht die Zeilen der Serie.',
            tone: 'warning',
          } as const,
        ]
      : []),
    { kind: 'paragraph', text: 'Alle Zeiten in Wiener Ortszeit.', tone: 'quiet' },
  ];
}

function itemBlocks({ items }: SeriesProtocolDocument): Block[] {
  return [
    heading('Die Vorstellungen'),
    {
      kind: 'table',
      caption: 'Jede Vorstellung, wie ihre Absage ausging, und die letzte Zeile ihres eigenen Protokolls',
      columns: [
        { title: 'Vorstellung', weight: 36 },
        { title: 'Ausgang', weight: 24 },
        { title: 'Letzte Zeile', weight: 46, isCode: true },
      ],
      rows: items.map(
        ({ house, eventNumber, title, startsAt, state, refusal, endLine, lastLine, caseId }) => [
          `${dayAndTime(startsAt)}\n${title}\n${house} ${eventNumber}`,
          [SERIES_ITEM_LABELS[state], refusal].filter(Boolean).join('\n'),
          lastLine
            ? [
                `Fall ${caseId}`,
                ...(endLine ? [`Ende: Zeile ${endLine.seq} ${endLine.hash}`] : []),
                ...(endLine?.seq === lastLine.seq ? [] : [`zuletzt: Zeile ${lastLine.seq} ${lastLine.hash}`]),
                exactTime(lastLine.at),
              ].join('\n')
            : NONE,
        ],
      ),
    },
  ];
}

/** What came to no good end, the mails of which nobody knows, and what the houses have not ticked. */
function openBlocks({ items, notices, tasks }: SeriesProtocolDocument): Block[] {
  const open = [
    ...items
      .filter(({ state }) => state !== 'completed')
      .map(
        ({ house, eventNumber, title, startsAt, state }) =>
          `${house} ${eventNumber}, ${dayAndTime(startsAt)}, ${title}: ${SERIES_ITEM_LABELS[state]}`,
      ),
    ...notices
      .filter(({ outcome }) => outcome !== 'accepted' && outcome !== 'not-sent')
      .map(
        ({ house, number, outcome }) =>
          `E-Mail ${house}/${number} an Ö-Ticket: ${SERIES_NOTICE_LABELS[outcome]}`,
      ),
    ...tasks
      .filter(({ done }) => done === null)
      .map(({ house, text, contact, items: having, isForAll }) => {
        const left = having.filter(({ done }) => done === null);
        const where =
          isForAll && left.length === having.length
            ? ''
            : ` (VA-Nr. ${left.map(({ eventNumber }) => eventNumber).join(', ')})`;
        return `${house}: ${withShownNames(text)}${where}${contact ? ` (${contact.name}, Telefon ${contact.phone})` : ''}`;
      }),
  ];
  if (open.length === 0) return [heading('Was offen ist'), { kind: 'paragraph', text: 'Nichts.' }];
  return [heading('Was offen ist'), { kind: 'list', items: open, hasBoxes: true }];
}

function doneBlocks({ tasks }: SeriesProtocolDocument): Block[] {
  const rows = tasks.flatMap(({ house, text, done }) =>
    done
      ? [[`${house}: ${withShownNames(text)}`, exactTime(done.at), shownName(done.by), done.note ?? NONE]]
      : [],
  );
  if (rows.length === 0) return [];
  return [
    heading('Von den Häusern erledigt'),
    tickedTable('Was bei allen Vorstellungen eines Hauses abgehakt ist, zuletzt von wem und wann', rows),
  ];
}

function approvalBlocks({ approvals = [] }: SeriesProtocolDocument): Block[] {
  if (approvals.length === 0) return [];
  // A beginning without a second person must not be overlooked.
  const loud = approvals.filter(({ decision }) => decision?.kind === 'overridden');
  return [
    heading('Freigaben'),
    ...loud.map(({ house, decision }): Block => ({
      kind: 'paragraph',
      text: `${house}: ${saidText({ decision }) ?? ''}`,
      tone: 'warning',
    })),
    {
      kind: 'table',
      caption: 'Wer eine zweite Person gebraucht hat, und was sie gesagt hat',
      columns: [
        { title: 'Vorstellungen', weight: 30 },
        { title: 'Gefragt', weight: 26 },
        { title: 'Entschieden', weight: 44 },
        { title: 'Zeile', weight: 8 },
      ],
      rows: approvals.map(({ house, eventNumbers, requestedBy, requestedAt, expiresAt, decision }) => [
        `${house}: ${performances(eventNumbers.length)}\nVA-Nr. ${eventNumbers.join(', ')}`,
        `${exactTime(requestedAt)}\nvon ${shownName(requestedBy)}\nbis ${exactTime(expiresAt)}`,
        decision ? `${exactTime(decision.at)}\n${saidText({ decision }) ?? ''}` : 'noch nicht',
        decision ? String(decision.line) : NONE,
      ]),
    },
  ];
}

/** As people call what they can do with a series; what is not named here is shown as it is written. */
const OPERATIONS: Readonly<Record<string, string>> = {
  ...SERIES_ACTION_LABELS,
  'resume-series': 'Wieder aufnehmen',
  'decide-series-notice': 'Über die E-Mail an Ö-Ticket entscheiden',
  'request-series-approval': 'Um eine Freigabe bitten',
  'end-series-approval': 'Die Bitte um Freigabe beenden',
};

function decisionBlocks({ decisions }: SeriesProtocolDocument): Block[] {
  if (decisions.length === 0)
    return [
      heading('Entscheidungen'),
      { kind: 'paragraph', text: 'Nach dem Auftrag hat niemand über die Serie etwas entscheiden müssen.' },
    ];
  return [
    heading('Entscheidungen'),
    {
      kind: 'table',
      caption: 'Wer was über die Serie entschieden hat, und warum',
      columns: [
        { title: 'Zeit', weight: 19 },
        { title: 'Wer', weight: 16 },
        { title: 'Was', weight: 36 },
        { title: 'Begründung', weight: 30 },
        { title: 'Zeile', weight: 8 },
      ],
      rows: decisions.map(({ at, actor, operation, reason, about, line }) => [
        exactTime(at),
        shownName(actor),
        [OPERATIONS[operation] ?? operation, about.join(', ')].filter(Boolean).join('\n'),
        reason,
        String(line),
      ]),
    },
  ];
}

function noticeBlocks({ notices }: SeriesProtocolDocument): Block[] {
  if (notices.length === 0)
    return [
      heading('E-Mails an Ö-Ticket'),
      {
        kind: 'paragraph',
        text: 'Die Serie hat keine gesendet. Was eine Vorstellung selbst gesendet hat, steht in ihrem Protokoll.',
      },
    ];
  return [
    heading('E-Mails an Ö-Ticket'),
    ...notices.flatMap(
      ({
        house,
        number,
        messageId,
        begunAt,
        acceptedAt,
        outcome,
        to,
        subject,
        text,
        eventNumbers,
      }): Block[] => [
        {
          kind: 'facts',
          caption: `${house}/${number}: ${performances(eventNumbers.length)}`,
          rows: [
            { label: 'VA-Nummern', value: eventNumbers.join(', ') },
            {
              label: 'Ergebnis',
              value: [SERIES_NOTICE_LABELS[outcome], acceptedAt && exactTime(acceptedAt)]
                .filter(Boolean)
                .join(', '),
            },
            { label: 'Begonnen', value: exactTime(begunAt) },
            { label: 'An', value: to.join(', ') },
            { label: 'Betreff', value: subject },
            { label: 'Message-ID', value: messageId, isCode: true },
          ],
        },
        { kind: 'letter', caption: 'Der Text der Nachricht', text: text.trimEnd() },
      ],
    ),
  ];
}

function proofBlocks({ sha256, journal, proof }: SeriesProtocolDocument): Block[] {
  const last = journal?.at(-1);
  return [
    heading('Wie man dieses Protokoll prüft'),
    {
      kind: 'list',
      items: [
        'Jede Vorstellung hat ihr eigenes Protokoll mit allen Zeilen ihres Falls. Die Tabelle oben nennt, mit welcher Zeile es endet: dieselbe Prüfsumme muss dort stehen.',
        'Die Zeilen der Serie selbst sind wie die eines Falls verkettet und unterschrieben; das ganze Dokument ist unterschrieben (Ed25519).',
        'Der Befehl „absage verify DATEI“ rechnet das nach, für das PDF oder das JSON, ohne Netz.',
      ],
    },
    {
      kind: 'facts',
      caption: 'Prüfsummen (SHA-256) und Schlüssel',
      rows: [
        ...(last
          ? [{ label: 'Letzte Zeile der Serie', value: `Nr. ${last.seq} ${last.hash}`, isCode: true }]
          : []),
        {
          label: 'Schlüssel (Fingerabdruck)',
          value: proof?.signingKeys.at(-1)?.after.fingerprint ?? NONE,
          isCode: true,
        },
        { label: 'Prüfsumme des Dokuments', value: sha256, isCode: true },
      ],
    },
  ];
}

function lineBlocks({ journal }: SeriesProtocolDocument): Block[] {
  if (!journal) return [];
  return [
    heading('Das Logbuch der Serie'),
    {
      kind: 'table',
      caption: `Alle ${journal.length} Zeilen der Serie, unverändert`,
      columns: [
        { title: 'Nr.', weight: 6 },
        { title: 'Eintrag', weight: 30 },
        { title: 'Inhalt, wie er geprüft wird', weight: 74, isCode: true },
      ],
      rows: journal.map((line) => [
        String(line.seq),
        [
          OPERATIONS[line.operation] ?? line.operation,
          exactTime(line.at),
          shownName(line.actor),
          ...(line.outcome === null ? [] : [`Ergebnis: ${line.outcome}`]),
        ].join('\n'),
        [
          `effectKey: ${line.effectKey}`,
          `after: ${canonicalize(line.after) ?? 'null'}`,
          `previousHash: ${line.previousHash}`,
          `hash: ${line.hash}`,
          ...(line.signature === undefined ? [] : [`signature: ${line.signature}`]),
        ].join('\n'),
      ]),
    },
  ];
}
