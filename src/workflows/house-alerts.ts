import { CancellationScope } from '@temporalio/workflow';
import type { StepInput } from '../activities/activity';
import type { Alert, AlertResult } from '../activities/alert';
import type { Attention, CasePolicy } from '../domain/case';
import { SUMMARIES } from '../domain/wording';
import { alertActivities } from './activities';

/** What a mail to the house states beside the attention itself. */
export type AlertFrame = StepInput & Pick<Alert, 'event'> & { seriesId?: string };

interface Mail {
  attention: Attention;
  sending: CancellationScope | null;
  isTold: Promise<boolean>;
}

/**
 * The mails to the house: one for each attention, and one more when its cause went away by itself. A mail that cannot
 * be sent blocks nothing; one that is still pending when its attention ends is dropped.
 */
export class HouseAlerts {
  private call: Mail | null = null;
  private announcement: CancellationScope | null = null;
  private underWay = 0;

  constructor(
    private readonly policy: CasePolicy,
    private readonly frame: () => AlertFrame,
  ) {}

  /** No mail is on its way. */
  get isQuiet(): boolean {
    return this.underWay === 0;
  }

  /** The case has begun. Nothing waits for it but the end of the run. */
  announce(input: StepInput): void {
    const { tellOrder } = alertActivities(this.policy, SUMMARIES.tellOrder);
    const sent = this.apart((scope) => {
      this.announcement = scope;
      return tellOrder(input);
    });
    void sent.catch(() => null);
  }

  /** Somebody has to approve the case. A request that was decided needs no mail any more. */
  askForApproval(input: StepInput, number: number): void {
    const { tellApproval } = alertActivities(this.policy, SUMMARIES.tellApproval);
    void this.apart(() => tellApproval({ ...input, number })).catch(() => null);
  }

  /** The case is aborted: what the house would do meanwhile is not to be done any more. */
  withdraw(): void {
    this.announcement?.cancel();
  }

  /** A person is needed. */
  raise(attention: Attention): void {
    this.call = this.send('attention', attention);
  }

  /** The attention is over. `isSelfHealed`: without the help of a person. */
  settle(isSelfHealed: boolean): void {
    const { call } = this;
    this.call = null;
    call?.sending?.cancel();
    if (!call || !isSelfHealed) return;
    void call.isTold.then((isTold) => {
      if (isTold) this.send('all-clear', call.attention);
    });
  }

  private send(kind: Alert['kind'], attention: Attention): Mail {
    const { id, step, text, actions, code } = attention;
    const { seriesId, ...frame } = this.frame();
    const alert: Alert = {
      ...frame,
      kind,
      step,
      attention: { id, text, actions },
      ...(seriesId !== undefined && { series: { id: seriesId, code } }),
    };
    const mail: Mail = { attention, sending: null, isTold: Promise.resolve(false) };
    const sent = this.apart((scope) => {
      mail.sending = scope;
      return alertActivities(this.policy).alertHouse(alert);
    });
    mail.isTold = sent.then(
      // Whatever somebody else has answered it with is no mail.
      (result: AlertResult | null) => ['accepted', 'in-doubt'].includes(result?.outcome ?? ''),
      // The history shows the mail as failed; the attention itself is visible everywhere else.
      () => false,
    );
    return mail;
  }

  /** The end of a step does not cancel its mail: only the given scope does. */
  private apart<T>(send: (scope: CancellationScope) => Promise<T>): Promise<T> {
    this.underWay += 1;
    return CancellationScope.nonCancellable(() =>
      CancellationScope.cancellable(() => send(CancellationScope.current())),
    ).finally(() => (this.underWay -= 1));
  }
}
