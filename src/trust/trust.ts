import type { CancellationInput } from '../domain/case';
import type { SeriesInput } from '../domain/series';
import type { SeriesAction } from '../domain/series-vocabulary';
import { toMs } from '../domain/clock';
import { roleMay } from '../domain/rights';
import { sealedStart, sealedUpdate, type AskedUpdate } from '../domain/seal';
import type { Instant, RunChain, WorkflowRun } from '../domain/types';
import type { RunAction } from '../domain/vocabulary';
import { unprovenActor, type Actor } from '../domain/actor';
import type { KeyRing } from './key-ring';
import type { RunNotes } from '../journal/port';
import { findGenuine } from './seals';

export interface TrustSettings {
  ring: KeyRing;
  notes: RunNotes;
  isProduction: boolean;
  /** Asks Temporal, never the run. */
  chainOf: (run: WorkflowRun) => Promise<RunChain>;
  /** What a run was started with, as Temporal's server keeps it; `null`: nothing that can be read. */
  inputOf: (run: WorkflowRun) => Promise<Start | null>;
}

/** What a run was started with: that of a case, or of a series. */
export type Start = CancellationInput | SeriesInput;

function idOf(start: Start): string {
  return 'seriesId' in start ? start.seriesId : start.caseId;
}

export interface ProvenStart {
  /** Whether the names that the input states were checked, by a seal or before there were seals. */
  isProven: boolean;
  /** Who has sealed the start; `null`: nobody has. */
  actorId: string | null;
  /** Whether a case may be opened, or go on, in this run. */
  isTrusted: boolean;
}

/** Who really asks: judged by the activity that writes it down, never by the run itself. */
export interface Trust {
  proveStart(run: WorkflowRun, input: Start): Promise<ProvenStart>;
  /** Whether a run may take the steps of a case, or of a series. Once it may, that is remembered. */
  mayActFor(caseId: string, run: WorkflowRun): Promise<boolean>;
  /** Who asks for an update; `null` where this installation takes no such update without a seal, or from a role like theirs. */
  proveUpdate(
    run: WorkflowRun,
    caseId: string,
    action: RunAction | SeriesAction,
    asked: AskedUpdate,
  ): Actor | null;
}

/** What production takes from anybody who reaches the namespace: neither can do harm that Temporal itself could not do. */
const TAKEN_UNSEALED: readonly (RunAction | SeriesAction)[] = ['abort', 'retry'];

/** So many runs that may act are remembered: a run lives for hours, and every step of it asks. */
const REMEMBERED_RUNS = 1_000;

export function createTrust({ ring, notes, isProduction, chainOf, inputOf }: TrustSettings): Trust {
  const trusted = new Set<string>();
  const remember = (name: string) => {
    trusted.add(name);
    const [oldest] = trusted;
    if (trusted.size > REMEMBERED_RUNS && oldest) trusted.delete(oldest);
  };

  const isNamed = async (caseId: string, firstRunId: string) =>
    (await notes.namedRuns([caseId])).get(caseId)?.includes(firstRunId) ?? false;

  /** Begun before there were seals. */
  const isOfBefore = async (startedAt: Instant) => toMs(startedAt) < toMs(await notes.sealedSince());

  const trust: Trust = {
    async proveStart(run, input) {
      const { seal } = input;
      const caseId = idOf(input);
      const isResumed = 'resumption' in input && input.resumption !== undefined;
      const { firstRunId, startedAt } = await chainOf(run);
      const genuine = findGenuine(ring, sealedStart(run.workflowId, input), seal);
      if (genuine && !roleMay(genuine.role, isResumed ? 'resume' : 'order'))
        return { isProven: false, actorId: null, isTrusted: false };
      // A seal that has come with another run was copied out of that run's history.
      if (genuine && (await notes.nameRun({ caseId, firstRunId, seal: genuine.mac })))
        return { isProven: true, actorId: genuine.actorId, isTrusted: true };
      if (await isOfBefore(startedAt)) return { isProven: true, actorId: null, isTrusted: true };
      const isTrusted = !isProduction || (await isNamed(caseId, firstRunId));
      return { isProven: false, actorId: null, isTrusted };
    },

    async mayActFor(caseId, run) {
      const name = `${run.runId} ${caseId}`;
      if (!isProduction || trusted.has(name)) return true;
      const { firstRunId, startedAt } = await chainOf(run);
      const mayAct =
        (await isNamed(caseId, firstRunId)) ||
        (await isOfBefore(startedAt)) ||
        (await isStartOf(caseId, run));
      if (mayAct) remember(name);
      return mayAct;
    },

    proveUpdate({ workflowId }, caseId, action, asked) {
      const { request } = asked;
      const genuine = findGenuine(ring, sealedUpdate(workflowId, caseId, action, asked), request.seal);
      // An API that somebody else made, or an older one, may have let in whom this one would not.
      if (genuine && !roleMay(genuine.role, action)) return null;
      if (genuine) return { actor: request.actor, actorId: genuine.actorId };
      if (isProduction && !TAKEN_UNSEALED.includes(action)) return null;
      return unprovenActor(request.actor);
    },
  };

  /** A case can ask for help, or be aborted, before its check has named its run: then its seal is judged here. */
  async function isStartOf(caseId: string, run: WorkflowRun): Promise<boolean> {
    const input = await inputOf(run);
    return input !== null && idOf(input) === caseId && (await trust.proveStart(run, input)).isTrusted;
  }

  return trust;
}
