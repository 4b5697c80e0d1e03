import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { CancellationView } from '../../src/cases/view';
import type { ConfirmableStep } from '../../src/domain/vocabulary';
import type { Action } from '../../src/domain/vocabulary';
import type { Attention } from '../../src/domain/case';
import type { FailureCode } from '../../src/domain/failures';
import { cancellationWorkflowId } from '../../src/domain/input';
import type { JournalEntry } from '../../src/domain/journal';
import type { SeenEvent } from '../../src/domain/types';
import type { WireEvent } from '../../src/jet/contract';
import type { FaultRequest } from '../../src/simulator/faults';
import type { LogEntry } from '../../src/simulator/operation-log';
import type { ServiceMail } from '../../src/simulator/channel-sync';
import type { CaughtMail } from '../../src/up/mail-store';
import { resetToFirstEvent } from '../support/reset';
import { type UpProcess } from '../support/up-process';
import { eventually } from '../support/eventually';

export const REASON = 'Die Vorstellung entfällt wegen einer technischen Störung.';

/** The parts of an event that a cancellation may touch, as Jet itself shows them. */
export type Shown = Omit<WireEvent, 'version' | 'savedAt' | 'readAt'>;

/** One event of the sample programme and its cancellation, seen from outside: API, Jet, mail server, Temporal. */
export class StagedCase {
  constructor(
    private readonly up: () => UpProcess,
    private readonly temporal: () => Client,
    readonly house: string,
    readonly eventNumber: string,
  ) {}

  get workflowId(): string {
    return cancellationWorkflowId(this.house, this.eventNumber);
  }

  private get path(): string {
    return `/cancellations/${this.house}/${this.eventNumber}`;
  }

  /** The event in Jet, without the parts that change with every read and save. */
  async event(): Promise<Shown> {
    const event = await this.up().jet<WireEvent>(`/events/${this.eventNumber}`);
    const { version: _version, savedAt: _savedAt, readAt: _readAt, ...shown } = event;
    return shown;
  }

  /** When the event was saved last, on the clock of Jet. */
  async saved(): Promise<Pick<WireEvent, 'savedAt'>> {
    return this.up().jet<WireEvent>(`/events/${this.eventNumber}`);
  }

  /** Orders the cancellation of the event as Jet shows it. */
  async start(): Promise<CancellationView> {
    const { title, startsAt } = await this.event();
    return this.order({ expected: { title, startsAt } });
  }

  /** Orders the cancellation in a house without a gateway, with what a clerk saw in the mask. */
  startAsSeen(seen: SeenEvent): Promise<CancellationView> {
    return this.order({ seen });
  }

  private order(known: object): Promise<CancellationView> {
    const { house, eventNumber } = this;
    const order = { house, eventNumber, marker: 'ENTFÄLLT', reason: REASON, ...known };
    return this.up().api('POST', '/cancellations', order);
  }

  /** An operator's action, with the details that it names beside a reason. */
  act(action: Action, details: object = {}): Promise<CancellationView> {
    return this.up().api('POST', `${this.path}/${action}`, { reason: 'Probe', ...details });
  }

  /** The same by somebody else than who has ordered the case. */
  decideAsLead(action: Action, details: object = {}): Promise<CancellationView> {
    const body = { reason: 'Probe', ...details };
    return this.up().api('POST', `${this.path}/${action}`, body, { 'x-absage-actor': 'Leitung' });
  }

  /** An edit by a colleague at the mask. */
  async edit(set: Partial<WireEvent>): Promise<void> {
    await this.up().simulator('POST', '/human-edits', { eventNumber: this.eventNumber, set });
  }

  /** Arms faults of Jet for this event alone. */
  async arm(...faults: FaultRequest[]): Promise<void> {
    const { eventNumber } = this;
    await this.up().simulator(
      'POST',
      '/faults',
      faults.map((fault) => ({ ...fault, eventNumber })),
    );
  }

  view(): Promise<CancellationView> {
    return this.up().api('GET', this.path);
  }

  /** Waits for a step or a state. */
  untilAt(reached: string): Promise<CancellationView> {
    return this.until(({ step, state }) => step === reached || state === reached);
  }

  /** `nth`: how often it has been looked, from 1. */
  until(isIt: (view: CancellationView, nth: number) => boolean): Promise<CancellationView> {
    let nth = 0;
    return eventually(
      () => this.view(),
      (view) => isIt(view, (nth += 1)),
    );
  }

  /** Waits until the case asks for an operator with this code. */
  async untilAsked(code: FailureCode, step?: ConfirmableStep): Promise<Attention> {
    const { attention } = await this.until(
      ({ attention: now }) => now?.code === code && (step ?? now.step) === now.step,
    );
    return attention as Attention;
  }

  /** Waits until Jet has answered a call with this outcome. */
  async untilJetAnswers(outcome: string): Promise<void> {
    await eventually(
      () => this.log(),
      (entries) => entries.some((entry) => entry.outcome === outcome),
    );
  }

  /** Waits until the newest run has closed. Resolves to its status in Temporal's words. */
  async untilClosed(): Promise<string> {
    const { status } = await eventually(
      () => this.describe(),
      (run) => run.status.name !== 'RUNNING',
    );
    return status.name;
  }

  describe(): Promise<WorkflowExecutionDescription> {
    return this.temporal().workflow.getHandle(this.workflowId).describe();
  }

  async requestWorkflowCancel(): Promise<void> {
    await this.temporal().workflow.getHandle(this.workflowId).cancel();
  }

  /** *Terminate* of the Web UI. Returns the run that it ended. */
  async terminate(): Promise<string> {
    const { runId } = await this.describe();
    await this.temporal().workflow.getHandle(this.workflowId, runId).terminate('Probe');
    return runId;
  }

  /** The text above the history in the Web UI. */
  async currentDetails(): Promise<string> {
    const handle = this.temporal().workflow.getHandle(this.workflowId);
    const metadata = await handle.query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    return metadata.currentDetails ?? '';
  }

  /** *Reset* of the Web UI, to the first event: the run carries out everything again. Returns the new run. */
  async reset(): Promise<string> {
    const { runId } = await this.describe();
    return resetToFirstEvent(this.temporal(), this.workflowId, runId);
  }

  journal(): Promise<{ entries: JournalEntry[]; verified: boolean }> {
    return this.up().api('GET', `${this.path}/journal`);
  }

  /** The simulator's own record: all calls to Jet, and everything done in it. */
  async log(): Promise<LogEntry[]> {
    const path = `/log?eventNumber=${this.eventNumber}`;
    return (await this.up().simulator<{ entries: LogEntry[] }>('GET', path)).entries;
  }

  /** Absage's own effects in Jet. */
  async writes(): Promise<LogEntry[]> {
    return (await this.log()).filter(({ actor, after }) => actor === 'gateway' && after !== null);
  }

  /** Ö-Ticket's mails to its buyers. */
  async serviceMails(): Promise<ServiceMail[]> {
    const { serviceMails } = await this.up().simulator<{ serviceMails: ServiceMail[] }>(
      'GET',
      '/service-mails',
    );
    return serviceMails.filter(({ eventNumber }) => eventNumber === this.eventNumber);
  }

  /** The mails to Ö-Ticket about this event. */
  async notices(): Promise<CaughtMail[]> {
    return (await allNotices(this.up())).filter((mail) => this.isAbout(mail));
  }

  /** The mails to the house about this event: that it is needed, or no longer is. */
  async houseMails(): Promise<CaughtMail[]> {
    const { messages } = await this.up().mails<{ messages: CaughtMail[] }>();
    return messages.filter(
      (mail) => this.isAbout(mail) && /^\[PROBE\] Absage (braucht|läuft)/.test(mail.subject),
    );
  }

  /** The mails that reported the end of the case to the house. */
  async endMails(): Promise<CaughtMail[]> {
    const { messages } = await this.up().mails<{ messages: CaughtMail[] }>();
    return messages.filter((mail) => this.isAbout(mail) && /^\[PROBE\] Absage abge/.test(mail.subject));
  }

  private isAbout({ subject }: CaughtMail): boolean {
    return subject.endsWith(`(VA-Nr. ${this.eventNumber})`);
  }
}

/** Every mail to Ö-Ticket, oldest first. */
export async function allNotices(up: UpProcess): Promise<CaughtMail[]> {
  const { messages } = await up.mails<{ messages: CaughtMail[] }>();
  return messages.filter(isNotice);
}

function isNotice({ subject }: CaughtMail): boolean {
  return subject.startsWith('[PROBE] Absage: ');
}
