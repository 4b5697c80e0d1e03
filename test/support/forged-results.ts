import { Context, type Info } from '@temporalio/activity';
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

interface Hold {
  call: Call;
  eventNumber: string;
  reach(): void;
  released: Promise<void>;
  /** The activity that is held; `null`: none has made the call yet. */
  by: Info | null;
}

const isSame = (one: Info, other: Info) =>
  one.activityId === other.activityId && one.workflowExecution?.runId === other.workflowExecution?.runId;

/** Ends activities in the place of their worker, as whoever reaches the namespace can: `temporal activity complete`. */
export class Forger {
  /**
   * The next such call of Jet for the event is held: the activity that makes it is then under way. So is the same call of a
   * later attempt of that activity: the server begins one where the worker gives no sign of life for three seconds.
   */
  private hold: Hold | null = null;

  private constructor(private readonly stage: ApiStage) {}

  static async beside(stage: ApiStage): Promise<Forger> {
    const forger = new Forger(stage);
    await stage.stopWorkers();
    await stage.startWorkers(forger.holding(stage.simulator.jet()));
    return forger;
  }

  holdNext(call: Call, { eventNumber }: Order): { reached: Promise<void>; release(): void } {
    let [reach, letGo] = [() => {}, () => {}];
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (letGo = resolve));
    const hold: Hold = { call, eventNumber, reach, released, by: null };
    this.hold = hold;
    const release = () => {
      letGo();
      if (this.hold === hold) this.hold = null;
    };
    return { reached, release };
  }

  async complete(order: Order, result: unknown): Promise<void> {
    const { workflowService } = this.stage.temporal;
    const activity = this.heldActivity(order);
    await workflowService.respondActivityTaskCompletedById({ ...activity, result: payloads(result) });
  }

  async fail(order: Order, facts: unknown): Promise<void> {
    const applicationFailureInfo = { type: 'event-changed', nonRetryable: true, details: payloads(facts) };
    await this.stage.temporal.workflowService.respondActivityTaskFailedById({
      ...this.heldActivity(order),
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

  private heldActivity({ eventNumber }: Order) {
    const { by } = this.hold ?? {};
    if (!by || this.hold?.eventNumber !== eventNumber) throw new Error('no activity of this case is held');
    const { workflowId, runId } = by.workflowExecution!;
    return { namespace: 'default', workflowId, runId, activityId: by.activityId, identity: 'somebody' };
  }

  private holding(jet: JetPort): JetPort {
    const make =
      (_: JetPort, call: Call) =>
      async (...args: unknown[]) => {
        const { hold } = this;
        if (hold?.call === call && args.includes(hold.eventNumber)) {
          const { info } = Context.current();
          hold.by ??= info;
          if (isSame(hold.by, info)) {
            hold.reach();
            await hold.released;
          }
        }
        return (jet[call] as (...given: unknown[]) => unknown)(...args);
      };
    return new Proxy(jet, { get: make as never });
  }
}
