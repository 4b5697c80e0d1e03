import { makeCases } from '../../bench/cases';
import { judge, wasStruckWhileSending, type Findings } from './oracle';
import { Random } from './random';
import { SCENARIOS } from './scenarios';
import { ChaosStack } from './stack';
import { Stage, SYNC_INTERVAL_MS, type End } from './stage';

/** The result of one scenario with one seed. */
export interface Report extends Findings {
  scenario: string;
  seed: number;
  /** By event number, the target's first. */
  ends: Record<string, End>;
  /** From the strike to the target's next sign of life. */
  recoveryMs: number | null;
  /** The data folder with all logs, kept if something is wrong. */
  evidence: string | null;
}

/** The possible ends of a case that only ran beside the target. */
const BESIDE: readonly End[] = ['completed', 'aborted'];

/**
 * Plays one scenario on a stack of its own, and checks what Jet, the mail server and the journal saw. The same seed
 * chooses the same points, cases and pauses; the timing in between is up to the machine.
 *
 * @example
 * const report = await runScenario('kill-after-save', 7);
 * if (isBad(report)) console.log(report.faults, report.evidence);
 */
export async function runScenario(name: string, seed: number): Promise<Report> {
  const scenario = SCENARIOS[name];
  if (!scenario) throw new Error(`no such scenario: ${name}`);
  const cases = makeCases(4, SYNC_INTERVAL_MS);
  const [target, bystander, unwanted, latecomer] = [cases.next(), cases.next(), cases.next(), cases.next()];
  const stack = await ChaosStack.start({ syncIntervalMs: SYNC_INTERVAL_MS, programme: cases.programme });
  const stage = new Stage(stack, new Random(seed, name), { target, bystander, unwanted, latecomer });
  let report: Report;
  try {
    await scenario.run(stage);
    const ends = await stage.untilEnds();
    const findings = await judge(stack, ends);
    for (const [input, end] of ends) {
      const mayEnd = input === target ? (scenario.targetEnds ?? ['completed']) : BESIDE;
      // How far a case has come when it is struck is up to the machine.
      const isExplained =
        end === 'asks: mail-in-doubt' &&
        wasStruckWhileSending(await stack.lines(input.caseId), stack.outages);
      if (end !== 'lost' && !mayEnd.includes(end) && !isExplained)
        findings.faults.push(`${input.order.eventNumber}: ${end}`);
    }
    report = {
      scenario: name,
      seed,
      ...findings,
      ends: Object.fromEntries([...ends].map(([{ order }, end]) => [order.eventNumber, end])),
      recoveryMs: await stage.recoveryMs(),
      evidence: null,
    };
  } catch (error) {
    report = brokenOff(name, seed, error);
  }
  const isKept = isBad(report);
  await stack.stop(isKept);
  return isKept ? { ...report, evidence: stack.dataDir } : report;
}

export function isBad({ lost, secondWrites, secondMails, earlyStornos, faults }: Report): boolean {
  return lost + secondWrites + secondMails + earlyStornos + faults.length > 0;
}

/** A scenario that does not reach its point proves nothing, so this counts as a fault. */
function brokenOff(scenario: string, seed: number, error: unknown): Report {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const none = { lost: 0, secondWrites: 0, secondMails: 0, earlyStornos: 0 };
  return {
    scenario,
    seed,
    ...none,
    faults: [`broken off: ${why}`],
    ends: {},
    recoveryMs: null,
    evidence: null,
  };
}
