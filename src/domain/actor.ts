const WEB_UI_PREFIX = 'web-ui:';

/** Who acts, as every line of the journal says it. */
export interface Actor {
  /** The shown name. */
  actor: string;
  /**
   * Who that is, as it was proven: compared, never shown. `null`: not proven. Then the run was begun before lines said
   * it, or whoever resumed it has proven the start, and not the orderer.
   */
  actorId: string | null;
}

/** Absage itself: it tells the house what has happened, and nobody has to ask for that. */
export const ABSAGE: Actor = { actor: 'Absage', actorId: 'absage' };

/** Who is named by the input of a step, or by a line: those of before say no identity. */
export function actorOf({ actor, actorId = null }: { actor: string; actorId?: string | null }): Actor {
  return { actor, actorId };
}

/** Somebody whom nobody has checked. */
export function unprovenActor(stated: string): Actor {
  const actor = unproven(stated);
  return { actor, actorId: actor };
}

/** Whether that is what somebody has stated, and nobody has checked. */
export function isUnproven(actorId: string): boolean {
  return actorId.startsWith(WEB_UI_PREFIX);
}

/** The name of an actor whom nobody has checked, as the journal records it. */
export function unproven(actor: string): string {
  return isUnproven(actor) ? actor : `${WEB_UI_PREFIX}${actor}`;
}
