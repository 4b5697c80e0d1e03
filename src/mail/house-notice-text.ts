import { numericDayAndTime } from '../domain/clock';
import { casePage, seriesApprovalPage, seriesPage } from '../domain/addresses';
import { endProofText } from '../domain/end-proof';
import type { House } from '../domain/types';
import { toAsciiMailbox } from '../domain/mailbox';
import { oneLine } from '../domain/text';
import { REHEARSAL_PREFIX } from '../domain/rehearsal';
import { rehearsalLine } from './mail-text';
import type { HouseNoticeFacts, OutgoingMail, SeriesHouseFacts } from './port';

const SUBJECTS: Record<HouseNoticeFacts['kind'], string> = {
  ordered: 'Absage begonnen',
  approval: 'Absage wartet auf Freigabe',
  attention: 'Absage braucht Sie',
  'all-clear': 'Absage läuft wieder',
  completed: 'Absage abgeschlossen',
  aborted: 'Absage abgebrochen',
  'closed-by-hand': 'Absage von Hand geschlossen',
  refused: 'Absage nicht begonnen',
};

const LEFT_BY_HAND = 'Das ist noch von Hand zu tun:';

/** The line above the list of actions; an all-clear lists none. */
const ACTIONS: Record<HouseNoticeFacts['kind'], string> = {
  ordered: 'Das ist jetzt zu tun, solange Absage arbeitet:',
  approval: '',
  attention: 'Das können Sie tun:',
  'all-clear': '',
  completed: LEFT_BY_HAND,
  aborted: LEFT_BY_HAND,
  'closed-by-hand': LEFT_BY_HAND,
  refused: LEFT_BY_HAND,
};

const ALL_CLEAR = 'Die Ursache hat sich von selbst erledigt, die Absage geht weiter. Sie müssen nichts tun.';

/**
 * A mail to the house's own address for alerts: what happened, what is safe, what can be done. Pure. Its link holds no
 * secret: the reader has to log in.
 */
export function composeHouseNotice(
  house: House,
  facts: HouseNoticeFacts,
  { isRehearsal, publicUrl }: { isRehearsal: boolean; publicUrl?: string },
): OutgoingMail {
  const { kind, noticeId, eventNumber, title, startsAt, venue, text } = facts;
  const from = toAsciiMailbox(house.partnerNotice.from);
  const performance = [title, numericDayAndTime(startsAt), venue].filter(Boolean).join(', ');
  const sections = [
    [oneLine(`${performance} (VA-Nr. ${eventNumber})`)],
    kind === 'all-clear' ? [ALL_CLEAR, '', `Gemeldet war: ${text}`] : [text],
    ACTIONS[kind] && facts.actions.length > 0
      ? [ACTIONS[kind], ...facts.actions.map((action) => `- ${action}`)]
      : [],
    [follow(facts, publicUrl)],
    facts.proof ? endProofText(facts.proof) : [],
  ].filter((lines) => lines.length > 0);
  if (isRehearsal) sections.unshift([rehearsalLine(facts.isSimulator)]);
  const subject = oneLine(`${SUBJECTS[kind]}: ${performance} (VA-Nr. ${eventNumber})`);
  return {
    from,
    replyTo: from,
    to: [...new Set((facts.to?.length ? facts.to : [house.alerts.to]).map(toAsciiMailbox))],
    cc: [],
    subject: `${isRehearsal ? REHEARSAL_PREFIX : ''}${subject}`,
    text: `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`,
    isAutomatic: true,
    messageId: `<${noticeId}@${from.slice(from.lastIndexOf('@') + 1)}>`,
  };
}

function follow(facts: HouseNoticeFacts, publicUrl: string | undefined): string {
  const { house, eventNumber, caseId } = facts;
  const where = publicUrl
    ? `${publicUrl}${casePage(facts)}`
    : `absage status ${house} ${eventNumber} --case ${caseId}`;
  return `Stand ansehen: ${where}`;
}

const SERIES_SUBJECTS: Record<SeriesHouseFacts['kind'], string> = {
  begun: 'Absage begonnen',
  ended: 'Absage abgeschlossen',
  interrupted: 'Absage braucht Sie',
  approval: 'Absage wartet auf Freigabe',
  overridden: 'Absage OHNE FREIGABE begonnen',
  attention: 'Absage braucht Sie',
  'all-clear': 'Absage läuft wieder',
};

/** As `composeHouseNotice`, once for all the performances of the house that were ordered together. */
export function composeSeriesHouseNotice(
  house: House,
  facts: SeriesHouseFacts,
  { isRehearsal, publicUrl }: { isRehearsal: boolean; publicUrl?: string },
): OutgoingMail {
  const { kind, noticeId, seriesId, title, isSimulator, items, to = [], isAlert = false, text } = facts;
  const from = toAsciiMailbox(house.partnerNotice.from);
  const open = items.filter(({ isCancelled }) => !isCancelled);
  const page = kind === 'approval' ? seriesApprovalPage(seriesId, house.key) : seriesPage(seriesId);
  const where = publicUrl ? `${publicUrl}${page}` : `absage series show ${seriesId}`;
  const tasks = publicUrl ? `${where}#aufgaben` : `absage series tasks ${seriesId}`;
  const count = items.length === 1 ? '1 Vorstellung' : `${items.length} Vorstellungen`;
  const sections = [
    [oneLine(`Serie „${title}“: ${count}`)],
    [text ?? SERIES_TEXTS[kind](open.length)],
    items.map(({ what, state, proof }) =>
      oneLine(UNTOLD_STATE.includes(kind) ? `- ${what}` : `- ${what}: ${state}${proof ? ` (${proof})` : ''}`),
    ),
    [`Stand ansehen: ${where}`],
    ...(kind !== 'begun' && kind !== 'ended' ? [] : [[`Aufgaben des Hauses, einmal für alle: ${tasks}`]]),
  ];
  if (isRehearsal) sections.unshift([rehearsalLine(isSimulator)]);
  const subject = oneLine(`${SERIES_SUBJECTS[kind]}: ${count}, ${title}`);
  return {
    from,
    replyTo: from,
    to: [...new Set([...(isAlert || to.length === 0 ? [house.alerts.to] : []), ...to].map(toAsciiMailbox))],
    cc: [],
    subject: `${isRehearsal ? REHEARSAL_PREFIX : ''}${subject}`,
    text: `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`,
    isAutomatic: true,
    messageId: `<${noticeId}@${from.slice(from.lastIndexOf('@') + 1)}>`,
  };
}

/** Nothing has become of the performances yet. */
const UNTOLD_STATE: readonly SeriesHouseFacts['kind'][] = ['begun', 'approval', 'overridden'];

const SERIES_TEXTS: Record<SeriesHouseFacts['kind'], (open: number) => string> = {
  begun: () =>
    'Die Absage dieser Vorstellungen hat begonnen, die nächste zuerst. Bis zum Status Storno kann jede noch abgebrochen werden. Was im Haus zu tun ist, steht am Ende der Seite der Serie, einmal für alle Vorstellungen.',
  ended: (open) =>
    open === 0
      ? 'Alle Vorstellungen sind abgesagt. Was noch von Hand zu tun ist, steht am Ende der Seite der Serie, einmal für alle Vorstellungen.'
      : `Die Serie ist zu Ende, aber nicht alles ist abgesagt: ${open === 1 ? 'bei 1 Vorstellung' : `bei ${open} Vorstellungen`} bitte nachsehen.`,
  attention: (open) =>
    `${open === 1 ? 'Eine Vorstellung braucht' : `${open} Vorstellungen brauchen`} jemanden. Was sonst begonnen hat, geht inzwischen weiter.`,
  'all-clear': () => ALL_CLEAR,
  interrupted: (open) =>
    `Der Lauf der Serie wurde in Temporal beendet. Was noch nicht begonnen hat, beginnt nicht von selbst (${open} nicht abgesagt). Bitte die Serie auf ihrer Seite fortsetzen.`,
  approval: () => 'Diese Vorstellungen warten auf eine Freigabe.',
  overridden: () => 'Diese Vorstellungen haben ohne Freigabe begonnen.',
};
