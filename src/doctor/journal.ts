import { inspectJournal } from '../journal/open';
import type { BrokenCase, Chains, JournalInspection } from '../journal/inspection';
import { failed, ok, warning, type Check, type Verdict } from './check';

/** How long chains are followed. A journal of many years takes longer: then the newest cases count. */
const CHAIN_BUDGET_MS = 8_000;

/** Reads only. A journal that is not there yet stays so, an older schema is left to the roles. */
export function journalCheck(databaseUrl: string, budgetMs = CHAIN_BUDGET_MS): Check {
  return {
    name: 'journal',
    label: 'Logbuch',
    run: async () => judge(await inspectJournal(databaseUrl, budgetMs)),
  };
}

function judge(inspection: JournalInspection): Verdict {
  const { place } = inspection;
  switch (inspection.state) {
    case 'missing':
      return ok(`${place} gibt es noch nicht, es entsteht beim ersten Start.`);
    case 'no-access':
      return failed(
        `${place} ist nicht les- und schreibbar: bitte die Rechte für diesen Benutzer berichtigen.`,
      );
    case 'unreadable':
      return failed(
        `${place} kann nicht gelesen werden: bitte die Datei sichern und nichts löschen (${inspection.reason}).`,
      );
    case 'newer-schema':
      return failed(`${place} stammt von einer neueren Version von Absage: bitte diese verwenden.`);
    case 'older-schema':
      return warning(`${place} hat noch die Form einer älteren Version, die der nächste Start erneuert.`);
    case 'unguarded':
      return failed(
        `${place} hat seinen Schutz gegen Änderungen verloren: bitte klären, wer die Datei verändert hat, und die Sicherung vergleichen.`,
      );
    case 'readable':
      return judgeChains(inspection.chains);
  }
}

function judgeChains({ caseCount, checkedCount, broken }: Chains): Verdict {
  const count = caseCount === 1 ? 'Eine Absage' : `${caseCount.toLocaleString('de-AT')} Absagen`;
  if (broken.length > 0) {
    return {
      ...failed(
        `${count}, davon ${broken.length} mit geänderten oder fehlenden Zeilen: bitte nichts löschen und die Sicherung vergleichen.`,
      ),
      details: broken.map(nameCase),
    };
  }
  if (caseCount === 0) return ok('Noch keine Absage.');
  if (checkedCount === caseCount) return ok(`${count}, alle Zeilen unversehrt.`);
  return warning(
    `${count}, geprüft wurden in der Zeit nur die neuesten ${checkedCount.toLocaleString('de-AT')}: sie sind unversehrt.`,
  );
}

function nameCase({ caseId, house, eventNumber }: BrokenCase): string {
  return house === undefined ? caseId : `${house} ${eventNumber} (${caseId})`;
}
