import { numericDayAndTime } from '../domain/clock';
import { casePage } from '../domain/addresses';
import { endProofText } from '../domain/end-proof';
import type { House } from '../domain/types';
import { toAsciiMailbox } from '../domain/mailbox';
import { oneLine } from '../domain/text';
import { REHEARSAL_PREFIX } from '../domain/rehearsal';
import { rehearsalLine } from './mail-text';
import type { HouseNoticeFacts, OutgoingMail } from './port';

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
