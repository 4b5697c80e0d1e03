import { z } from 'zod';
import type { PeopleRule } from '../domain/people';
import { ROLES } from '../domain/roles';
import { lineFault, normaliseText } from '../domain/text';
import type { Logger } from '../observability';
import { readJsonFile } from './json-file';
import { RereadFile, type RereadOptions } from './reread-file';
import { housesOfRole } from './tokens';

const LONGEST_VALUE = 200;

const claim = z
  .string()
  .transform(normaliseText)
  .superRefine((text, context) => {
    const fault = lineFault(text, LONGEST_VALUE);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

const peopleFile = (known: ReadonlyMap<string, unknown>) =>
  z.strictObject({
    people: z
      .array(
        z.strictObject({
          claim,
          role: z.enum(ROLES, `kennt nur ${ROLES.join(', ')}`),
          houses: housesOfRole(known),
        }),
      )
      .min(1, 'braucht mindestens eine Regel'),
  });

/** The rules of the file. Throws a `ConfigError` that lists every fault, houses that do not exist among them. */
export function loadPeople(path: string, houses: ReadonlyMap<string, unknown>): readonly PeopleRule[] {
  const { people } = readJsonFile(path, peopleFile(houses));
  return people.map((rule) => ({ ...rule, houses: rule.houses === '*' ? 'all' : new Set(rule.houses) }));
}

/** The rules as they are now, so that a change of the file counts without a start. */
export class PeopleFile extends RereadFile<readonly PeopleRule[]> {
  constructor(
    path: string,
    houses: ReadonlyMap<string, unknown>,
    logger: Logger,
    options: RereadOptions = {},
  ) {
    const named = { inLog: 'people', inGerman: 'Personen' };
    super(path, (file) => loadPeople(file, houses), named, logger, options);
  }
}
