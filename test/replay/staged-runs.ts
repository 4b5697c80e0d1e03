import type { ConfirmableStep } from '../../src/domain/vocabulary';
import type { StepName } from '../../src/domain/vocabulary';
import type { WireEvent } from '../../src/jet/contract';
import type { FaultRequest } from '../../src/simulator/faults';
import { REASON, type StagedCase } from '../e2e/staged-case';

/** The course of one run of the corpus. */
export interface StagedRun {
  /** Temporal's word for the end of its newest run. */
  ends: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  /** Differences from the usual event. */
  event?: Partial<WireEvent>;
  faults?: FaultRequest[];
  /** The house wants a second person to approve it. */
  isApprovalNeeded?: true;
  /** The house has no gateway. */
  isGuided?: boolean;
  /** The mail server hangs up after the text of its first mail. */
  losesMail?: boolean;
  course?: Course;
  /** After its course, its worker is killed. */
  isKilled?: true;
}

/** `record` keeps the history of this run so far, or of an earlier run, under another name. */
type Course = (run: StagedCase, record: (name: string, runId?: string) => Promise<void>) => Promise<unknown>;

export const TITLE = 'Der Bauer als Millionär';
const MARKED = `${TITLE} – ENTFÄLLT`;

/** How often a run is looked at for each save by a program that never stops saving. */
const SAVE_EACH = 10;

const inFirstWait = (run: StagedCase) => run.untilAt('wait-for-title-transfer');
const inSecondWait = (run: StagedCase) => run.untilAt('wait-for-storno-transfer');

/** Every way a run can go, by the name of its recording. */
export const STAGED_RUNS: Readonly<Record<string, StagedRun>> = {
  completed: {
    ends: 'COMPLETED',
    course: async (run, record) => {
      await inFirstWait(run);
      await record('open-in-first-wait');
      await inSecondWait(run);
      await record('open-in-second-wait');
    },
  },
  // As `completed` and `aborted-by-update` go since the house gets a mail at the order.
  'completed-with-order-mail': { ends: 'COMPLETED' },
  'aborted-with-order-mail': {
    ends: 'CANCELLED',
    course: (run) => inFirstWait(run).then(() => run.act('abort')),
  },
  approved: {
    ends: 'COMPLETED',
    isApprovalNeeded: true,
    course: async (run, record) => {
      const { approval } = await run.untilAt('awaiting-approval');
      await record('open-awaiting-approval');
      await run.decideAsLead('approve', { planHash: approval?.planHash });
    },
  },
  'approved-after-a-change': {
    ends: 'COMPLETED',
    isApprovalNeeded: true,
    course: async (run) => {
      const { approval } = await run.untilAt('awaiting-approval');
      await run.edit({ externalMemo: 'Einlass ab 18.00 Uhr.' });
      await run.decideAsLead('approve', { planHash: approval?.planHash });
      const again = await run.until(
        (view) => view.state === 'awaiting-approval' && view.approval?.planHash !== approval?.planHash,
      );
      await run.decideAsLead('approve', { planHash: again.approval?.planHash });
    },
  },
  'not-approved': {
    ends: 'FAILED',
    isApprovalNeeded: true,
    course: (run) => run.untilAt('awaiting-approval').then(() => run.decideAsLead('reject')),
  },
  'approval-expired': { ends: 'FAILED', isApprovalNeeded: true },
  'begun-without-approval': {
    ends: 'COMPLETED',
    isApprovalNeeded: true,
    course: (run) => run.untilAt('awaiting-approval').then(() => run.act('override')),
  },
  'aborted-while-awaiting-approval': {
    ends: 'CANCELLED',
    isApprovalNeeded: true,
    course: (run) => run.untilAt('awaiting-approval').then(() => run.act('abort')),
  },
  'marked-at-start': { ends: 'COMPLETED', event: { title: MARKED, externalMemo: REASON } },
  'storno-at-start': { ends: 'COMPLETED', event: { title: MARKED, status: 'Storno' } },
  refused: { ends: 'FAILED', event: { status: 'Abschluss' } },

  'aborted-by-update': {
    ends: 'CANCELLED',
    course: (run) => inFirstWait(run).then(() => run.act('abort')),
  },
  'aborted-by-workflow-cancel': {
    ends: 'CANCELLED',
    course: (run) => inFirstWait(run).then(() => run.requestWorkflowCancel()),
  },
  'aborted-in-attention': {
    ends: 'CANCELLED',
    course: async (run) => {
      await inFirstWait(run);
      await run.edit({ title: TITLE });
      await run.untilAsked('marker-removed');
      await run.act('abort');
    },
  },
  'aborted-by-decision': {
    ends: 'CANCELLED',
    course: async (run, record) => {
      await inFirstWait(run);
      await run.edit({ title: 'Der Verschwender' });
      await run.act('abort');
      const { id: attentionId } = await run.untilAsked('event-changed');
      await record('open-in-abort');
      await run.act('decide', { attentionId, choice: 'keep-theirs' });
    },
  },
  'workflow-cancel-after-storno': {
    ends: 'COMPLETED',
    course: (run) => inSecondWait(run).then(() => run.requestWorkflowCancel()),
  },

  'saved-again-in-wait': {
    ends: 'COMPLETED',
    course: async (run) => {
      const { waitSavedAt } = await inFirstWait(run);
      // The wait that begins anew is as much longer as this is late: long enough to be seen.
      await run.until(() => Date.now() > Date.parse(waitSavedAt ?? '') + 2_000);
      await run.edit({ title: `${TITLE}! – ENTFÄLLT` });
      await run.until(({ waitSavedAt: later, state }) => state === 'waiting' && later !== waitSavedAt);
      if ((await run.view()).pointOfNoReturnPassed) throw new Error('it was saved too late');
    },
  },
  'storno-by-colleague': {
    ends: 'COMPLETED',
    course: async (run) => {
      await inFirstWait(run);
      await run.edit({ status: 'Storno' });
      await run.untilClosed();
      if ((await run.writes()).length > 2) throw new Error('the colleague was too late');
    },
  },
  'marker-removed-then-marked-again': {
    ends: 'COMPLETED',
    course: async (run, record) => {
      await inFirstWait(run);
      await run.edit({ title: TITLE });
      const { id: attentionId } = await run.untilAsked('marker-removed');
      await record('open-in-attention');
      await run.act('decide', { attentionId, choice: 'mark-again' });
    },
  },
  'marker-removed-then-retried': {
    ends: 'COMPLETED',
    course: async (run) => {
      await inFirstWait(run);
      await run.edit({ title: TITLE });
      await run.untilAsked('marker-removed');
      await run.edit({ title: MARKED });
      await run.act('retry');
    },
  },
  'waits-skipped': {
    ends: 'COMPLETED',
    course: async (run) => {
      await skipWait(run, 'wait-for-title-transfer');
      await skipWait(run, 'wait-for-storno-transfer');
    },
  },

  'jet-down': {
    ends: 'COMPLETED',
    faults: [{ operation: 'save-announcement', kind: 'maintenance', count: 19 }],
    course: (run) => run.untilAsked('jet-unavailable'),
  },
  'aborted-while-jet-down': {
    ends: 'CANCELLED',
    faults: [{ operation: 'save-announcement', kind: 'maintenance', count: 24 }],
    course: (run) => run.untilAsked('jet-unavailable').then(() => run.act('abort')),
  },
  'retried-while-polling': {
    ends: 'COMPLETED',
    faults: [{ operation: 'read-channel', kind: 'stale-read', count: 10 }],
    course: (run) => run.untilAt('verify-channel').then(() => run.act('retry')),
  },
  'channel-late': {
    ends: 'COMPLETED',
    faults: [{ operation: 'read-channel', kind: 'stale-read', count: 34 }],
    course: async (run, record) => {
      await run.untilAsked('channel-not-showing-storno');
      await record('open-in-slow-attention');
    },
  },
  'right-by-hand': {
    ends: 'COMPLETED',
    faults: [{ operation: 'grant-right', kind: 'maintenance' }],
    course: async (run) => {
      await run.untilAsked('jet-unavailable');
      const readBack = { validFrom: '2020-01-01', validUntil: '2099-12-31' };
      await run.act('confirm-step', { step: 'grant-right', readBack });
    },
  },
  'right-waived': {
    ends: 'COMPLETED',
    faults: [{ operation: 'grant-right', kind: 'maintenance' }],
    course: async (run) => {
      await run.untilAsked('jet-unavailable');
      await run.act('waive-step', { step: 'grant-right' });
    },
  },
  'mail-in-doubt-then-treated-as-sent': {
    ends: 'COMPLETED',
    losesMail: true,
    course: async (run, record) => {
      const { id: attentionId } = await run.untilAsked('mail-in-doubt');
      await record('open-in-mail-doubt');
      await run.act('decide', { attentionId, choice: 'treat-as-sent' });
    },
  },
  'mail-in-doubt-then-sent-again': {
    ends: 'COMPLETED',
    losesMail: true,
    course: async (run) => {
      const { id: attentionId } = await run.untilAsked('mail-in-doubt');
      await run.act('decide', { attentionId, choice: 'send-again' });
    },
  },
  'closed-by-hand': {
    ends: 'FAILED',
    faults: [{ operation: 'set-storno', kind: 'reset' }],
    course: closeByHand,
  },
  'reset-when-closed-by-hand': {
    ends: 'FAILED',
    faults: [{ operation: 'set-storno', kind: 'reset' }],
    course: async (run) => {
      await closeByHand(run);
      await run.untilClosed();
      await run.reset();
    },
  },

  'told-in-second-wait': {
    ends: 'COMPLETED',
    course: async (run, record) => {
      await inSecondWait(run);
      await run.edit({ status: 'Bereitstellung' });
      await run.untilAsked('status-changed-after-storno');
      await record('open-in-told-second-wait');
      await run.edit({ status: 'Storno' });
      await inSecondWait(run);
    },
  },
  'status-changed-then-storno-again': {
    ends: 'COMPLETED',
    course: async (run, record) => {
      await inSecondWait(run);
      await run.edit({ status: 'Abschluss' });
      await run.untilAsked('status-changed-after-storno');
      await record('open-in-changed-status');
      await run.edit({ status: 'Storno' });
    },
  },
  'saved-again-and-again': {
    ends: 'COMPLETED',
    course: async (run, record) => {
      await inFirstWait(run);
      await run.until(({ attention }, nth) => {
        if (nth % SAVE_EACH === 0) void run.edit({ production: `Fassung ${nth}` });
        return attention?.code === 'saved-again-and-again';
      });
      await record('open-in-put-off-wait');
    },
  },
  'skipped-while-put-off': {
    ends: 'COMPLETED',
    course: async (run) => {
      await inFirstWait(run);
      await run.until(({ attention }, nth) => {
        if (nth % SAVE_EACH === 0) void run.edit({ production: `Fassung ${nth}` });
        return attention?.code === 'saved-again-and-again';
      });
      await run.edit({ production: 'Letzte Fassung' });
      const { savedAt } = await run.saved();
      const step = 'wait-for-title-transfer';
      await run.act('skip-wait', { step, savedAt, titlesVisibleAtPartner: true });
    },
  },
  // As `changed-while-mail-in-doubt` went before there was a watch on the status: the end found it.
  'told-while-mail-in-doubt': {
    ends: 'COMPLETED',
    losesMail: true,
    course: async (run, record) => {
      await run.untilAsked('mail-in-doubt');
      await run.edit({ status: 'Abschluss' });
      await run.untilAsked('status-changed-after-storno');
      await record('open-in-told-mail-doubt');
      await run.edit({ status: 'Storno' });
      const { id: attentionId } = await run.untilAsked('mail-in-doubt');
      await run.act('decide', { attentionId, choice: 'treat-as-sent' });
    },
  },
  'mail-after-a-look': {
    ends: 'COMPLETED',
    faults: [{ operation: 'grant-right', kind: 'maintenance' }],
    course: async (run) => {
      await run.untilAsked('jet-unavailable');
      await run.act('waive-step', { step: 'grant-right' });
    },
  },
  'mail-after-a-look-by-hand': {
    ends: 'COMPLETED',
    faults: [{ operation: 'grant-right', kind: 'maintenance' }],
    course: async (run, record) => {
      await run.untilAsked('jet-unavailable');
      await run.arm({ operation: 'read-event', kind: 'maintenance', count: 500 });
      await run.act('waive-step', { step: 'grant-right' });
      await run.until(
        ({ step, attention }) => step === 'notify-partner' && attention?.code === 'jet-unavailable',
      );
      await record('open-before-a-look-by-hand');
      const readBack = { status: 'Storno', title: MARKED };
      await run.act('confirm-step', { step: 'set-storno', readBack });
    },
  },
  guided: {
    ends: 'COMPLETED',
    isGuided: true,
    course: async (run, record) => {
      await confirm(run, 'mark-titles');
      await run.untilAsked('person-step', 'set-storno');
      await record('open-in-guided-step');
      for (const step of ['set-storno', 'verify-channel', 'grant-right'] as const) await confirm(run, step);
    },
  },
  'guided-aborted': {
    ends: 'CANCELLED',
    isGuided: true,
    course: async (run) => {
      await confirm(run, 'mark-titles');
      await inFirstWait(run);
      await run.act('abort');
      await confirm(run, 'mark-titles');
    },
  },

  'worker-killed-in-save': {
    ends: 'COMPLETED',
    faults: [{ operation: 'save-announcement', kind: 'commit-then-hang', nth: 1 }],
    course: (run) => run.untilJetAnswers('commit-then-hang'),
    isKilled: true,
  },
  'worker-killed-before-storno': {
    ends: 'COMPLETED',
    faults: [{ operation: 'set-storno', kind: 'hang', nth: 1 }],
    course: (run) => run.untilJetAnswers('hang'),
    isKilled: true,
  },
  'worker-killed-after-storno': {
    ends: 'COMPLETED',
    faults: [{ operation: 'set-storno', kind: 'commit-then-hang', nth: 1 }],
    course: (run) => run.untilJetAnswers('commit-then-hang'),
    isKilled: true,
  },
  'reset-after-storno': {
    ends: 'COMPLETED',
    course: async (run, record) => {
      const { runId } = await inSecondWait(run);
      await run.reset();
      await record('terminated-by-reset', runId ?? undefined);
    },
  },
  'reset-when-completed': {
    ends: 'COMPLETED',
    course: (run) => run.untilClosed().then(() => run.reset()),
  },
  'resumed-before-storno': {
    ends: 'COMPLETED',
    course: async (run, record) => {
      await inFirstWait(run);
      await record('terminated-before-storno', await run.terminate());
      await run.act('resume');
    },
  },
  'resumed-after-storno': {
    ends: 'COMPLETED',
    course: async (run, record) => {
      await inSecondWait(run);
      await record('terminated-after-storno', await run.terminate());
      await run.act('resume');
    },
  },
};

async function closeByHand(run: StagedCase): Promise<void> {
  await run.untilJetAnswers('reset');
  await run.edit({ status: 'Abschluss' });
  await run.untilAsked('status-not-cancellable');
  await run.act('close-by-hand');
}

async function skipWait(run: StagedCase, step: StepName): Promise<void> {
  const { waitSavedAt: savedAt } = await run.untilAt(step);
  const titlesVisibleAtPartner = step === 'wait-for-title-transfer' || undefined;
  await run.act('skip-wait', { step, savedAt, titlesVisibleAtPartner });
}

/** Confirms a guided task exactly as it was asked. */
async function confirm(run: StagedCase, step: ConfirmableStep): Promise<void> {
  const { task } = await run.untilAsked('person-step', step);
  const shown = new Map(task?.fields.map(({ label, value }) => [label, value]));
  const title = shown.get('Titel') ?? (await run.view()).event?.title.after;
  const day = (label: string) => shown.get(label)?.split('.').reverse().join('-');
  const readBacks = {
    'mark-titles': {
      title,
      customerTitle: shown.get('Titel (Kundensicht)') || null,
      externalMemo: shown.get('Externer Memotext') || null,
    },
    'set-storno': { status: 'Storno', title },
    'verify-channel': { status: 'Storno' },
    'grant-right': { validFrom: day('Gültig von'), validUntil: day('Gültig bis') },
    'notify-partner': { sentAt: new Date().toISOString() },
  };
  await run.act('confirm-step', { step, readBack: readBacks[step] });
}
