import { toInstant } from '../domain/clock';
import type { House } from '../domain/types';
import { JOURNAL_MOVED, WRITTEN_BY_NEWER } from '../domain/wording';
import { NotMigrated } from '../journal/unusable';
import { inspectJournal } from '../journal/open';
import type { BrokenCase, Chains, InspectionWish, JournalInspection, Proof } from '../journal/inspection';
import { failed, ok, warning, type Check, type Verdict } from './check';
import { judgeContacts } from './contacts';
import { judgeWrites } from './writes';

/** How long chains are followed. A journal of many years takes longer: then the newest cases count. */
const CHAIN_BUDGET_MS = 8_000;

/**
 * What one look at the journal says of it, and of the writes and the contacts in it. Reads only. A journal that is not there yet stays so, an
 * older schema is left to the roles.
 */
export function journalChecks(
  databaseUrl: string,
  houses: ReadonlyMap<string, House> | null,
  { budgetMs = CHAIN_BUDGET_MS, ownKeys = null }: Partial<InspectionWish> = {},
): [journal: Check, writes: Check, contacts: Check] {
  let looking: Promise<JournalInspection> | null = null;
  const look = () => (looking ??= inspectJournal(databaseUrl, { budgetMs, ownKeys }));
  return [
    { name: 'journal', label: 'Logbuch', run: async () => judge(await look()) },
    { name: 'writes', label: 'Schreiben', run: async () => judgeWrites(await look()) },
    {
      name: 'contacts',
      label: 'Kontaktdaten',
      run: async () => judgeContacts(await look(), houses, toInstant(Date.now())),
    },
  ];
}

export function judge(inspection: JournalInspection): Verdict {
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
    case 'unreachable':
      return failed(
        `${place} ist nicht zu erreichen: bitte ABSAGE_DATABASE_URL und den Server der Datenbank prüfen (${inspection.reason}).`,
      );
    case 'unmigrated':
      return failed(`${place}: ${new NotMigrated().message}.`);
    case 'newer-schema':
      return failed(`${place} ${WRITTEN_BY_NEWER}.`);
    case 'moved':
      return failed(`${place} ${JOURNAL_MOVED(inspection.to)}.`);
    case 'older-schema':
      return warning(`${place} hat noch die Form einer älteren Version, die der nächste Start erneuert.`);
    case 'unguarded':
      return failed(
        `${place} hat seinen Schutz gegen Änderungen verloren: bitte klären, wer die Datei verändert hat, und die Sicherung vergleichen. Trigger, die fehlen, verändert oder fremd sind: ${inspection.triggers.join(', ')}.`,
      );
    case 'readable':
      return judgeOwner(judgeChains(inspection.chains), inspection);
  }
}

function judgeOwner(
  verdict: Verdict,
  { place, ownsTables }: { place: string; ownsTables: boolean },
): Verdict {
  return verdict.state === 'ok' && ownsTables
    ? warning(
        `${verdict.text} Aber ${place} besitzt die Tabellen und könnte deren Schutz entfernen: bitte die Tabellen mit einer anderen Rolle anlegen (absage journal migrate mit ABSAGE_DATABASE_OWNER_URL).`,
      )
    : verdict;
}

function judgeChains({ caseCount, checkedCount, broken, contacts, proof }: Chains): Verdict {
  const count = caseCount === 1 ? 'Eine Absage' : `${caseCount.toLocaleString('de-AT')} Absagen`;
  const faults = proof?.faults ?? [];
  if (broken.length > 0 || contacts.length > 0 || faults.length > 0)
    return {
      ...failed(
        `${count}: was hier steht, hat Absage so nicht geschrieben. Bitte nichts löschen und die Sicherung vergleichen.`,
      ),
      details: [
        ...broken.map((each) => `Zeilen geändert, fehlend oder falsch unterschrieben: ${nameCase(each)}`),
        ...contacts.map((each) => `${each.kind === 'lost' ? KEY_LOST : KEY_BACK}: ${nameCase(each)}`),
        ...faults.map(nameFault),
      ],
    };
  if (caseCount === 0) return ok('Noch keine Absage.');
  if (proof === null)
    return warning(
      `${count}, noch keine Zeile ist unterschrieben: das geschieht ab dem nächsten Start. War es schon so weit, hat jemand die Unterschriften entfernt.`,
    );
  if (checkedCount === caseCount) return ok(`${count}, alle Zeilen unversehrt, keine Absage fehlt.`);
  return warning(
    `${count}, keine Absage fehlt. Zeile für Zeile geprüft wurden in der Zeit nur die neuesten ${checkedCount.toLocaleString('de-AT')}: sie sind unversehrt.`,
  );
}

const KEY_LOST = 'Die Kontaktdaten öffnet kein Schlüssel, und keine Löschung ist vermerkt';
const KEY_BACK = 'Die Kontaktdaten sind gelöscht, und ihr Schlüssel ist wieder da';

function nameFault(fault: NonNullable<Proof>['faults'][number]): string {
  if (fault === 'installation')
    return 'Die Kette der Installation ist unterbrochen: damit ist kein Schlüssel bewiesen, mit dem unterschrieben wurde.';
  if (fault === 'foreign-key')
    return 'Unterschrieben ist mit einem fremden Schlüssel, der nicht in der Datei von ABSAGE_SIGNING_KEY_FILE steht.';
  switch (fault.kind) {
    case 'row':
      return `Die Kette der Fälle ist ab Nr. ${fault.number} unterbrochen: davor fehlt etwas, oder diese Nummer wurde geändert.`;
    case 'no-row':
      return `In der Kette der Fälle fehlt: ${nameCase(fault.head)}`;
    case 'no-case':
      return `Aus dem Logbuch verschwunden: ${numberOf(fault)}, Fall ${fault.caseId}`;
    case 'other-case':
      return `Ausgetauscht, die erste Zeile ist eine andere oder fehlt: ${numberOf(fault)}, ${nameCase(fault.head)}`;
  }
}

/** Cases from before the chain have no number of their own. */
function numberOf({ number }: { number: number }): string {
  return number === 0 ? 'ein Fall von vor der Kette' : `Nr. ${number}`;
}

function nameCase({ caseId, house, eventNumber }: BrokenCase): string {
  return house === undefined ? caseId : `${house} ${eventNumber} (${caseId})`;
}
