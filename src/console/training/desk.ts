import { z } from 'zod';
import { Problem } from '../../cases/problems';
import { isLoopback } from '../../domain/loopback';
import { parseUrl } from '../../domain/url';
import type { TrainingSettings } from '../../settings/training';

/** The fields of one line of the simulator's log that are used here. */
export interface SimulatorEntry {
  actor: 'gateway' | 'human' | 'sync';
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** What a trainee can cause. Each method calls the control path of the simulator or the mail catcher. */
export interface TrainingHands {
  /** Stops the transfer to Ö-Ticket, or lets it go on. */
  pauseSync(isPaused: boolean): Promise<void>;
  /** Changes an event as a colleague at the mask would. */
  edit(eventNumber: string, set: { title?: string; status?: string }): Promise<void>;
  /** What was read and written of an event, oldest first. */
  readLog(eventNumber: string): Promise<SimulatorEntry[]>;
  /** Makes every operation of Jet answer that Jet is under maintenance. */
  closeJet(): Promise<void>;
  openJet(): Promise<void>;
  /** Leaves the next mail whose subject contains all of these texts without an answer. */
  dropMail(subjectIncludes: readonly string[]): Promise<void>;
  keepMails(): Promise<void>;
  /** Restores the sample programme of the first day. */
  reset(): Promise<void>;
  /** Keeps who has switched something on; `forget` without a name forgets all of it. */
  note(name: string, by: string): Promise<void>;
  forget(name?: string): Promise<void>;
}

/** What is switched on at the moment. */
export interface Standing {
  isPaused: boolean;
  isJetClosed: boolean;
  isMailArmed: boolean;
  /** Who switched what on, and when; the newest last. */
  notes: readonly { name: string; by: string; at: string }[];
}

/** What the simulator and the mail catcher say of themselves. */
const SIMULATOR_STATE = z.object({
  sync: z.object({ isPaused: z.boolean() }),
  faults: z.number(),
  notes: z.array(z.object({ name: z.string(), by: z.string(), at: z.string() })),
});
const MAIL_FAULTS = z.object({ armed: z.number() });

/** A mishap could not be caused or undone. The message is a German sentence for the trainee. */
export class TrainingFault extends Error {
  override readonly name = 'TrainingFault';

  constructor(
    message: string,
    readonly status: 404 | 409 | 422 | 503,
  ) {
    super(message);
  }
}

/** What answers at the simulator's address: the simulator, another server, or nothing at the moment. */
export type Behind = 'simulator' | 'other' | 'away';

/** Limit for all calls that one press of a button makes, in milliseconds. */
const DEADLINE_MS = 3_000;
/** Limit for the question what is behind the address, while a page waits for it, in milliseconds. */
const LOOK_TIMEOUT_MS = 1_000;
/** How long the answer to that question is kept, in milliseconds. */
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
 * The only calls that the console makes past the use cases. A trainee acts on the simulator through them; the
 * procedure never does, and none of them can reach a real gateway. Addresses other than loopback are refused,
 * redirections are not followed, the only path of Jet that is called asks whether it is the simulator, and every change
 * asks that again first.
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

  /** What is behind the address, for pages: the answer may be a few seconds old. Never rejects. */
  look(): Promise<Behind> {
    if (this.known && Date.now() < this.known.untilMs) return this.known.behind;
    return this.remember(this.ask(AbortSignal.timeout(LOOK_TIMEOUT_MS)));
  }

  private remember(behind: Promise<Behind>): Promise<Behind> {
    this.known = { behind, untilMs: Date.now() + LOOK_LASTS_MS };
    return behind;
  }

  /** What is switched on; `null`: the simulator does not say so at the moment. Never rejects. */
  async readStanding(): Promise<Standing | null> {
    const { simulatorUrl, mailUiUrl } = this.settings;
    const get = (url: string) =>
      call('', url, { method: 'GET', signal: AbortSignal.timeout(LOOK_TIMEOUT_MS) });
    const mails = mailUiUrl === null ? null : get(`${mailUiUrl}/faults`).catch(() => null);
    try {
      if ((await this.ask(AbortSignal.timeout(LOOK_TIMEOUT_MS))) !== 'simulator') return null;
      const state = SIMULATOR_STATE.parse(await get(`${simulatorUrl}/simulator/v1/state`));
      const armed = MAIL_FAULTS.safeParse(await mails).data?.armed ?? 0;
      const { sync, faults, notes } = state;
      return { isPaused: sync.isPaused, isJetClosed: faults > 0, isMailArmed: armed > 0, notes };
    } catch {
      return null;
    }
  }

  /** Does work under one deadline. Rejects with a `TrainingFault`, or with a `Problem` if another server answers. */
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
      async note(name, by) {
        await simulator('POST', '/notes', { name, by });
      },
      async forget(name) {
        await simulator('DELETE', name === undefined ? '/notes' : `/notes?${new URLSearchParams({ name })}`);
      },
    };
  }
}

/** Whether an address is `http`, loopback, and has no path, user or query. */
function isPlainLoopback(text: string): boolean {
  const url = parseUrl(text);
  if (!url) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = url;
  return (
    protocol === 'http:' &&
    isLoopback(hostname) &&
    pathname === '/' &&
    `${username}${password}${search}${hash}` === ''
  );
}

/** Resolves with the JSON of the answer, `null` if it has none. */
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
