import type { Action } from '../../src/domain/vocabulary';
import type { StepName } from '../../src/domain/vocabulary';
import type { Choice } from '../../src/domain/vocabulary';
import type { FailureCode } from '../../src/domain/failures';
import { aHouse } from '../support/examples';
import { MARKED, TITLE, type TimeSkippingStage } from '../support/time-skipping-stage';

/** How a case gets into a row of the failure table, and out of it again. */
export interface Situation {
  what: string;
  step: StepName;
  actions: Action[];
  choices?: Choice[];
  when: 'at first' | 'in the first wait';
  /** Causes the failure, and returns what takes the cause away again. */
  disturb(stage: TimeSkippingStage): Heal | Promise<Heal>;
  /** Whether the case then continues by itself, or only after an operator's action. */
  goesOn: 'by itself' | 'when told';
  /** No mail can be sent, because mails depend on what has failed. */
  isSilent?: boolean;
}

type Heal = () => unknown;

const MARKING: Action[] = ['abort', 'retry', 'confirm-step'];
const LOOKING: Action[] = ['retry', 'confirm-step', 'close-by-hand'];
const WAIVABLE: Action[] = ['retry', 'confirm-step', 'waive-step', 'close-by-hand'];

/** The rows with a test of their own. */
type Apart =
  'person-step' | 'step-timed-out' | 'interval-too-short' | 'result-not-ours' | 'check-waits' | 'writes-off';

export const SITUATIONS: Record<Exclude<FailureCode, Apart>, Situation> = {
  'jet-unavailable': {
    what: 'Jet does not answer',
    step: 'mark-titles',
    actions: MARKING,
    when: 'at first',
    disturb: ({ jet }) => jet.fail('save-announcement', 'jet-unavailable'),
    goesOn: 'by itself',
  },
  'jet-reply-invalid': {
    what: 'Jet says that the event was saved in the future',
    step: 'set-storno',
    actions: MARKING,
    when: 'in the first wait',
    disturb: ({ jet }) => {
      const { savedAt } = jet.event!;
      jet.event = { ...jet.event!, savedAt: '2199-01-01T00:00:00.000Z' };
      return () => (jet.event = { ...jet.event!, savedAt });
    },
    goesOn: 'by itself',
  },
  'jet-version-conflict': {
    what: 'somebody saves the event before each of our saves',
    step: 'mark-titles',
    actions: MARKING,
    when: 'at first',
    disturb: ({ jet }) => {
      jet.before['save-announcement'] = () => jet.edit({});
      return () => jet.heal('save-announcement');
    },
    goesOn: 'by itself',
  },
  'jet-stale-read': {
    what: 'Jet shows the event as it was before our save',
    step: 'set-storno',
    actions: MARKING,
    when: 'in the first wait',
    disturb: ({ jet }) => {
      const { version } = jet.event!;
      jet.event = { ...jet.event!, version: '1' };
      return () => (jet.event = { ...jet.event!, version });
    },
    goesOn: 'by itself',
  },
  'jet-access-denied': {
    what: 'Jet refuses our log-in',
    step: 'mark-titles',
    actions: MARKING,
    when: 'at first',
    disturb: ({ jet }) => jet.fail('save-announcement', 'jet-access-denied'),
    goesOn: 'when told',
  },
  'jet-rejected-value': {
    what: 'Jet stores a shorter title than it was given',
    step: 'mark-titles',
    actions: MARKING,
    when: 'at first',
    disturb: ({ jet }) => {
      jet.store = (texts) => ({ ...texts, title: texts.title.slice(0, -2) });
      return () => jet.edit({ title: MARKED });
    },
    goesOn: 'when told',
  },
  'jet-rejected-request': {
    what: 'Jet cannot make sense of a request',
    step: 'grant-right',
    actions: WAIVABLE,
    when: 'at first',
    disturb: ({ jet }) => jet.fail('grant-right', 'jet-rejected-request'),
    goesOn: 'when told',
  },
  'event-changed': {
    what: 'a colleague has changed the title since the check',
    step: 'mark-titles',
    actions: ['abort', 'retry', 'decide'],
    choices: ['keep-theirs'],
    when: 'at first',
    disturb: ({ jet }) => {
      jet.after['read-channel'] = async () => {
        jet.heal('read-channel');
        await jet.edit({ title: 'Der Besuch' });
      };
      return () => jet.edit({ title: TITLE });
    },
    goesOn: 'when told',
  },
  'event-deleted': {
    what: 'somebody deletes the event',
    step: 'set-storno',
    actions: ['abort', 'retry'],
    when: 'in the first wait',
    disturb: ({ jet }) => {
      const { event } = jet;
      jet.event = null;
      return () => (jet.event = event);
    },
    goesOn: 'when told',
  },
  'marker-removed': {
    what: 'a colleague takes the marker off',
    step: 'set-storno',
    actions: ['abort', 'retry', 'decide'],
    choices: ['mark-again'],
    when: 'in the first wait',
    disturb: async ({ jet }) => {
      await jet.edit({ title: TITLE });
      return () => jet.edit({ title: MARKED });
    },
    goesOn: 'when told',
  },
  'status-not-cancellable': {
    what: 'a colleague sets Bereitstellung',
    step: 'set-storno',
    actions: ['abort', 'retry'],
    when: 'in the first wait',
    disturb: async ({ jet }) => {
      await jet.edit({ status: 'PROVISIONED', statusText: 'Bereitstellung' });
      return () => jet.edit({ status: 'ON_SALE', statusText: 'Verkaufsfreigabe' });
    },
    goesOn: 'when told',
  },
  'status-changed-after-storno': {
    what: 'a colleague sets Abschluss after the Storno has been seen',
    step: 'grant-right',
    actions: ['retry', 'close-by-hand'],
    when: 'in the first wait',
    disturb: ({ jet }) => {
      jet.after['read-channel'] = async () => {
        jet.heal('read-channel');
        await jet.edit({ status: 'CLOSED', statusText: 'Abschluss' });
      };
      return () => jet.edit({ status: 'CANCELLED', statusText: 'Storno' });
    },
    goesOn: 'by itself',
  },
  'saved-again-and-again': {
    what: 'a program saves the event all the time',
    step: 'set-storno',
    actions: ['abort', 'retry', 'skip-wait'],
    when: 'in the first wait',
    disturb: ({ jet }) => {
      jet.before['read-event'] = () => jet.edit({});
      return () => jet.heal('read-event');
    },
    goesOn: 'by itself',
  },
  'channel-not-showing-storno': {
    what: 'Connect Online does not show the Storno',
    step: 'verify-channel',
    actions: LOOKING,
    when: 'at first',
    disturb: ({ jet }) => {
      jet.transferAfterMs = Number.MAX_SAFE_INTEGER;
      return () => (jet.transferAfterMs = 0);
    },
    goesOn: 'by itself',
  },
  'channel-unavailable': {
    what: 'Connect Online cannot be reached',
    step: 'verify-channel',
    actions: LOOKING,
    when: 'in the first wait',
    disturb: ({ jet }) => jet.fail('read-channel', 'jet-unavailable'),
    goesOn: 'by itself',
  },
  'right-not-granted': {
    what: 'Jet no longer knows the Connect Online Kassierer',
    step: 'grant-right',
    actions: WAIVABLE,
    when: 'at first',
    disturb: ({ jet }) => jet.fail('grant-right', 'right-not-granted'),
    goesOn: 'when told',
  },
  'mail-server-unavailable': {
    what: 'the mail server takes nothing for Ö-Ticket',
    step: 'notify-partner',
    actions: WAIVABLE,
    when: 'at first',
    disturb: ({ mail }) => {
      mail.answers.push(...Array<'not-sent'>(20).fill('not-sent'));
      return () => mail.answers.splice(0);
    },
    goesOn: 'by itself',
  },
  'mail-refused': {
    what: 'the mail server refuses the mail to Ö-Ticket',
    step: 'notify-partner',
    actions: WAIVABLE,
    when: 'at first',
    disturb: ({ mail }) => {
      mail.answers.push('refused');
      return () => undefined;
    },
    goesOn: 'when told',
  },
  'mail-in-doubt': {
    what: 'the mail server is lost after its 354',
    step: 'notify-partner',
    actions: ['confirm-step', 'waive-step', 'decide', 'close-by-hand'],
    choices: ['treat-as-sent', 'send-again'],
    when: 'at first',
    disturb: ({ mail }) => {
      mail.answers.push('in-doubt');
      return () => undefined;
    },
    goesOn: 'when told',
  },
  'journal-unavailable': {
    what: 'the journal cannot be written',
    step: 'set-storno',
    actions: ['abort', 'retry'],
    when: 'in the first wait',
    disturb: (stage) => {
      stage.journalFailure = 'journal-unavailable';
      return () => (stage.journalFailure = null);
    },
    goesOn: 'by itself',
    isSilent: true,
  },
  'journal-behind': {
    what: 'a copy of the journal from before the case was put back',
    step: 'set-storno',
    actions: ['retry'],
    when: 'in the first wait',
    disturb: async (stage) => {
      const { journalPath } = stage;
      await stage.openJournal();
      return () => stage.openJournal(journalPath);
    },
    goesOn: 'when told',
  },
  'house-not-configured': {
    what: 'the house is no longer in the settings',
    step: 'grant-right',
    actions: ['retry', 'waive-step', 'close-by-hand'],
    when: 'in the first wait',
    disturb: ({ houses }) => {
      houses.delete('FSP');
      return () => houses.set('FSP', aHouse());
    },
    goesOn: 'when told',
    isSilent: true,
  },
  internal: {
    what: 'something fails that nobody has thought of',
    step: 'mark-titles',
    actions: MARKING,
    when: 'at first',
    disturb: ({ jet }) => jet.fail('save-announcement', new TypeError('undefined is not a function')),
    goesOn: 'by itself',
  },
};
