import { type Client, isGrpcServiceError } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from './search-attributes';

/** What a server can have switched off, or be too old for, and a cancellation cannot do without. */
export const ABILITIES = {
  /** Every read of Jet for a search, a preview or a plan. */
  standaloneActivities: 'standalone activities',
  /** Every action of a person. */
  syncUpdate: 'updates',
} as const;

export type Ability = keyof typeof ABILITIES;

type WorkflowService = Client['workflowService'];
type OperatorService = Client['connection']['operatorService'];

/** The abilities that the server does not offer in this namespace. Rejects when the server cannot be asked. */
export async function findMissingAbilities(
  workflowService: WorkflowService,
  namespace: string,
): Promise<Ability[]> {
  const { namespaceInfo } = await workflowService.describeNamespace({ namespace });
  const abilities = Object.keys(ABILITIES) as Ability[];
  return abilities.filter((ability) => namespaceInfo?.capabilities?.[ability] !== true);
}

/** Absage's own search attributes that the namespace does not know. Rejects when the server cannot be asked. */
async function findMissingAttributes(operatorService: OperatorService, namespace: string): Promise<string[]> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  return SEARCH_ATTRIBUTES.filter(
    ({ name, typeNumber }) => (customAttributes?.[name] ?? 0) !== typeNumber,
  ).map(({ name }) => name);
}

/**
 * Everything that the server lacks and without which no cancellation can begin, or be acted on, in plain words; none
 * where all of it is there. Rejects when the server cannot be asked.
 */
export async function findMissing({ connection, workflowService, options }: Client): Promise<string[]> {
  const { namespace } = options;
  const [abilities, attributes] = await Promise.all([
    findMissingAbilities(workflowService, namespace),
    findMissingAttributes(connection.operatorService, namespace).catch(noneWhereRefused),
  ]);
  return [
    ...abilities.map((ability) => ABILITIES[ability]),
    ...attributes.map((name) => `search attribute ${name}`),
  ];
}

function noneWhereRefused(error: unknown): string[] {
  if (isListingRefused(error)) return [];
  throw error;
}

/** A key that may run workflows need not be allowed to list attributes, which says nothing about them. */
export function isListingRefused(error: unknown): boolean {
  return isGrpcServiceError(error) && LISTING_REFUSED.includes(error.code);
}

const LISTING_REFUSED: readonly number[] = [
  7 /* permission denied */, 12 /* unimplemented */, 16 /* unauthenticated */,
];
