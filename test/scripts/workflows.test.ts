import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '..', '..', '.github', 'workflows');

it.each(readdirSync(FOLDER))('%s names every action by its commit, and its version for people', (name) => {
  const uses = [...readFileSync(join(FOLDER, name), 'utf8').matchAll(/uses: (.*)$/gm)].map(
    ([, what]) => what,
  );
  expect(uses.length).toBeGreaterThan(0);
  for (const what of uses) expect(what).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
