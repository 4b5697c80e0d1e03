import { accessSync, constants, existsSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { KnownFailure } from '../domain/failures';
import { isChainWhole } from '../journal/chain';
import { MIGRATIONS } from '../journal/migrations';
import type { Journal } from '../journal/port';
import { openSqlJournal } from '../journal/sql-journal';
import { failed, ok, warning, type Check, type Verdict } from './check';

/** How long chains are looked at. A journal of many years takes longer: then the newest cases count. */
const CHAIN_BUDGET_MS = 8_000;
const LOCK_PATIENCE_MS = 1_000;

/** What the migrations put between the journal and everybody who would change it. */
const GUARDS = ['entry_no_update', 'entry_no_delete', 'claim_no_update', 'claim_no_delete'];

/** Reads only. A journal that is not there yet stays so, an older schema is left to the roles. */
export function journalCheck(databaseUrl: string, budgetMs = CHAIN_BUDGET_MS): Check {
  return {
    name: 'journal',
    label: 'Logbuch',
    async run() {
      const path = fileURLToPath(databaseUrl);
      if (!existsSync(path)) return ok(`${path} gibt es noch nicht, es entsteht beim ersten Start.`);
      try {
        accessSync(path, constants.R_OK | constants.W_OK);
      } catch {
        return failed(
          `${path} ist nicht les- und schreibbar: bitte die Rechte für diesen Benutzer berichtigen.`,
        );
      }
      try {
        const { caseIds, fault } = readFrame(path);
        return fault ?? (await judgeChains(databaseUrl, caseIds, budgetMs));
      } catch (error) {
        const { code, name } = error as NodeJS.ErrnoException;
        const reason = error instanceof KnownFailure ? error.detail : (code ?? name);
        return failed(
          `${path} kann nicht gelesen werden: bitte die Datei sichern und nichts löschen (${reason}).`,
        );
      }
    },
  };
}

/** Everything around the lines. Every case counts, also one whose first line is gone. */
function readFrame(path: string): { caseIds: string[]; fault: Verdict | null } {
  const database = new Database(path);
  const column = (query: string) =>
    (database.prepare(query).raw().all() as string[][]).map(([value = '']) => value);
  try {
    database.exec(`pragma busy_timeout = ${LOCK_PATIENCE_MS}`);
    const tables = column(`select name from sqlite_master where type = 'table'`);
    const applied = tables.includes('kysely_migration') ? column('select name from kysely_migration') : [];
    const guards = column(`select name from sqlite_master where type = 'trigger'`);
    const fault = judgeSchema(path, applied) ?? judgeGuards(path, guards);
    const caseIds = fault
      ? []
      : column('select case_id from entry group by case_id order by max(rowid) desc');
    return { caseIds, fault };
  } finally {
    database.close();
  }
}

function judgeSchema(path: string, applied: readonly string[]): Verdict | null {
  const known = Object.keys(MIGRATIONS);
  if (applied.some((name) => !known.includes(name))) {
    return failed(`${path} stammt von einer neueren Version von Absage: bitte diese verwenden.`);
  }
  if (applied.length === known.length) return null;
  return warning(`${path} hat noch die Form einer älteren Version, die der nächste Start erneuert.`);
}

function judgeGuards(path: string, guards: readonly string[]): Verdict | null {
  if (GUARDS.every((name) => guards.includes(name))) return null;
  return failed(
    `${path} hat seinen Schutz gegen Änderungen verloren: bitte klären, wer die Datei verändert hat, und die Sicherung vergleichen.`,
  );
}

async function judgeChains(
  databaseUrl: string,
  caseIds: readonly string[],
  budgetMs: number,
): Promise<Verdict> {
  const journal = await openSqlJournal(databaseUrl);
  try {
    const deadline = performance.now() + budgetMs;
    const broken: string[] = [];
    let checked = 0;
    for (const caseId of caseIds) {
      if (performance.now() > deadline) break;
      const place = await findBreak(journal, caseId);
      if (place) broken.push(place);
      checked += 1;
      await nextTurn(); // the other checks watch the clock
    }
    return judgeCount(caseIds.length, checked, broken);
  } finally {
    await journal.close();
  }
}

/** Whose chain is broken, or `null`. */
async function findBreak(journal: Journal, caseId: string): Promise<string | null> {
  try {
    const entries = await journal.entries(caseId);
    if (isChainWhole(entries)) return null;
    const [first] = entries;
    return `${first?.house} ${first?.eventNumber} (${caseId})`;
  } catch (error) {
    // A line whose values are no JSON any more is a changed line.
    const isUnreadable = error instanceof KnownFailure && error.options.cause instanceof SyntaxError;
    if (!isUnreadable) throw error;
    return caseId;
  }
}

function judgeCount(total: number, checked: number, broken: readonly string[]): Verdict {
  const count = total === 1 ? 'Eine Absage' : `${total.toLocaleString('de-AT')} Absagen`;
  if (broken.length > 0) {
    return {
      ...failed(
        `${count}, davon ${broken.length} mit geänderten oder fehlenden Zeilen: bitte nichts löschen und die Sicherung vergleichen.`,
      ),
      details: broken,
    };
  }
  if (total === 0) return ok('Noch keine Absage.');
  if (checked === total) return ok(`${count}, alle Zeilen unversehrt.`);
  return warning(
    `${count}, geprüft wurden in der Zeit nur die neuesten ${checked.toLocaleString('de-AT')}: sie sind unversehrt.`,
  );
}
