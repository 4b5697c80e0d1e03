import type { Config } from '../settings/environment';
import { KnownFailure } from '../domain/failures';
import type { House } from '../domain/types';
import { findGatewayFaults } from '../settings/gateway';
import type { Proxy } from '../settings/proxy';
import { createHttpJet } from '../jet/http-jet';
import { failed, notChecked, ok, warning, type Check, type Verdict } from './check';
import { describeWay } from './proxy';

const LARGEST_CLOCK_DIFFERENCE_MS = 5_000;
const LONGEST_CALL_MS = 10_000;

/** Checks by reading only: what the gateway says of itself, and whether it lets Absage read. */
export function gatewayChecks(
  config: Config,
  houses: ReadonlyMap<string, House> | null,
  proxy: Proxy | null = null,
): Check[] {
  const { url } = config.jet;
  const shownUrl = `${url}${describeWay(proxy)}`;
  const jet = createHttpJet({ ...config.jet, timeoutMs: Math.min(config.jet.timeoutMs, LONGEST_CALL_MS) });
  const judged = (look: () => Promise<Verdict>) => () =>
    look().catch((error: unknown) => judgeFailure(error, shownUrl));

  return [
    {
      name: 'gateway',
      label: 'Gateway',
      run: judged(async () => {
        const askedAtMs = Date.now();
        const { readAt, isSimulator } = await jet.health();
        const faults = findGatewayFaults(config, isSimulator);
        if (faults.length > 0) return failed(`${faults.join('. ')}.`);
        const kind = isSimulator ? 'ein Simulator' : 'ein echtes Gateway';
        return judgeClock(`${shownUrl} ist ${kind}`, Date.parse(readAt), askedAtMs, Date.now());
      }),
    },
    {
      name: 'gateway-access',
      label: 'Zugang zu Jet',
      run: judged(async () => {
        if (!houses) return notChecked('die Häuser sind nicht lesbar');
        const house = [...houses.values()].find(({ backend }) => backend === 'gateway');
        if (!house) return ok('Kein Haus verwendet das Gateway.');
        await jet.findEvents({ house: house.key, limit: 1 });
        return ok(`Das Token wird angenommen, ${house.key} ist lesbar.`);
      }),
    },
  ];
}

/** The gateway read its clock at some moment between request and reply: only a time outside of the two is wrong. */
function judgeClock(what: string, readAtMs: number, askedAtMs: number, answeredAtMs: number): Verdict {
  const differenceMs = readAtMs - Math.min(Math.max(readAtMs, askedAtMs), answeredAtMs);
  if (Math.abs(differenceMs) <= LARGEST_CLOCK_DIFFERENCE_MS) {
    return ok(`${what}, die Uhren stimmen überein.`);
  }
  const seconds = Math.round(Math.abs(differenceMs) / 1_000).toLocaleString('de-AT');
  return warning(
    `${what}, aber seine Uhr geht ${seconds} s ${differenceMs > 0 ? 'vor' : 'nach'}: bitte beide Rechner mit einem Zeitserver abgleichen.`,
  );
}

function judgeFailure(error: unknown, url: string): Verdict {
  if (!(error instanceof KnownFailure)) throw error;
  // `detail` is written for logs: the call's name, then a code or an HTTP status, never a header or a body.
  const reason = error.detail.replace(/^[a-z-]+: /, '');
  if (error.code === 'jet-access-denied') {
    return failed(`${url} nimmt das Token nicht an: bitte ABSAGE_JET_TOKEN prüfen (${reason}).`);
  }
  if (error.code === 'jet-unavailable') {
    return failed(
      `${url} antwortet nicht: bitte ABSAGE_JET_URL, das Netz und das Gateway prüfen (${reason}).`,
    );
  }
  return failed(
    `${url} antwortet anders, als der Vertrag es verlangt: führt ABSAGE_JET_URL wirklich zum Gateway? (${reason})`,
  );
}
