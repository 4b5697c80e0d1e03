import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EVENT_NUMBER_PATTERN, wireEvent } from '../jet/contract';
import { toInstant, withMilliseconds } from './clock';
import { sendProblem } from './fault-replies';
import { faultRequest } from './faults';
import { Refusal } from './gateway';
import { addNote, dropNotes, readNotes } from './notes';
import { appendToLog, changedFields, readLog } from './operation-log';
import { malformed, problem } from './problems';
import type { SimulatorState } from './state';

/** Room for a programme of thousands of performances, in bytes. */
const RESET_BODY_LIMIT = 64 * 1024 * 1024;

const DURATION_UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const LONGEST_DURATION_MS = 24 * DURATION_UNITS.h;
const SHORTEST_INTERVAL_MS = 10;

/** `20s`, or a whole number of milliseconds. */
const duration = (shortestMs: number) =>
  z.union([z.string(), z.number()]).transform((given, context) => {
    const match = /^(\d{1,9})(ms|s|m|h)$/.exec(typeof given === 'number' ? `${given}ms` : given);
    const durationMs = match
      ? Number(match[1]) * DURATION_UNITS[match[2] as keyof typeof DURATION_UNITS]
      : NaN;
    if (durationMs >= shortestMs && durationMs <= LONGEST_DURATION_MS) return durationMs;
    context.addIssue(`a duration like 500ms or 20s, from ${shortestMs} ms to 24 h`);
    return z.NEVER;
  });

const word = z.string().min(1);
const instant = wireEvent.shape.startsAt.transform(withMilliseconds);
const limits = z.strictObject(wireEvent.shape.limits.shape);

/** An event without the fields that Jet itself adds. A given `savedAt` makes its save lie in the past. */
const programmeEvent = z.strictObject({
  ...wireEvent.shape,
  house: word,
  title: word,
  status: word,
  startsAt: instant,
  limits,
  version: z.never().optional(),
  readAt: z.never().optional(),
  savedAt: instant.optional(),
});

const resetRequest = z
  .strictObject({ programme: z.array(programmeEvent).optional() })
  .refine(
    ({ programme = [] }) =>
      new Set(programme.map(({ eventNumber }) => eventNumber)).size === programme.length,
    'an event number comes twice',
  );

const eventEdit = programmeEvent.omit({ eventNumber: true, version: true, readAt: true }).partial();

const editRequest = z
  .strictObject({
    eventNumber: z.string().regex(EVENT_NUMBER_PATTERN),
    set: eventEdit.optional(),
    delete: z.boolean().optional(),
  })
  .refine((edit) => (edit.set !== undefined) !== (edit.delete === true), 'either set or delete');

const syncRequest = z.strictObject({
  interval: duration(SHORTEST_INTERVAL_MS).nullable().optional(),
  delay: duration(0).nullable().optional(),
  paused: z.boolean().optional(),
  reportStatus: word.nullable().optional(),
});

const noteRequest = z.strictObject({ name: word.max(100), by: word.max(200) });

const noteQuery = z.strictObject({ name: word.optional() });

const logQuery = z.strictObject({ eventNumber: z.string().optional() });

/** `/simulator/v1`: what a tester can do to this Jet, and the log of everything that was done to it. */
export function registerControlRoutes(app: FastifyInstance, state: SimulatorState): void {
  const { database, events, faults, sync } = state;

  app.post('/reset', { bodyLimit: RESET_BODY_LIMIT }, (request, reply) => {
    const { programme } = parse(
      resetRequest,
      request.body === '' || request.body === undefined ? {} : toJson(request),
    );
    state.reset(programme?.map(({ version: _version, readAt: _readAt, ...event }) => event));
    return done(reply);
  });

  app.get('/log', (request, reply) => {
    sync.runDue(Date.now());
    return reply.send({ entries: readLog(database, parse(logQuery, request.query).eventNumber) });
  });

  app.post('/human-edits', (request, reply) => {
    const edit = parse(editRequest, toJson(request));
    const nowMs = Date.now();
    sync.runDue(nowMs);
    const event = events.read(edit.eventNumber);
    if (!event) return sendProblem(reply, problem('event-not-found'));
    const entry = { actor: 'human', eventNumber: edit.eventNumber, outcome: 'ok' } as const;
    database.atomically(() => {
      if (edit.set) {
        const changes = changedFields(event, { ...event, ...edit.set });
        events.save(event, edit.set, nowMs);
        appendToLog(database, nowMs, { ...entry, operation: 'edit', ...changes });
        return;
      }
      events.delete(edit.eventNumber, nowMs);
      appendToLog(database, nowMs, { ...entry, operation: 'delete', before: { ...event }, after: null });
    });
    return done(reply);
  });

  app.post('/faults', (request, reply) => {
    faults.arm(parse(z.array(faultRequest), toJson(request)));
    return done(reply);
  });

  app.delete('/faults', (_request, reply) => {
    faults.clear();
    return done(reply);
  });

  app.get('/state', (_request, reply) =>
    reply.send({ sync: sync.settings, faults: faults.count, notes: readNotes(database) }),
  );

  app.post('/notes', (request, reply) => {
    addNote(database, { ...parse(noteRequest, toJson(request)), at: toInstant(Date.now()) });
    return done(reply);
  });

  app.delete('/notes', (request, reply) => {
    dropNotes(database, parse(noteQuery, request.query).name);
    return done(reply);
  });

  app.put('/sync', (request, reply) => {
    const { interval, delay, paused, reportStatus } = parse(syncRequest, toJson(request));
    sync.configure({
      ...(interval === undefined ? {} : { intervalMs: interval }),
      ...(delay === undefined ? {} : { delayMs: delay ?? 0 }),
      ...(paused === undefined ? {} : { isPaused: paused }),
      ...(reportStatus === undefined ? {} : { reportStatus }),
    });
    return done(reply);
  });

  app.get('/service-mails', (_request, reply) => {
    sync.runDue(Date.now());
    return reply.send({ serviceMails: sync.serviceMails() });
  });
}

function done(reply: FastifyReply): FastifyReply {
  return reply.code(204).send();
}

function toJson({ body }: FastifyRequest): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new Refusal(malformed('the body is not JSON'));
  }
}

function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new Refusal(malformed(faults.join('; ')));
}
