import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readWrites, switchWrites, type StillAtWork } from '../cases/writes';
import { STEPS } from '../domain/vocabulary';
import type { WritesState } from '../domain/writes';
import { answers } from './answers';
import type { AppDependencies } from './dependencies';
import { text } from './schemas';
import { logSecurity } from './security-log';

const writesState = z.object({
  on: z.boolean().meta({ description: 'whether anything is written to Jet or mailed to Ö-Ticket' }),
  since: z.string().nullable().meta({ description: 'null: nobody has ever switched' }),
  by: z.string().nullable(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<WritesState>;

const installation = z.object({
  version: z.string(),
  mode: z.enum(['rehearsal', 'production']),
  rehearsal: z.boolean(),
  writes: writesState,
});

const switched = installation.extend({
  atWork: z
    .array(
      z.object({
        house: z.string(),
        eventNumber: z.string().nullable().meta({ description: 'null: the mail of a series' }),
        caseId: z.string().meta({ description: 'of the series, for its mail' }),
        step: z.enum(STEPS),
        since: z.string(),
      }) satisfies z.ZodType<StillAtWork>,
    )
    .meta({ description: 'attempts that had asked before and may still end' }),
});

/** The installation as a whole, and the switch that stops every write of it. */
export function registerInstallation(instance: FastifyInstance, deps: AppDependencies): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  const { version, isRehearsal } = deps;
  const told = (writes: WritesState) => ({
    version,
    mode: isRehearsal ? ('rehearsal' as const) : ('production' as const),
    rehearsal: isRehearsal,
    writes,
  });

  app.get(
    '/v1/installation',
    {
      schema: {
        summary: 'What this installation is, and whether it writes',
        response: answers({ 200: installation }, 'journal-unavailable'),
      },
    },
    async () => told(await readWrites(deps)),
  );

  app.put(
    '/v1/installation/writes',
    {
      schema: {
        summary: 'Stop every write to Jet and every mail to Ö-Ticket, or let them go on',
        description:
          'From the answer on nothing is written, in any process, until they are on again. The answer waits a few seconds for attempts that had asked before, and names those that may still end. Cases go on to their next write and wait there.',
        body: z.strictObject({ on: z.boolean(), reason: text }),
        response: answers(
          { 200: switched },
          ...(['not-allowed', 'payload-too-large', 'unsupported-media-type'] as const),
          ...(['gateway-unknown', 'journal-unavailable'] as const),
        ),
      },
    },
    async (request) => {
      const { writes, atWork } = await switchWrites(deps, request.caller, request.body);
      logSecurity(request, writes.on ? 'writes-on' : 'writes-off');
      return { ...told(writes), atWork };
    },
  );
}
