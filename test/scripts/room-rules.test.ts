import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '..', '..');

/**
 * Lints each text as if it were in an existing file. Resolves to whether a room rule complains, for each text. All
 * texts share one process, because it is slow to start.
 */
async function lint(cases: readonly (readonly [file: string, text: string])[]): Promise<boolean[]> {
  const script = `
    import { ESLint } from 'eslint';
    const rules = ['@typescript-eslint/no-restricted-imports', 'no-restricted-properties', 'no-restricted-syntax'];
    const eslint = new ESLint({
      ruleFilter: ({ ruleId }) => rules.includes(ruleId),
      overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    });
    for (const [filePath, text] of ${JSON.stringify(cases)}) {
      const [{ messages }] = await eslint.lintText(text, { filePath });
      console.log(messages.length > 0);
    }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: ROOT,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line === 'true');
}

const REFUSED = [
  ['src/domain/types.ts', `import { z } from 'zod';`],
  ['src/domain/types.ts', `import type { Config } from '../settings/environment';`],
  ['src/domain/types.ts', `import { join } from 'node:path';`],
  ['src/workflows/messages.ts', `import { createActivities } from '../activities';`],
  ['src/workflows/messages.ts', `import { loadConfig } from '../settings/environment';`],
  ['src/workflows/messages.ts', `import { z } from 'zod';`],
  ['src/activities/index.ts', `import { createHttpJet } from '../jet/http-jet';`],
  ['src/activities/index.ts', `export const secret = process.env.ABSAGE_JET_TOKEN;`],
  ['src/journal/port.ts', `import { pause } from '../jet/port';`],
  ['src/journal/sqlite/open.ts', `import type { JetPort } from '../../jet/port';`],
  ['src/journal/sql/entries.ts', `import { retryOnConflict } from '../sqlite/conflicts';`],
  ['src/jet/port.ts', `import { Client } from '@temporalio/client';`],
  ['src/api/app.ts', `import { createHttpJet } from '../jet/http-jet';`],
  ['src/api/app.ts', `import { CANCEL } from '../workflows/messages';`],
  ['src/console/console.tsx', `import { startWorker } from '../worker';`],
  ['src/console/case/details.tsx', `import { startWorker } from '../../worker';`],
  ['src/simulator/server.ts', `import { decide } from '../domain/decisions';`],
  ['src/simulator/server.ts', `import type { JetEvent } from '../domain/types';`],
  ['src/simulator/masks/routes.ts', `import { decide } from '../../domain/decisions';`],
  ['src/simulator/masks/routes.ts', `import { casePage } from '../../console/case';`],
  ['src/worker.ts', `import { MaskClerk } from './simulator/masks/clerk';`],
  ['src/server.ts', `import { MaskClerk } from './simulator/masks/clerk';`],
  ['src/activities/index.ts', `import { MaskClerk } from '../simulator/masks/clerk';`],
  ['src/console/case/task.tsx', `import { MaskClerk } from '../../simulator/masks/clerk';`],
  ['src/up/up.ts', `import { MaskClerk } from '../simulator/masks/clerk';`],
  ['src/cli/commands.ts', `import { toView } from '../cases/view';`],
  ['src/cli/commands.ts', `import { loadConfig } from '../settings/environment';`],
  ['src/cli/commands.ts', `import { allowedActions } from '../domain/actions';`],
  ['src/cli/commands.ts', `process.stdout.write('Faust');`],
  ['src/up/up.ts', `import { startWorker } from '../worker';`],
  ['src/doctor/doctor.ts', `import { canConnect } from '../up/ports';`],
  ['src/up/up.ts', `import { examine } from '../doctor/doctor';`],
  ['src/server.ts', `import { startWorker } from './worker';`],
  ['src/client.ts', `import { createActivities } from './activities';`],
] as const;

const ALLOWED = [
  ['src/domain/types.ts', `import { now } from './clock';`],
  ['src/workflows/messages.ts', `import type { Activities } from '../activities';`],
  ['src/workflows/messages.ts', `import { sleep } from '@temporalio/workflow';`],
  ['src/activities/index.ts', `import type { Jet } from '../jet/port';`],
  ['src/jet/port.ts', `import { z } from 'zod';`],
  ['src/journal/sqlite/open.ts', `import { migrate } from '../sql/migrations';`],
  ['src/api/app.ts', `import fastify from 'fastify';`],
  ['src/console/case/details.tsx', `import { MASK_LABELS } from '../words';`],
  ['src/simulator/server.ts', `import { wireEvent } from '../jet/contract';`],
  ['src/simulator/masks/routes.ts', `import { EventStore } from '../event-store';`],
  ['src/cli/commands.ts', `import type { View } from '../cases/view';`],
  ['src/cli/commands.ts', `import { STEPS } from '../domain/vocabulary';`],
  ['src/cli/terminal.ts', `process.stdout.write('Faust');`],
  ['src/up/up.ts', `import { runRole } from '../role';`],
  ['src/doctor/doctor.ts', `import { createHttpJet } from '../jet/http-jet';`],
  ['src/worker.ts', `import { createHttpJet } from './jet/http-jet';`],
] as const;

it('keeps each room to itself', async () => {
  const answers = await lint([...REFUSED, ...ALLOWED]);
  const wrong = [...REFUSED, ...ALLOWED].filter((_entry, index) => answers[index] !== index < REFUSED.length);
  expect(wrong).toEqual([]);
});
