import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts what a failure says, and where it happened, into a payload, so that it is encrypted with the rest: a mail server
 * or a gateway may quote people. Its type stays in the clear. Loaded by its path: see `connect.ts`.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
