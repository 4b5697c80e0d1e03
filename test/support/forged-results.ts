import { defaultPayloadConverter } from '@temporalio/common';
import type { Order } from '../../src/domain/types';
import type { JetPort } from '../../src/jet/port';
import type { ApiStage } from './api-stage';

export type Call = keyof JetPort;

/** As what was encrypted with a key of somebody else's, or for another case. */
export const UNREADABLE = { metadata: { encoding: Buffer.from('binary/of-nobody') }, data: Buffer.from('x') };

const payloads = (value: unknown) => ({
  payloads: [value === UNREADABLE ? UNREADABLE : defaultPayloadConverter.toPayload(value)],
});

/** Ends activities in the place of their worker, as whoever reaches the namespace can: `temporal activity complete`. */
export class Forger {
  /** The next such call of Jet for the event is held: the activity that makes it is then under way. */
  private hold: { call: Call; eventNumber: string; reach(): void; released: Promise<void> } | null = null;

  private constructor(private readonly stage: ApiStage) {}

  static async beside(stage: ApiStage): Promise<Forger> {
    const forger = new Forger(stage);
    await stage.stopWorkers();
    await stage.startWorkers(forger.holding(stage.simulator.jet()));
    return forger;
  }

  holdNext(call: Call, { eventNumber }: Order): { reached: Promise<void>; release(): void } {
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((reach) => (this.hold = { call, eventNumber, reach, released }));
    return { reached, release };
  }

  async complete(order: Order, result: unknown): Promise<void> {
    const { workflowService } = this.stage.temporal;
    const activity = await this.pendingActivity(order);
    await workflowService.respondActivityTaskCompletedById({ ...activity, result: payloads(result) });
  }

  async fail(order: Order, facts: unknown): Promise<void> {
    const applicationFailureInfo = { type: 'event-changed', nonRetryable: true, details: payloads(facts) };
    await this.stage.temporal.workflowService.respondActivityTaskFailedById({
      ...(await this.pendingActivity(order)),
      failure: { message: 'made up', applicationFailureInfo },
    });
  }

  /** Lets `forge` end the activity that makes a call of Jet, and resolves when the case asks for a person. */
  async forged(call: Call, forge: (order: Order) => Promise<void>) {
    const { stage } = this;
    const order = await stage.prepare();
    const { reached, release } = this.holdNext(call, order);
    await stage.start(order);
    await reached;
    await forge(order);
    release();
    const view = await stage.untilState(order, 'needs-attention');
    return { order, view, attention: view.attention };
  }

  private async pendingActivity(order: Order) {
    const { workflowId, runId, raw } = await this.stage.handle(order).describe();
    // The mail at the order goes out beside the steps.
    const pending = raw.pendingActivities?.find(({ activityType }) => activityType?.name !== 'tellOrder');
    return {
      namespace: 'default',
      workflowId,
      runId,
      activityId: pending?.activityId,
      identity: 'somebody',
    };
  }

  private holding(jet: JetPort): JetPort {
    const make =
      (_: JetPort, call: Call) =>
      async (...args: unknown[]) => {
        if (this.hold?.call === call && args.includes(this.hold.eventNumber)) {
          const { reach, released } = this.hold;
          this.hold = null;
          reach();
          await released;
        }
        return (jet[call] as (...given: unknown[]) => unknown)(...args);
      };
    return new Proxy(jet, { get: make as never });
  }
}
