import type { z } from 'zod';
import type { Caller } from '../cases/caller';
import type { CaseSources } from '../cases/sources';
import { locateCase, type WantedCase } from '../cases/which-case';
import { caseIdParams, caseIdTaskParams, caseParams, caseTaskParams } from './schemas';

/** The two addresses of a case: its own, and that of its event, where it is meant while it is the newest one. */
export const CASE_DOORS = [
  {
    path: '/v1/cases/:caseId',
    params: caseIdParams,
    taskParams: caseIdTaskParams,
    meant: 'One cancellation',
  },
  {
    path: '/v1/cancellations/:house/:eventNumber',
    params: caseParams,
    taskParams: caseTaskParams,
    meant: 'The newest cancellation of an event',
  },
] as const;

type Params = z.infer<(typeof CASE_DOORS)[number]['params']>;

/** The case that an address means. */
export async function wantedCase(
  sources: CaseSources,
  { params, caller }: { params: Params; caller: Caller },
): Promise<WantedCase> {
  return 'caseId' in params ? locateCase(sources, caller, params.caseId) : params;
}
