import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { CancellationView } from '../../src/cases/view';
import { createToken } from '../../src/settings/tokens';
import { RECONCILER_SCHEDULE } from '../../src/workflows/messages';
import { freePorts, UpProcess } from '../support/up-process';
import { eventually } from '../support/eventually';

/*
 * `absage up` with a file of keys: what a case is about is nowhere in Temporal, and who may see it reads it there all the
 * same, with Temporal's own tools.
 */

const TIMEOUT_MS = 240_000;
const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');

/** What people type, and what must not be seen: also in the middle of a sentence, and with umlauts. */
const CANARIES = ['Kehlkopfentzündung', 'Theodora Kanari', '+43 2742 998877', 'kanari@haus.example'];
const REASON = 'Die Vorstellung entfällt (Kehlkopfentzündung).';
const CONTACT = { name: 'Theodora Kanari', phone: '+43 2742 998877', email: 'kanari@haus.example' };
/** Typed into Temporal in the clear, to show that the search finds what is there. */
const IN_THE_CLEAR = 'Unverschluesselt-geschrieben';

const folder = mkdtempSync(join(tmpdir(), 'absage-encrypted-'));
const keysFile = join(folder, 'keys.json');
const tokens = {
  FSP: createToken('Kassa FSP', ['FSP']),
  LTN: createToken('Kassa LTN', ['LTN']),
  all: createToken('Betrieb', '*'),
};

let up: UpProcess;
let connection: Connection;
let temporal: Client;

const absage = (...given: string[]) =>
  spawnSync(process.execPath, [CLI, ...given], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...settings(), ABSAGE_DATA: join(folder, 'data') },
  });

const settings = () => ({
  ABSAGE_SYNC_INTERVAL: '1s',
  ABSAGE_POLL_INTERVAL: '200ms',
  ABSAGE_PAYLOAD_KEYS_FILE: keysFile,
  ABSAGE_API_TOKENS_FILE: join(folder, 'tokens.json'),
});

async function startUp(options = up.options): Promise<void> {
  up = UpProcess.start(options);
  await up.ready();
}

beforeAll(async () => {
  const entries = Object.values(tokens).map(({ entry }) => entry);
  writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ tokens: entries }), { mode: 0o600 });
  expect(absage('keys', 'create', keysFile)).toMatchObject({ status: 0, stderr: '' });
  await startUp({ dataDir: join(folder, 'data'), ports: await freePorts(), settings: settings() });
  connection = await Connection.connect({ address: up.temporalAddress });
  temporal = new Client({ connection });
}, TIMEOUT_MS);

afterAll(async () => {
  await connection?.close();
  await up?.stop();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

async function ask<T>(
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  token = tokens.all.token,
): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${up.options.ports.api}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Orders the cancellation of a performance of the sample programme. */
async function order(house: string, eventNumber: string): Promise<void> {
  const { title, startsAt } = await ask<{ title: string; startsAt: string }>(
    'GET',
    `/v1/events/${house}/${eventNumber}`,
  );
  await ask('POST', '/v1/cancellations', {
    house,
    eventNumber,
    marker: 'ENTFÄLLT',
    reason: REASON,
    contact: CONTACT,
    expected: { title, startsAt },
  });
}

function until(path: string, ...states: string[]): Promise<CancellationView> {
  return eventually(
    () => ask<CancellationView>('GET', `/v1/cancellations/${path}`),
    ({ state }) => states.includes(state),
  );
}

/** A history as it lies on the server. */
async function rawHistory(workflowId: string): Promise<string> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistory({
    namespace: 'default',
    execution: { workflowId },
  });
  return historyToJSON(history!);
}

interface WirePayload {
  metadata: Record<string, string>;
  data: string;
}

const plain = (text: string) => Buffer.from(text, 'base64').toString();

/** Every payload of a raw history, wherever it stands. */
function payloadsOf(history: string): WirePayload[] {
  const found: WirePayload[] = [];
  JSON.parse(history, (_name, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'metadata' in value && 'data' in value)
      found.push(value as WirePayload);
    return value;
  });
  return found;
}

function codec(headers: Record<string, string>, payloads: unknown, method = 'POST', path = 'decode') {
  return fetch(`http://127.0.0.1:${up.options.ports.api}/codec/${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
    ...(method === 'POST' && { body: JSON.stringify({ payloads }) }),
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function decoded(token: string, payloads: WirePayload[]): Promise<WirePayload[]> {
  const response = await codec(bearer(token), payloads);
  expect(response.status).toBe(200);
  return ((await response.json()) as { payloads: WirePayload[] }).payloads;
}

function temporalCli(...given: string[]) {
  const [endpoint, auth] = [`http://127.0.0.1:${up.options.ports.api}/codec`, `Bearer ${tokens.FSP.token}`];
  return spawnSync(
    process.env.TEMPORAL_CLI_PATH ?? 'temporal',
    ['--address', up.temporalAddress, '--codec-endpoint', endpoint, '--codec-auth', auth, ...given],
    { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: folder } },
  );
}

const COMPLETED = 'cancel-performance/FSP/104233';

describe('a case', () => {
  let history = '';
  beforeAll(async () => {
    await temporal.workflow.start('nothing', {
      workflowId: 'clear',
      taskQueue: 'nobody',
      args: [IN_THE_CLEAR],
    });
    await order('FSP', '104233');
    await until('FSP/104233', 'completed');
    history = await rawHistory(COMPLETED);
  }, TIMEOUT_MS);

  it('leaves nothing readable in its history', () => {
    const payloads = payloadsOf(history);
    expect(payloads.length).toBeGreaterThan(40);
    expect(new Set(payloads.map(({ metadata }) => plain(metadata.encoding ?? '')))).toEqual(
      // Search attributes stay readable: house, number, step, attention and time.
      new Set(['binary/absage-aes-256-gcm', 'json/plain']),
    );
    const readable = payloads.filter(({ metadata }) => plain(metadata.encoding ?? '') === 'json/plain');
    for (const { metadata } of readable)
      expect(plain(metadata.type ?? '')).toMatch(/^(Keyword|Bool|Datetime)$/);
    const everything = history + payloads.map(({ data }) => plain(data)).join();
    for (const canary of CANARIES) expect(everything).not.toContain(canary);
    expect(everything).not.toContain('Besuch der alten Dame');
  });

  it('leaves nothing readable on the disk of the server', () => {
    const files = readdirSync(up.options.dataDir).filter((name) => name.startsWith('temporal.sqlite'));
    const bytes = Buffer.concat(files.map((name) => readFileSync(join(up.options.dataDir, name))));
    expect(bytes.includes(IN_THE_CLEAR)).toBe(true);
    for (const canary of CANARIES) expect([canary, bytes.includes(canary)]).toEqual([canary, false]);
  });

  it('is read by whoever may see its house, and stays closed to another one', async () => {
    const [, input] = payloadsOf(history).filter(({ metadata }) => metadata.context);
    const [own] = await decoded(tokens.FSP.token, [input!]);
    expect(JSON.parse(plain(own!.data))).toMatchObject({ order: { reason: REASON, contact: CONTACT } });
    expect(await decoded(tokens.LTN.token, [input!])).toEqual([input]);
    const log = readFileSync(join(up.options.dataDir, 'logs', 'server.log'), 'utf8');
    const lines = log.split('\n').filter((line) => line.includes('payloads were read'));
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({
        caller: 'token:Kassa FSP',
        namespace: 'default',
        workflows: [COMPLETED],
        decoded: 1,
        withheld: 0,
      }),
      expect.objectContaining({
        caller: 'token:Kassa LTN',
        namespace: 'default',
        workflows: [],
        decoded: 0,
        withheld: 1,
      }),
    ]);
    for (const canary of CANARIES) expect(log).not.toContain(canary);
  });

  it('stays closed to everybody when it is changed, or put into another house', async () => {
    const [, input] = payloadsOf(history).filter(({ metadata }) => metadata.context);
    const data = Buffer.from(input!.data, 'base64');
    data[30]! ^= 1;
    const changed = { ...input!, data: data.toString('base64') };
    const context = plain(input!.metadata.context!).replace('FSP', 'LTN');
    const moved = {
      ...input!,
      metadata: { ...input!.metadata, context: Buffer.from(context).toString('base64') },
    };
    expect(await decoded(tokens.all.token, [changed, moved])).toEqual([changed, moved]);
    expect(await decoded(tokens.LTN.token, [moved])).toEqual([moved]);
  });

  it("is shown by Temporal's command line", () => {
    const shown = temporalCli('workflow', 'show', '-w', COMPLETED, '--output', 'json');
    expect(shown).toMatchObject({ status: 0, stderr: '' });
    const values = payloadsOf(shown.stdout)
      .map(({ data }) => plain(data))
      .join();
    for (const canary of CANARIES) expect(values).toContain(canary);
    // All of them, and not only what the door of the API was asked above.
    const encodings = payloadsOf(shown.stdout).map(({ metadata }) => plain(metadata.encoding!));
    expect([...new Set(encodings)].sort()).toEqual(['json/plain']);
  });

  it(
    'takes an action that is typed into the command line',
    async () => {
      // It must still be possible when the command has started, so the case does not come past its first write until then.
      await up.simulator('POST', '/faults', [
        { operation: 'save-announcement', kind: 'maintenance', eventNumber: '104234' },
      ]);
      await order('FSP', '104234');
      await eventually(
        () => ask<CancellationView>('GET', '/v1/cancellations/FSP/104234'),
        ({ step }) => step === 'mark-titles',
      );
      const request = JSON.stringify({ actor: 'Anna', reason: 'Doch kein Ausfall (Kehlkopfentzündung).' });
      const workflowId = 'cancel-performance/FSP/104234';
      const given = ['workflow', 'update', 'execute', '-w', workflowId, '--name', 'abort', '-i', request];
      expect(temporalCli(...given)).toMatchObject({ status: 0 });
      await up.simulator('DELETE', '/faults');
      await until('FSP/104234', 'aborted');
      const raw = await rawHistory(workflowId);
      const everything =
        raw +
        payloadsOf(raw)
          .map(({ data }) => plain(data))
          .join();
      for (const canary of CANARIES) expect(everything).not.toContain(canary);
    },
    TIMEOUT_MS,
  );
});

it(
  'the search for interrupted cases goes on from one run to the next',
  async () => {
    const handle = temporal.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId);
    const ended = async () => {
      const statuses: string[] = [];
      for await (const { status } of temporal.workflow.list({
        query: `WorkflowType = 'reconcileCancellations'`,
      }))
        statuses.push(status.name);
      return statuses;
    };
    for (const runs of [1, 2]) {
      await handle.trigger();
      // The schedule may have begun one by itself.
      const statuses = await eventually(ended, (all) => all.length >= runs && !all.includes('RUNNING'));
      expect(new Set(statuses)).toEqual(new Set(['COMPLETED']));
      // The next one is named by the second, and needs another one than this.
      const second = () => Math.floor(Date.now() / 1_000);
      const last = second();
      await eventually(second, (present) => present > last);
    }
  },
  TIMEOUT_MS,
);

describe('a rotation', () => {
  it(
    'adds a key, and an open case goes on with both',
    async () => {
      await temporal.workflow.getHandle('clear').terminate();
      const before = statSync(keysFile);
      const [first] = keyIds();
      await up.stop();
      // A wait that is still open when everything starts again.
      await startUp({ ...up.options, settings: { ...settings(), ABSAGE_SYNC_INTERVAL: '20s' } });
      await order('LTN', '205101');
      await until('LTN/205101', 'waiting');
      const rotated = absageWith('keys', 'rotate');
      expect(rotated).toMatchObject({ status: 0, stderr: '' });
      const [second] = keyIds();
      expect(keyIds()).toEqual([second, first]);
      expect(rotated.stdout).toContain(`Bleiben müssen: ${first}.\nGehen kann noch keiner.`);
      expect(statSync(keysFile).mode).toBe(before.mode);
      await up.stop();
      await startUp(up.options);
      await until('LTN/205101', 'completed');
      const used = payloadsOf(await rawHistory('cancel-performance/LTN/205101')).flatMap(({ metadata }) =>
        metadata.key ? [plain(metadata.key)] : [],
      );
      expect([...new Set(used)]).toEqual([first, second]);
    },
    TIMEOUT_MS,
  );

  it(
    'a worker that lacks a key of an open case does not begin, and says which',
    async () => {
      await order('GRAF', '408810');
      await until('GRAF/408810', 'waiting');
      const needed = keyIds().toReversed().join(', ');
      await up.stop();
      const whole = readFileSync(keysFile, 'utf8');
      rmSync(keysFile);
      absage('keys', 'create', keysFile);
      up = UpProcess.start(up.options);
      expect(await up.exitCode()).toBe(2);
      const log = readFileSync(join(up.options.dataDir, 'logs', 'worker.log'), 'utf8');
      expect(log).toContain(`fehlen Schlüssel, mit denen offene Absagen verschlüsselt sind: ${needed}.`);
      writeFileSync(keysFile, whole);
      await startUp(up.options);
      await until('GRAF/408810', 'completed');
    },
    TIMEOUT_MS,
  );

  it('without open cases an older key may go', async () => {
    const [second, first] = keyIds();
    const { stdout } = absageWith('keys', 'rotate');
    expect(stdout).toContain(`Bleiben müssen: ${second}.\nGehen können: ${first}.`);
  });

  function absageWith(...given: string[]) {
    return spawnSync(process.execPath, [CLI, ...given], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        ...settings(),
        ABSAGE_DATA: up.options.dataDir,
        ABSAGE_TEMPORAL_PORT: String(up.options.ports.temporal),
      },
    });
  }

  function keyIds(): string[] {
    const { keys } = JSON.parse(readFileSync(keysFile, 'utf8')) as { keys: { id: string }[] };
    return keys.map(({ id }) => id);
  }
});
