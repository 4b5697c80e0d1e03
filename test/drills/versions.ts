import { join } from 'node:path';
import { copyBuild } from '../chaos/copies';
import { versioned } from '../chaos/stack';
import type { Drill } from './drill';
import type { Evening } from './evening';

const ROOT = join(__dirname, '..', '..');

const promote = (evening: Evening, version: string) =>
  evening.person(`absage deploy promote ${version}`, () => evening.command('deploy', 'promote', version));

async function upgrade(evening: Evening): Promise<void> {
  const { stack } = evening;
  await promote(evening, '1.0');
  await evening.order(2);
  const dist = copyBuild(ROOT, join(stack.dataDir, 'second-build'));
  await evening.person('Worker der neuen Version starten', () =>
    stack.launch('second-worker', versioned('2.0', dist)),
  );
  await promote(evening, '2.0');
  await evening.order(2);
}

export const versions: Drill = {
  title: 'Neue Version und zurück, mit offenen Absagen',
  rows: {
    upgrade: {
      what: 'Die neue Version kommt, die alte führt ihre Absagen zu Ende',
      options: () => ({ worker: versioned('1.0') }),
      run: upgrade,
    },
    rollback: {
      what: 'Die neue Version kommt, und gleich wieder die alte',
      options: () => ({ worker: versioned('1.0') }),
      async run(evening) {
        await upgrade(evening);
        await evening.person('absage deploy rollback', () => evening.command('deploy', 'rollback'));
        await evening.order(1);
      },
    },
    killed: {
      what: 'Ohne Versionen: die neuen Worker lösen die alten auf einen Schlag ab',
      async run(evening) {
        const { stack } = evening;
        await evening.order(2);
        const dist = copyBuild(ROOT, join(stack.dataDir, 'second-build'));
        await evening.person('Worker beenden, die der neuen Version starten', async () => {
          await stack.end('worker');
          await stack.launch('worker', { dist });
        });
        await evening.order(1);
      },
    },
  },
};
