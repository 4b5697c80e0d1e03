import type { CancellationClient } from '../client';
import type { CancellationInput } from '../domain/case';
import type { House } from '../domain/types';
import type { Journal, JournalStore } from '../journal/port';
import type { EventPages } from './event-pages';

/** Where all servers count together. */
export type Spendings = Pick<JournalStore, 'spend'>;

/** Where all servers keep the forms of browsers. */
export type FormStore = JournalStore['forms'];

/** The sources of the use cases, and what their answers say about this installation. */
export interface CaseSources {
  client: CancellationClient;
  journal: Journal &
    Pick<
      JournalStore,
      | 'caseMarks'
      | 'listSeries'
      | 'openSeries'
      | 'seriesLines'
      | 'openSeriesRequests'
      | 'appendToSeries'
      | 'appendNewToSeries'
      | 'caseRow'
      | 'installationLines'
      | 'lastCaseOf'
      | 'nameRun'
      | 'namedRuns'
      | 'sealedSince'
      | 'signer'
      | 'spend'
      | 'switchWrites'
      | 'attemptsAtWork'
    >;
  houses: ReadonlyMap<string, House>;
  /** What was read of the houses' programmes in the last minute. */
  eventPages: EventPages;
  isRehearsal: boolean;
  /** Whether the API has sealed the start of a run; absent where a run needs no seal. */
  isSealed?: (workflowId: string, input: CancellationInput) => boolean;
  /**
   * There is no log-in, and the gateway has not said yet that it is a simulator: it may be a real one, in front of which
   * nobody may do anything without a log-in.
   */
  isLogInMissing(): boolean;
  /** People log in themselves, so a program decides nothing that is a person's to decide. */
  arePeopleKnown?: boolean;
  temporalUiUrl: string;
  namespace: string;
}
