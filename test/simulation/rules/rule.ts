import type { CancellationInput, CancellationStatus } from '../../../src/domain/case';
import type { JournalEntry } from '../../../src/domain/journal';
import type { SeriesLine } from '../../../src/domain/series-lines';
import type { JetEvent } from '../../../src/domain/types';
import type { OutgoingMail } from '../../../src/mail/port';
import type { Attempt, Run } from '../models/run';
import type { ShownTexts } from '../models/workflow-sandbox';
import type { Seen } from './seen';

/**
 * One invariant: its id in the list of proofs, and what must always be true. A rule judges by what Jet, the mail server
 * and the journal really saw, never by the workflow's own word.
 */
export interface Rule {
  id: string;
  says: string;
  /** Watches one schedule. The returned functions are called at the moments that they are named after. */
  watch: (seen: Seen, require: Require) => Watch;
}

/** Notes a violation of the rule when the condition does not hold; the schedule stops at its next step. */
export type Require = (holds: boolean, detail: string) => void;

export type Watch = Partial<Moments>;

/** The moments of a schedule at which rules look. */
export interface Moments {
  /** An activity calls the gateway. */
  beforeJet(attempt: Attempt, operation: string): void;
  /** Jet answers a read of the event. */
  onRead(attempt: Attempt, event: JetEvent | null): void;
  /** An activity is about to connect to the mail server. */
  beforeConnect(attempt: Attempt): void;
  /** A write takes effect, at Jet or at the mail server. */
  beforeEffect(operation: string): void;
  beforeChannelRead(attempt: Attempt): void;
  /** Jet saves texts, decided on this version. */
  beforeSave(attempt: Attempt, version: string): void;
  beforeStorno(attempt: Attempt, version: string): void;
  /** Jet has just saved texts or Storno. */
  afterWrite(attempt: Attempt): void;
  beforeGrant(attempt: Attempt): void;
  afterGrant(attempt: Attempt): void;
  beforeMail(attempt: Attempt, message: OutgoingMail, recipients: readonly string[]): void;
  /** The journal has a new line, written by this attempt. */
  onLine(line: JournalEntry, attempt: Attempt): void;
  /** The chain of a series has a new line, written by this attempt. */
  onSeriesLine(line: SeriesLine, attempt: Attempt): void;
  /** A query of the run was answered. */
  onStatus(status: SeenStatus, run: Run): void;
  /** An activity or a query answered with this text. */
  onReply(text: string): void;
  /** A workflow handed these texts to Temporal. */
  onShown(texts: ShownTexts): void;
  /** A run of the case closed, or waited for a month. */
  onHistory(run: Run, isHappy: boolean): void;
  /** A run was terminated from outside without notice, and the hourly look had three hours to find it. */
  onInterruption(): void;
  /** The watch on the status looks around, once a poll interval. */
  onWatch(): void;
  /** Nothing is under way any more. */
  atRest(): void;
}

export type SeenStatus = CancellationStatus & { policy: CancellationInput['policy'] };

export function inputOf({ task }: Attempt): CancellationInput {
  return task.run.input as CancellationInput;
}
