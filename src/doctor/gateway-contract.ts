import type { Config } from '../settings/environment';
import type { House } from '../domain/types';
import { checkGateway, NotReachable } from '../gateway-check/check';
import type { ClauseId } from '../gateway-check/clauses';
import { failed, notChecked, ok, type Check, type Verdict } from './check';

/** The rows `gateway` speak of these already, each in a sentence of its own. */
const SAID_ELSEWHERE: readonly ClauseId[] = ['health', 'clock', 'no-simulator'];

/** Some forty calls, each of which may wait for its place in Jet's rate. */
const CALLS = 60;

/** Tries the clauses of the gateway's contract that can be tried by reading. */
export function contractCheck(config: Config, houses: ReadonlyMap<string, House> | null): Check {
  const { ratePerSecond, timeoutMs } = config.jet;
  return {
    name: 'gateway-contract',
    label: 'Vertrag',
    deadlineMs: (CALLS / ratePerSecond) * 1_000 + 3 * timeoutMs,
    async run() {
      if (!houses) return notChecked('die Häuser sind nicht lesbar');
      const house = [...houses.values()].find(({ backend }) => backend === 'gateway');
      if (!house) return ok('Kein Haus verwendet das Gateway.');
      try {
        return await judge(config, house);
      } catch (error) {
        if (error instanceof NotReachable) return notChecked('das Gateway antwortet nicht');
        throw error;
      }
    },
  };
}

async function judge({ jet }: Config, { key, connectOnlineUser }: House): Promise<Verdict> {
  const wish = { house: key, user: connectOnlineUser, maySimulate: true };
  const { checks } = await checkGateway(jet, wish);
  // Of a gateway that refuses us, or is none, the rows before have said all.
  if (checks.find(({ id }) => id === 'health')?.state !== 'ok')
    return notChecked('zuerst, was die Zeile „Gateway“ sagt');
  const looked = checks.filter(({ id }) => !SAID_ELSEWHERE.includes(id));
  const held = looked.filter(({ state }) => state === 'ok').length;
  const broken = looked.filter(({ state }) => state === 'broken');
  if (broken.length === 0)
    return ok(`Beim Lesen hält das Gateway den Vertrag (${held} Klauseln, mit ${key}).`);
  return {
    ...failed(`Das Gateway hält den Vertrag nicht: absage gateway check --house ${key} sagt mehr.`),
    details: broken.map(({ id, clause, seen }) => `${id}: ${clause} Gesehen: ${seen}`),
  };
}
