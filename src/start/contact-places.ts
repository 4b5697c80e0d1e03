import type { Client } from '@temporalio/client';
import type { ContactPlaces } from '../activities/erase-contacts';
import { deleteRuns } from '../temporal/delete-runs';
import { deleteCaughtMails } from './caught-mails';

/** Where this installation keeps contacts beside its journal. `client`: asked when it is needed. */
export function contactPlaces(client: () => Client, dataDir: string): ContactPlaces {
  return {
    deleteRuns: (ref) => deleteRuns(client(), ref),
    deleteMails: (ref) => deleteCaughtMails(dataDir, ref),
  };
}
