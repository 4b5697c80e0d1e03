import { writeFileSync } from 'node:fs';
import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildApp } from '../../src/api/app';
import { logInByToken } from '../../src/cases/log-in';
import { keyLinesOf } from '../../src/domain/installation';
import type { JournalStore } from '../../src/journal/port';
import { addSigningKey } from '../../src/settings/signing-key';
import { hashToken } from '../../src/settings/tokens';
import { readGivenKeys } from '../../src/protocol/given-keys';
import { openSignedJournal } from '../../src/start/signed-journal';
import { OPENING, REF } from '../journal/lines';
import { idleDependencies } from '../support/api-stage';

const PATH = '/.well-known/absage-signing-key';

let folder: string;
const opened: JournalStore[] = [];
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'absage-signing-key-'))));
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(): Promise<JournalStore> {
  const databaseUrl = pathToFileURL(join(folder, 'journal.sqlite')).href;
  const signingKeyFile = join(folder, 'signing.key');
  const journal = await openSignedJournal({ databaseUrl, signingKeyFile, dataDir: folder });
  opened.push(journal);
  return journal;
}

/** What a server that asks for a token says to somebody who has none. */
async function ask(journal: Pick<JournalStore, 'signer'>) {
  const deps = {
    ...idleDependencies(),
    journal: journal as JournalStore,
    logIn: logInByToken([], hashToken),
  };
  const app = await buildApp(deps);
  return app.inject(PATH).finally(() => app.close());
}

it('gives everybody the keys of this installation, the one that signs now first, and until when the others did', async () => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  writeFileSync(join(folder, 'signing.key'), pem);
  const before = await open();
  const first = before.signer?.publicKey;
  await before.openCase(REF, OPENING);
  addSigningKey(join(folder, 'signing.key'));
  const journal = await open();
  await journal.openCase({ ...REF, caseId: 'case-2', eventNumber: '104234' }, OPENING);
  const { statusCode, headers, body } = await ask(journal);
  expect([statusCode, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  const pems = body.match(/-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----/gs) ?? [];
  const fingerprints = pems.map((each) =>
    createHash('sha256')
      .update(createPublicKey(each).export({ format: 'der', type: 'spki' }))
      .digest('hex'),
  );
  expect(fingerprints).toEqual([journal.signer?.publicKey.fingerprint, first?.fingerprint]);
  expect(body.match(/^# [0-9a-f]{64}$/gm)).toEqual(fingerprints.map((each) => `# ${each}`));
  const [, change] = keyLinesOf(await journal.installationLines());
  expect(readGivenKeys(body)).toEqual([
    { fingerprint: fingerprints[0], end: null },
    { fingerprint: fingerprints[1], end: { at: change!.at, caseNumber: 1 } },
  ]);
});

it('is not there where nobody signs', async () => {
  expect((await ask({ signer: null })).statusCode).toBe(404);
});
