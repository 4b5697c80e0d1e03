import * as restate from '@restatedev/restate-sdk';
import { RESTATE, type Peer } from '../peer.ts';
import * as step from '../procedure.ts';

const RETRIED = { initialRetryInterval: { milliseconds: 1_000 }, retryIntervalFactor: 1 };

const cancellation = restate.workflow({
  name: 'Cancellation',
  handlers: {
    run: async (ctx: restate.WorkflowContext, job: step.Job) => {
      const durably = (name: string, work: (job: step.Job) => Promise<void>) =>
        ctx.run(name, () => work(job), RETRIED);
      await durably('markTitles', step.markTitles);
      await ctx.sleep({ milliseconds: job.waitMs });
      await durably('setStatusStorno', step.setStatusStorno);
      await ctx.sleep({ milliseconds: job.waitMs });
      await durably('verifyChannel', step.verifyChannel);
      await durably('grantExtendedRight', step.grantExtendedRight);
      await durably('writeToPartner', step.writeToPartner);
    },
  },
});

export const restatePeer: Peer = {
  title: 'Restate 1.7',
  engine: 'restate',
  note: 'Its server is under the BSL: free to use, not to offer as a service.',
  async work() {
    const { worker, admin } = RESTATE();
    await restate.serve({ services: [cancellation], port: worker });
    const response = await fetch(`http://127.0.0.1:${admin}/deployments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ uri: `http://127.0.0.1:${worker}`, force: true }),
    });
    if (!response.ok) throw new Error(`restate: ${response.status} ${await response.text()}`);
  },
  async orders() {
    const { ingress } = RESTATE();
    return {
      async place(job) {
        const response = await fetch(`http://127.0.0.1:${ingress}/Cancellation/${job.caseId}/run/send`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(job),
        });
        if (!response.ok) throw new Error(`restate: ${response.status} ${await response.text()}`);
      },
      close: async () => {},
    };
  },
};
