import { join } from 'node:path';
import type { CancellationView } from '../../src/cases/view';
import { cancellationWorkflowId } from '../../src/domain/input';
import { RECONCILER_SCHEDULE } from '../../src/workflows/messages';
import { insist, PATIENCE_MS, SYNC_INTERVAL_MS } from '../chaos/stage';
import { eventually } from '../support/eventually';
import { OwnAuthority } from '../support/own-authority';
import { tokensFileIn } from '../support/production';
import { prometheusProgram } from '../support/prometheus';
import { SmallDisk } from '../support/small-disk';
import { lockSqlite } from '../support/sqlite-lock';
import type { Drill, Strike } from './drill';
import type { Evening } from './evening';
import { Front } from './front';
import { Watch } from './watch';

/*
 * The trouble of each alert is made for real, and a real Prometheus has to fire. Before it none fires, and once the trouble
 * is over none does either.
 */

const NAMES = 'IP:127.0.0.1';
const MINUTE_MS = 60_000;

interface Trouble extends Omit<Strike, 'run'> {
  /** Those that it is about. */
  alerts: readonly string[];
  settings?: Record<string, string>;
  run(evening: Evening, watch: Watch): Promise<void>;
}

function fires({ alerts, settings, run, what, ...strike }: Trouble): Strike & { alerts: readonly string[] } {
  return {
    ...strike,
    alerts,
    what: `${what}: ${alerts.join(', ')}`,
    async run(evening) {
      const watch = await Watch.over(evening, settings);
      try {
        await run(evening, watch);
        await watch.untilQuiet();
        const unseen = alerts.filter((alert) => !watch.seen.includes(alert));
        if (unseen.length > 0) throw new Error(`never waited for: ${unseen.join(', ')}`);
      } finally {
        await watch.stop();
      }
    },
  };
}

/** Until so much time has passed. */
async function past(ms: number, meanwhile: () => unknown = () => {}): Promise<void> {
  const untilMs = Date.now() + ms;
  await eventually(meanwhile, () => Date.now() > untilMs, ms + PATIENCE_MS);
}

let disk: SmallDisk | null = null;

const troubles = {
  worker: fires({
    what: 'Der Worker ist weg, während eine Absage wartet',
    alerts: ['AbsageWorkerDown', 'AbsageNoPollers', 'AbsageWaitLate'],
    async run(evening, watch) {
      const { stack } = evening;
      const [waiting] = await evening.order(1);
      await evening.untilAt(waiting!, 'wait-for-title-transfer');
      await stack.kill('worker');
      await watch.untilFires('AbsageWorkerDown');
      await past(MINUTE_MS + SYNC_INTERVAL_MS);
      await watch.untilFires('AbsageNoPollers');
      await evening.person('Den Worker starten', () => watch.launch('worker'));
      await watch.untilFires('AbsageWaitLate');
    },
  }),

  server: fires({
    what: 'Der Server ist weg, und dann Temporal',
    alerts: ['AbsageServerDown', 'AbsageNotMeasured'],
    async run(evening, watch) {
      const { stack } = evening;
      await evening.order(1);
      await stack.kill('api');
      await watch.untilFires('AbsageServerDown', 'AbsageNotMeasured');
      await evening.person('Den Server starten', () => watch.launch('api'));
      await watch.untilQuiet();
      await evening.order(1);
      await stack.kill('temporal');
      await watch.untilFires('AbsageNotMeasured');
      await evening.person('Temporal starten', () => stack.launch('temporal'));
    },
  }),

  jet: fires({
    what: 'Das Gateway zu Jet ist weg',
    alerts: ['AbsageJetAway'],
    async run(evening, watch) {
      const { stack } = evening;
      await evening.order(2);
      await stack.kill('simulator');
      await watch.untilFires('AbsageJetAway');
      await evening.person('Das Gateway starten', () => stack.launch('simulator'));
    },
  }),

  mail: fires({
    what: 'Die Antwort des Mailservers bleibt aus',
    alerts: ['AbsageMailInDoubt'],
    async run(evening, watch) {
      const { stack } = evening;
      const [doubtful] = await evening.order(1);
      const { house, eventNumber } = doubtful!.order;
      await stack.dropMail(['Absage: ', eventNumber]);
      await evening.untilItAsks(doubtful!, 'mail-in-doubt');
      await watch.untilFires('AbsageMailInDoubt');
      await evening.person('Bei Ö-Ticket nachfragen, dann „Noch einmal senden“', async () => {
        const path = `/cancellations/${house}/${eventNumber}`;
        const { attention } = await insist(() => stack.api<CancellationView>('GET', path));
        const answer = {
          attentionId: attention?.id,
          choice: 'send-again',
          reason: 'Bei Ö-Ticket nachgefragt',
        };
        await insist(() => stack.api('POST', `${path}/decide`, answer));
      });
    },
  }),

  disk: fires({
    what: 'Die Platte wird voll',
    alerts: ['AbsageDiskNearlyFull'],
    options() {
      disk = SmallDisk.mount('3g');
      if (!disk) throw new Error('no disk could be mounted');
      return { folder: disk.folder };
    },
    async run(evening, watch) {
      await evening.order(1);
      disk!.resize('96m');
      await watch.untilFires('AbsageDiskNearlyFull');
      await past(SYNC_INTERVAL_MS, () => disk!.fill());
      await watch.untilFires('AbsageDiskNearlyFull');
      await evening.person('Platz schaffen', () => {
        disk!.makeRoom();
        disk!.resize('3g');
      });
    },
    cleanUp: () => disk?.remove(),
  }),

  certificate: fires({
    what: 'Das Zertifikat des Gateways endet in drei Tagen',
    alerts: ['AbsageCertificateEnds'],
    async run(evening, watch) {
      const { stack } = evening;
      const authority = new OwnAuthority(join(stack.dataDir, 'authority'));
      const front = await Front.before(stack.simulatorPort, authority.certify(NAMES, 3));
      const settings = {
        NODE_EXTRA_CA_CERTS: authority.certificateFile,
        ABSAGE_JET_URL: `https://127.0.0.1:${front.port}/jet/v1`,
      };
      const restart = async () => {
        await stack.end('worker');
        await watch.launch('worker', settings);
      };
      try {
        await restart();
        await evening.order(1);
        await watch.untilFires('AbsageCertificateEnds');
        await evening.person('Zertifikat erneuern', () => front.present(authority.certify(NAMES, 90)));
        // Certificates are looked at once an hour, and at the start.
        await restart();
        await evening.each((input) => evening.endOf(input));
        await watch.untilQuiet();
      } finally {
        front.close();
      }
    },
  }),

  reconciler: fires({
    what: 'Jemand beendet einen Lauf, und jemand hält die stündliche Suche an',
    alerts: ['AbsageCaseInterrupted', 'AbsageReconcilerSilent'],
    async run(evening, watch) {
      const { stack } = evening;
      const search = stack.client.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId);
      const [ended] = await evening.order(1);
      const { house, eventNumber } = ended!.order;
      await stack.client.workflow.getHandle(cancellationWorkflowId(house, eventNumber)).terminate('Irrtum');
      await watch.untilFires('AbsageCaseInterrupted');
      await evening.person('„Fortsetzen“', () =>
        insist(() =>
          stack.api('POST', `/cancellations/${house}/${eventNumber}/resume`, { reason: 'Es war ein Irrtum' }),
        ),
      );
      await watch.untilQuiet();
      await search.pause();
      await evening.order(1);
      await watch.untilFires('AbsageReconcilerSilent');
      await evening.person('Die Suche in Temporal weiterlaufen lassen', () => search.unpause());
    },
  }),

  switch: fires({
    what: 'Das Schreiben ist ausgeschaltet',
    alerts: ['AbsageWritesOff'],
    async run(evening, watch) {
      const { stack } = evening;
      await evening.order(1);
      const put = (on: boolean) =>
        insist(() => stack.api('PUT', '/installation/writes', { on, reason: 'Probe für den Ernstfall' }));
      await put(false);
      await watch.untilFires('AbsageWritesOff');
      await evening.person('absage writes on', () => put(true));
    },
  }),

  journal: fires({
    what: 'Ein anderes Programm hält das Logbuch auf',
    alerts: ['AbsageJournalSlow'],
    async run(evening, watch) {
      const { journalFile } = evening.stack;
      const begun: Promise<unknown>[] = [];
      let isSeen = false;
      const firing = watch.untilFires('AbsageJournalSlow').finally(() => (isSeen = true));
      begun.push(evening.orderOne(), evening.orderOne(), evening.orderOne());
      while (!isSeen) {
        const lock = await eventually(
          () => lockOrNull(journalFile),
          (held) => held !== null,
        );
        await past(1_800);
        lock?.release();
      }
      await firing;
      await Promise.all(begun);
    },
  }),

  'log-in': fires({
    what: 'Jemand probiert Zugänge durch',
    alerts: ['AbsageLogInFailures'],
    async run(evening, watch) {
      const { stack } = evening;
      await stack.end('api');
      await watch.launch('api', { ABSAGE_API_TOKENS_FILE: tokensFileIn(stack.dataDir) });
      await watch.untilQuiet();
      await evening.order(1);
      const guess = () =>
        fetch(`http://127.0.0.1:${stack.apiPort}/v1/cancellations`, {
          headers: { authorization: 'Bearer absage_geraten' },
        }).then(({ status }) => status);
      // Four in ten minutes are a person who errs; so many are none.
      for (let nth = 0; nth < 60; nth += 1) {
        const status = await guess();
        if (![401, 429].includes(status)) throw new Error(`whoever guesses is told ${status}`);
      }
      await watch.untilFires('AbsageLogInFailures');
    },
  }),
} as const;

function lockOrNull(file: string): { release(): void } | null {
  try {
    return lockSqlite(file);
  } catch {
    return null; // the journal is being written
  }
}

/** Each alert that some trouble of the drill is about. */
export const ALERTS_MADE = Object.values(troubles).flatMap(({ alerts }) => alerts);

export const alerts: Drill = {
  title: 'Jeder Alarm schlägt an',
  lack: () => (prometheusProgram() === null ? 'Prometheus (node scripts/setup.mjs tools)' : null),
  rows: troubles,
};
