import { CancellationScope } from '@temporalio/workflow';
import type { StepInput } from '../activities/activity';
import type { Alert, AlertResult } from '../activities/house-alert';
import type { Attention, CasePolicy } from '../domain/case';
import { alertActivities } from './activities';

/** What a mail to the house says beside the situation itself. */
export type AlertFrame = StepInput & Pick<Alert, 'event'>;

interface Mail {
  attention: Attention;
  sending: CancellationScope | null;
  isTold: Promise<boolean>;
}

/**
 * The mails to the house: one for each situation, and one more when it has healed by itself. That one cannot be sent
 * stops nothing, and one that is still to be sent when its situation is over is not sent any more.
 */
export class HouseAlerts {
  private call: Mail | null = null;
  private underWay = 0;

  constructor(
    private readonly policy: CasePolicy,
    private readonly frame: () => AlertFrame,
  ) {}

  /** No mail is on its way. */
  get isQuiet(): boolean {
    return this.underWay === 0;
  }

  /** A person is needed. */
  raise(attention: Attention): void {
    this.call = this.send('attention', attention);
  }

  /** Nobody is needed any more; `isSelfHealed`: and nobody has been there. */
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
    const { id, step, text, actions } = attention;
    const alert: Alert = { ...this.frame(), kind, step, attention: { id, text, actions } };
    const mail: Mail = { attention, sending: null, isTold: Promise.resolve(false) };
    // What ends the step does not end its mail.
    const sent = CancellationScope.nonCancellable(() =>
      CancellationScope.cancellable(() => {
        mail.sending = CancellationScope.current();
        return alertActivities(this.policy).alertHouse(alert);
      }),
    );
    this.underWay += 1;
    mail.isTold = sent
      .then(
        ({ outcome }: AlertResult) => outcome === 'accepted' || outcome === 'in-doubt',
        // It stands in the history as failed; the attention itself is shown everywhere else.
        () => false,
      )
      .finally(() => (this.underWay -= 1));
    return mail;
  }
}
