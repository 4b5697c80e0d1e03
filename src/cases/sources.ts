import type { CancellationClient } from '../client';
import type { House } from '../domain/types';
import type { Journal, JournalStore } from '../journal/port';

/** The sources of the use cases, and what their answers say about this installation. */
export interface CaseSources {
  client: CancellationClient;
  journal: Journal & Pick<JournalStore, 'caseRow' | 'installationLines' | 'nameRun' | 'namedRuns' | 'signer'>;
  houses: ReadonlyMap<string, House>;
  isRehearsal: boolean;
  /**
   * There is no log-in, and the gateway has not said yet that it is a simulator: it may be a real one, in front of which
   * nobody may do anything without a log-in.
   */
  isLogInMissing(): boolean;
  temporalUiUrl: string;
  namespace: string;
}
