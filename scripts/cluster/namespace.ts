import { setTimeout as sleep } from 'node:timers/promises';
import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { connect } from '../../src/temporal/connect';
import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes';
import { UpError } from '../../src/up/up-error';
import { HOST, NAMESPACE, type ClusterPlan } from './plan';

const RETENTION = '90 days';
const PATIENCE_MS = 60_000;
const PAUSE_MS = 250;
const ALREADY_EXISTS = 6;

/** The namespace of Absage, with all that the doctor asks for. Waits for a server that is just starting. */
export async function prepareNamespace({ ports }: ClusterPlan): Promise<void> {
  const connection = await insist(() =>
    connect({ connectionOptions: { address: `${HOST}:${ports.frontend}` } }),
  );
  try {
    await insist(() => register(connection));
    await insist(() => addSearchAttributes(connection));
    // Every role keeps a copy of what a namespace is, and renews it after a moment.
    await insist(() => searchByAll(connection));
  } finally {
    await connection.close();
  }
}

async function register({ workflowService }: Connection): Promise<void> {
  try {
    await workflowService.registerNamespace({
      namespace: NAMESPACE,
      workflowExecutionRetentionPeriod: msToTs(RETENTION),
    });
  } catch (error) {
    if (!isGrpcServiceError(error) || Number(error.code) !== ALREADY_EXISTS) throw error;
  }
}

async function addSearchAttributes({ operatorService }: Connection): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace: NAMESPACE });
  const missing = SEARCH_ATTRIBUTES.filter(({ name }) => customAttributes?.[name] === undefined);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map(({ name, typeNumber }) => [name, typeNumber]));
  await operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes });
}

async function searchByAll({ workflowService }: Connection): Promise<void> {
  const query = SEARCH_ATTRIBUTES.map(({ name }) => `${name} is null`).join(' and ');
  await workflowService.countWorkflowExecutions({ namespace: NAMESPACE, query });
}

async function insist<T>(act: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > deadline)
        throw new UpError(
          `Temporal wird nicht bereit: ${error instanceof Error ? error.message : String(error)}`,
        );
      await sleep(PAUSE_MS);
    }
  }
}
