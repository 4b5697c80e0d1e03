import { Problem } from '../../cases/problems';
import { isLoopback } from '../../domain/loopback';
import type { TrainingSettings } from '../../settings/training';

/** One line of the simulator's log, as far as it is of use here. */
export interface SimulatorEntry {
  actor: 'gateway' | 'human' | 'sync';
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** What a trainee can do. Each is one call of the simulator's control path or of the mail catcher. */
export interface TrainingHands {
  /** Ö-Ticket's link stands still, or goes on. */
  pauseSync(isPaused: boolean): Promise<void>;
  /** A colleague at the mask. */
  edit(eventNumber: string, set: { title?: string; status?: string }): Promise<void>;
  /** What has been read and written of an event, the oldest first. */
  readLog(eventNumber: string): Promise<SimulatorEntry[]>;
  /** Every operation of Jet answers that it is being maintained. */
  closeJet(): Promise<void>;
  openJet(): Promise<void>;
  /** The next mail whose subject has all of this in it gets no answer. */
  dropMail(subjectIncludes: readonly string[]): Promise<void>;
  keepMails(): Promise<void>;
  /** The sample programme, as on the first day. */
  reset(): Promise<void>;
}

/** It could not be done. The message is a German sentence for the trainee. */
export class TrainingFault extends Error {
  override readonly name = 'TrainingFault';

  constructor(
    message: string,
    readonly status: 404 | 409 | 422 | 503,
  ) {
    super(message);
  }
}

/** What stands behind the address: the simulator, something else, or at the moment nothing. */
export type Behind = 'simulator' | 'other' | 'away';

/** Everything that one press of a button sets going, in milliseconds. */
const DEADLINE_MS = 3_000;
/** A page does not wait longer than this for an answer to what is behind, in milliseconds. */
const LOOK_TIMEOUT_MS = 1_000;
/** How long that answer counts, in milliseconds. */
const LOOK_LASTS_MS = 5_000;

const OPERATIONS = [
  'find-events',
  'read-event',
  'save-announcement',
  'set-storno',
  'read-channel',
  'read-right',
  'grant-right',
] as const;

/**
 * The console's only calls that are not the API's. They are a trainee's hand on the simulator, never Absage's: nothing
 * of the procedure goes through here, and nothing here can reach a gateway. The addresses are loopback or refused, a
 * redirection is not followed, the only path of Jet that is asked is whether it is a simulator, and that is asked again
 * before everything that changes something.
 */
export class TrainingDesk {
  private known: { behind: Promise<Behind>; untilMs: number } | null = null;

  constructor(private readonly settings: TrainingSettings) {
    for (const url of [settings.simulatorUrl, settings.mailUiUrl]) {
      if (url !== null && !isPlainLoopback(url)) throw new Error('training is for this machine only');
    }
  }

  get hasMail(): boolean {
    return this.settings.mailUiUrl !== null;
  }

  /** For pages: an answer may be a few seconds old. Never rejects. */
  look(): Promise<Behind> {
    if (this.known && Date.now() < this.known.untilMs) return this.known.behind;
    return this.remember(this.ask(AbortSignal.timeout(LOOK_TIMEOUT_MS)));
  }

  private remember(behind: Promise<Behind>): Promise<Behind> {
    this.known = { behind, untilMs: Date.now() + LOOK_LASTS_MS };
    return behind;
  }

  /** Does some work under one deadline. Rejects with a `TrainingFault`, or with a `Problem` where there is no simulator. */
  async carryOut(work: (hands: TrainingHands) => Promise<void>): Promise<void> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const behind = await this.ask(signal);
    void this.remember(Promise.resolve(behind));
    if (behind === 'other') throw new Problem('not-found');
    if (behind === 'away') throw awayFault('Der Simulator');
    await work(this.hands(signal));
  }

  private async ask(signal: AbortSignal): Promise<Behind> {
    try {
      const response = await fetch(`${this.settings.simulatorUrl}/jet/v1/health`, {
        headers: { authorization: `Bearer ${this.settings.simulatorToken}` },
        redirect: 'error',
        signal,
      });
      const health = (await response.json().catch(() => null)) as { simulator?: unknown } | null;
      return response.ok && health?.simulator === true ? 'simulator' : 'other';
    } catch {
      return 'away';
    }
  }

  private hands(signal: AbortSignal): TrainingHands {
    const { simulatorUrl, mailUiUrl } = this.settings;
    const simulator = (method: string, path: string, body?: unknown) =>
      call('Der Simulator', `${simulatorUrl}/simulator/v1${path}`, { method, body, signal });
    const mails = async (method: string, body?: unknown) => {
      if (mailUiUrl === null) throw new Problem('not-found');
      await call('Der E-Mail-Fänger', `${mailUiUrl}/faults`, { method, body, signal });
    };
    return {
      async pauseSync(paused) {
        await simulator('PUT', '/sync', { paused });
      },
      async edit(eventNumber, set) {
        await simulator('POST', '/human-edits', { eventNumber, set });
      },
      async readLog(eventNumber) {
        const response = await simulator('GET', `/log?eventNumber=${eventNumber}`);
        return (response as { entries: SimulatorEntry[] }).entries;
      },
      async closeJet() {
        const faults = OPERATIONS.map((operation) => ({ operation, kind: 'maintenance', probability: 1 }));
        await simulator('POST', '/faults', faults);
      },
      async openJet() {
        await simulator('DELETE', '/faults');
      },
      dropMail: (subjectIncludes) => mails('POST', { kind: 'drop-after-data', count: 1, subjectIncludes }),
      keepMails: () => mails('DELETE'),
      async reset() {
        await simulator('POST', '/reset', {});
      },
    };
  }
}

/** `http`, a loopback address, and nothing behind it. */
function isPlainLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(url);
  return (
    protocol === 'http:' &&
    isLoopback(hostname) &&
    pathname === '/' &&
    `${username}${password}${search}${hash}` === ''
  );
}

/** The answer's JSON, `null` where it has none. */
async function call(
  who: string,
  url: string,
  { method, body, signal }: { method: string; body?: unknown; signal: AbortSignal },
): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    redirect: 'error',
    signal,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
    .then(async (response) => ({
      status: response.status,
      json: (response.status === 204 ? null : await response.json()) as unknown,
    }))
    .catch(() => {
      throw awayFault(who);
    });
  if (answer.status < 300) return answer.json;
  if ((answer.json as { code?: unknown } | null)?.code === 'event-not-found') {
    throw new TrainingFault('Diese Veranstaltung gibt es im Simulator nicht mehr.', 404);
  }
  throw new TrainingFault(`${who} hat das nicht angenommen.`, 409);
}

function awayFault(who: string): TrainingFault {
  return new TrainingFault(
    `${who} antwortet gerade nicht. Ob sich etwas geändert hat, ist offen; noch einmal drücken ist ungefährlich.`,
    503,
  );
}
