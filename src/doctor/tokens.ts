import { germanDate, toInstant, toMs, viennaDate } from '../domain/clock';
import type { ApiToken } from '../settings/tokens';
import { ok, warning, type Check, type Verdict } from './check';

const SOON_MS = 14 * 24 * 3_600_000;

/** Looks at the entries of the tokens file. Its faults are those of the settings. */
export function tokensCheck(tokens: readonly ApiToken[], nowMs = Date.now()): Check {
  return { name: 'tokens', label: 'Tokens', run: () => Promise.resolve(judgeTokens(tokens, nowMs)) };
}

function judgeTokens(tokens: readonly ApiToken[], nowMs: number): Verdict {
  const details = tokens.flatMap((token) => describe(token, nowMs));
  if (details.length === 0) return ok('Jedes Token hat einen Namen, keines läuft bald ab.');
  return { ...warning('In der Datei der Tokens ist etwas zu tun:'), details };
}

function describe({ name, actor, expires }: ApiToken, nowMs: number): string[] {
  const who = `${name ?? actor}:`;
  const endsMs = expires === undefined ? Infinity : toMs(expires);
  // The day before the end is the last one on which it counts.
  const lastDay = expires === undefined ? '' : germanDate(viennaDate(toInstant(endsMs - 1)));
  return [
    ...(name === undefined
      ? [`${who} bitte "name": ${JSON.stringify(actor)} eintragen, so gilt es auch jetzt`]
      : []),
    ...(endsMs <= nowMs ? [`${who} ist abgelaufen, der letzte Tag war der ${lastDay}`] : []),
    ...(endsMs > nowMs && endsMs - nowMs < SOON_MS ? [`${who} gilt nur mehr bis ${lastDay}`] : []),
  ];
}
