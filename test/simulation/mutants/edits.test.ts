import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_SOURCES } from '../sources';
import { MUTANTS } from './mutants';
import { ROOM_MUTANTS } from './rooms';

const EDITS = [...MUTANTS, ...ROOM_MUTANTS].flatMap(({ name, edits }) =>
  edits.map((edit) => ({ name, ...edit })),
);

test.each(EDITS)('$file still has the text, once, that is changed by: $name', ({ file, find }) => {
  expect(readFileSync(join(PROJECT_SOURCES, file), 'utf8').split(find)).toHaveLength(2);
});
