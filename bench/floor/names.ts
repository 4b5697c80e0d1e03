export const FLOOR_WORKFLOW = 'sameEffects';

/** `own-queue`: what calls Jet has a queue of its own, as ours; `eager`: it has not. */
export type FloorKind = 'own-queue' | 'eager';

export const floorTaskQueue = (kind: FloorKind) => `bench-floor-${kind}`;

/** For what calls Jet: Temporal never hands an activity of another queue over together with the workflow task. */
export const floorJetTaskQueue = (kind: FloorKind) =>
  kind === 'own-queue' ? `${floorTaskQueue(kind)}-jet` : floorTaskQueue(kind);
