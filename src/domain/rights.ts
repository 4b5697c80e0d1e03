import { ACTION_ROWS, type Action } from './action-rows';
import { ROLES, suffices, type Role } from './roles';

interface RightRow {
  /** The least role that may do it. */
  role: Role;
  /** As the beginning of a sentence: "… kann die Leitung". */
  deed: string;
}

/** What there is to do beside the actions. What concerns no house is for whoever looks after the installation. */
const OTHER_RIGHTS = {
  see: { role: 'viewer', deed: 'Die Absagen dieses Hauses ansehen' },
  search: { role: 'viewer', deed: 'In Jet nach Vorstellungen suchen' },
  plan: { role: 'clerk', deed: 'Eine Absage planen' },
  order: { role: 'clerk', deed: 'Eine Absage beauftragen' },
  'pause-series': { role: 'clerk', deed: 'Eine Serie anhalten' },
  'continue-series': { role: 'clerk', deed: 'Eine Serie fortsetzen' },
  'skip-items': { role: 'clerk', deed: 'Vorstellungen einer Serie auslassen' },
  'abort-series': { role: 'clerk', deed: 'Eine Serie abbrechen' },
  'retry-items': { role: 'clerk', deed: 'Vorstellungen einer Serie noch einmal versuchen' },
  'decide-series-notice': { role: 'clerk', deed: 'Über die E-Mail einer Serie entscheiden' },
  'approve-series': { role: 'lead', deed: 'Eine Serie freigeben' },
  'reject-series': { role: 'lead', deed: 'Die Freigabe einer Serie ablehnen' },
  'override-series': { role: 'lead', deed: 'Eine Serie ohne Freigabe beginnen' },
  'tick-task': { role: 'clerk', deed: 'Die Aufgaben des Hauses abhaken' },
  'read-payloads': { role: 'admin', deed: 'Die Inhalte ohne Haus entschlüsseln' },
  sessions: { role: 'admin', deed: 'Die Anmeldungen ansehen und beenden' },
  people: { role: 'admin', deed: 'Die Personen und ihre Rollen ansehen' },
  'switch-writes': { role: 'admin', deed: 'Das Schreiben in Jet sperren und freigeben' },
} as const satisfies Record<string, RightRow>;

/** All that somebody may or may not do. */
export type Right = Action | keyof typeof OTHER_RIGHTS;

const RIGHTS: Readonly<Record<Right, RightRow>> = { ...ACTION_ROWS, ...OTHER_RIGHTS };

/**
 * Whether somebody with this role may do that: the one rule, for every door and for the run itself. `null`: no role. A role
 * may be anything that somebody has stated; one that does not exist may nothing.
 */
export function roleMay(role: Role | null, what: Right): boolean {
  const needed = RIGHTS[what].role;
  return needed === 'admin' ? role === 'admin' : suffices(role, needed);
}

const WHO: Record<Role, string> = {
  viewer: 'können alle mit Einsicht',
  clerk: 'können das Kartenbüro und die Leitung',
  lead: 'kann die Leitung',
  admin: 'kann die Betreuung',
};

/**
 * One sentence that says who may do these things.
 *
 * @example whoMay('skip-wait') // "Die Wartezeit überspringen kann die Leitung."
 */
export function whoMay(...whats: readonly Right[]): string {
  const parts = ROLES.flatMap((role) => {
    const deeds = whats.map((what) => RIGHTS[what]).filter((row) => row.role === role);
    return deeds.length > 0 ? [`${listed(deeds.map(({ deed }) => deed))} ${WHO[role]}`] : [];
  });
  const [first = '', ...others] = parts;
  return `${[first, ...others.map(withSmallInitial)].join('; ')}.`;
}

function listed([first = '', ...others]: readonly string[]): string {
  const rest = others.map(withSmallInitial);
  const last = rest.pop();
  return last === undefined ? first : `${[first, ...rest].join(', ')} und ${last}`;
}

function withSmallInitial(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
