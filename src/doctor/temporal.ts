import { Connection, isGrpcServiceError, type WorkflowService } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import type { TemporalSettings } from '../settings/temporal';
import { findMissingAbilities, isListingRefused, type Ability } from '../temporal/abilities';
import { abandonedBuildsText } from '../domain/wording';
import { connect } from '../temporal/connect';
import { findAbandonedBuilds } from '../temporal/deployments';
import { judgeStuckRuns } from './stuck-runs';
import { describeWay } from './proxy';
import { findIdleWork, findUnrouted, type Unrouted, type Work } from '../temporal/queues';
import { SEARCH_ATTRIBUTES, searchAttributeTypeName } from '../temporal/search-attributes';
import {
  ERASER_SCHEDULE,
  JET_TASK_QUEUE,
  RECONCILER_SCHEDULE,
  TASK_QUEUE,
  WATCH_SCHEDULE,
} from '../workflows/messages';
import { failed, notChecked, ok, warning, type Check, type Verdict } from './check';

/** For the connection, and again for each call. */
const ASK_MS = 3_000;
const DAY_MS = 24 * 3_600_000;
const SHORTEST_RETENTION_DAYS = 30;

const WORK_NAMES: Readonly<Record<Work, string>> = {
  cases: 'die Absagen selbst',
  'mail-and-journal': 'E-Mail und Logbuch',
  jet: 'die Aufrufe von Jet',
};

/**
 * What Absage needs of Temporal. One connection for all of them, closed when `close` is called. `isOwn`: it is the server
 * that `absage up` starts with all that is wanted.
 */
export function temporalChecks(
  settings: TemporalSettings,
  isOwn: boolean,
): {
  checks: Check[];
  close(): Promise<void>;
} {
  const { namespace } = settings;
  const { address } = settings.connectionOptions;
  const way = describeWay(settings.proxy);
  const connecting = connect(settings, ASK_MS);
  connecting.catch(() => {}); // every check gets the rejection

  const check = (
    name: string,
    label: string,
    look: (connection: Connection) => Promise<Verdict>,
    without: (error: unknown) => Verdict = () => notChecked('Temporal antwortet nicht'),
  ): Check => ({
    name,
    label,
    async run() {
      const connection = await connecting.catch(without);
      if (!(connection instanceof Connection)) return connection;
      try {
        return await connection.withDeadline(Date.now() + ASK_MS, () => look(connection));
      } catch (error) {
        return judgeFailure(error, address + way, namespace);
      }
    },
  });

  return {
    checks: [
      check(
        'temporal',
        'Temporal',
        async ({ workflowService }) => {
          const { serverVersion } = await workflowService.getSystemInfo({});
          return ok(`${address} antwortet${serverVersion && ` (Version ${serverVersion})`}${way}.`);
        },
        (error) => judgeFailure(error, address + way, namespace),
      ),
      check('namespace', 'Namespace', (connection) => judgeNamespace(connection, namespace)),
      check('abilities', 'Fähigkeiten', (connection) => judgeAbilities(connection, namespace, isOwn)),
      check('search-attributes', 'Suchattribute', (connection) => judgeAttributes(connection, namespace)),
      check('workers', 'Worker', (connection) => judgeWorkers(connection, namespace)),
      check('schedules', 'Zeitpläne', (connection) => judgeSchedules(connection, namespace)),
      check('stuck-runs', 'Absagen', (connection) => judgeStuckRuns(connection, namespace)),
    ],
    close: () =>
      connecting.then(
        (connection) => connection.close(),
        () => {},
      ),
  };
}

async function judgeNamespace({ workflowService }: Connection, namespace: string): Promise<Verdict> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const days = Math.floor(tsToMs(config?.workflowExecutionRetentionTtl) / DAY_MS);
  const kept = `„${namespace}“ bewahrt beendete Absagen ${days === 1 ? 'einen Tag' : `${days} Tage`} auf`;
  if (days >= SHORTEST_RETENTION_DAYS) return ok(`${kept}.`);
  return warning(
    `${kept}, besser sind mindestens ${SHORTEST_RETENTION_DAYS}: temporal operator namespace update --namespace ${namespace} --retention 90d`,
  );
}

/** What to do about each, and what does not work without it. */
const WITHOUT: Readonly<Record<Ability, string>> = {
  standaloneActivities:
    'Standalone Activities, ohne die sich keine Veranstaltung suchen und keine Absage planen lässt: sie brauchen Temporal 1.31 oder neuer und activity.enableStandalone = true',
  syncUpdate:
    'Updates, ohne die sich keine Absage abbrechen lässt: sie brauchen frontend.enableUpdateWorkflowExecution = true',
};

/** A namespace says nothing of it, so that nobody can look. */
const FAIRNESS =
  'Nicht abzufragen: matching.enableFairness = true lässt bei Jet jedes Haus der Reihe nach dran; sonst wartet eines auf die vielen Anfragen eines anderen';

async function judgeAbilities(
  { workflowService }: Connection,
  namespace: string,
  isOwn: boolean,
): Promise<Verdict> {
  const missing = await findMissingAbilities(workflowService, namespace);
  if (missing.length === 0) {
    const able = ok('Der Server kann alles, was Absage braucht.');
    return isOwn ? able : { ...able, details: [FAIRNESS] };
  }
  return {
    ...failed('Dem Server fehlt, was Absage braucht. Bitte in seinen Einstellungen einschalten:'),
    details: missing.map((ability) => WITHOUT[ability]),
  };
}

async function judgeAttributes({ operatorService }: Connection, namespace: string): Promise<Verdict> {
  const listed = await operatorService.listSearchAttributes({ namespace }).catch((error: unknown) => {
    if (isListingRefused(error)) return null;
    throw error;
  });
  if (!listed) return notChecked('der Server lässt die Suchattribute nicht auflisten');
  const { customAttributes } = listed;
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const { name, typeName: wanted } of SEARCH_ATTRIBUTES) {
    const found = searchAttributeTypeName(customAttributes?.[name] ?? 0);
    if (!found) missing.push(`--name ${name} --type ${wanted}`);
    else if (found !== wanted) wrong.push(`${name} ist ${found} statt ${wanted}`);
  }
  if (wrong.length > 0) {
    return failed(
      `Der Namespace hat Suchattribute mit falschem Typ (${wrong.join(', ')}): bitte einen eigenen Namespace für Absage verwenden.`,
    );
  }
  if (missing.length === 0) return ok(`Alle ${SEARCH_ATTRIBUTES.length} sind da.`);
  return {
    ...failed('Es fehlen Suchattribute, ohne die keine Absage beginnen kann. Bitte anlegen:'),
    details: missing.map(
      (what) => `temporal operator search-attribute create --namespace ${namespace} ${what}`,
    ),
  };
}

/** Workers are there, and what begins now goes to none of them. */
function describeUnrouted({ current, builds }: Unrouted): string {
  const there = `Es laufen Worker von ${builds.join(', ')}`;
  return current === null
    ? `${there}, aber keine Version ist aktuell, und neue Absagen übernimmt niemand: bitte absage deploy promote ${builds[0] ?? ''}.`
    : `${there}, aber aktuell ist ${current}, und davon läuft kein Worker: bitte einen starten, oder absage deploy promote ${builds[0] ?? ''}.`;
}

async function judgeWorkers({ workflowService }: Connection, namespace: string): Promise<Verdict> {
  const idle = await findIdleWork(workflowService, namespace);
  const unrouted = await findUnrouted(workflowService, namespace);
  const abandoned = await findAbandonedBuilds(workflowService, namespace);
  const ofOpen = abandoned.length > 0 ? [abandonedBuildsText(abandoned)] : [];
  if (unrouted) return failed([describeUnrouted(unrouted), ...ofOpen].join(' '));
  const ofNew = idle.length > 0 ? [describeIdle(idle)] : [];
  if (ofOpen.length > 0) return failed([...ofOpen, ...ofNew].join(' '));
  if (ofNew.length > 0) return warning(ofNew.join(' '));
  return ok(`Beide Warteschlangen werden bedient (${TASK_QUEUE}, ${JET_TASK_QUEUE}).`);
}

function describeIdle(idle: readonly Work[]): string {
  return `Niemand übernimmt ${idle.map((work) => WORK_NAMES[work]).join(', ')}: bitte absage worker oder absage up starten.`;
}

const SCHEDULES = [
  { scheduleId: RECONCILER_SCHEDULE.scheduleId, without: 'sucht niemand nach unterbrochenen Absagen' },
  { scheduleId: ERASER_SCHEDULE.scheduleId, without: 'löscht niemand Kontaktdaten, deren Frist vorbei ist' },
  {
    scheduleId: WATCH_SCHEDULE.scheduleId,
    without: 'fällt ein Status, der nach dem Storno geändert wird, erst beim nächsten Schritt auf',
  },
] as const;

/** An operator may have paused one, and forgotten it; a worker that could not make one says so in its log alone. */
async function judgeSchedules({ workflowService }: Connection, namespace: string): Promise<Verdict> {
  // Of a namespace that is not there it is not said that its schedules are missing.
  await workflowService.describeNamespace({ namespace });
  const details: string[] = [];
  for (const { scheduleId, without } of SCHEDULES) {
    const state = await readScheduleState(workflowService, namespace, scheduleId);
    if (state === 'missing')
      details.push(`${scheduleId} fehlt, so ${without}: bitte absage worker neu starten, er legt ihn an`);
    if (state === 'paused')
      details.push(
        `${scheduleId} ist angehalten, so ${without}: temporal schedule toggle --namespace ${namespace} --schedule-id ${scheduleId} --unpause`,
      );
  }
  if (details.length === 0)
    return ok('Alle laufen: unterbrochene Absagen finden, Kontaktdaten löschen, auf den Status achten.');
  return { ...warning('Was Absage regelmäßig tun soll, geschieht nicht:'), details };
}

async function readScheduleState(
  workflowService: WorkflowService,
  namespace: string,
  scheduleId: string,
): Promise<'missing' | 'paused' | 'running'> {
  try {
    const { schedule } = await workflowService.describeSchedule({ namespace, scheduleId });
    return schedule?.state?.paused ? 'paused' : 'running';
  } catch (error) {
    if (isGrpcServiceError(error) && error.code === GRPC.notFound) return 'missing';
    throw error;
  }
}

const GRPC = { notFound: 5, permissionDenied: 7, unauthenticated: 16 };

/** Never with the message of the error: it may quote a key. */
function judgeFailure(error: unknown, address: string, namespace: string): Verdict {
  const code = isGrpcServiceError(error) ? error.code : null;
  if (code === GRPC.notFound) {
    return failed(
      `Den Namespace „${namespace}“ gibt es auf ${address} nicht: bitte TEMPORAL_NAMESPACE prüfen oder ihn anlegen.`,
    );
  }
  if (code === GRPC.permissionDenied || code === GRPC.unauthenticated) {
    return failed(`${address} lässt Absage nicht ein: bitte TEMPORAL_API_KEY oder das Zertifikat prüfen.`);
  }
  return failed(
    `${address} antwortet nicht: bitte TEMPORAL_ADDRESS, das Netz, TEMPORAL_TLS und TEMPORAL_API_KEY prüfen.`,
  );
}
