import { CLAUSE_IDS, CLAUSES, type ClauseId } from './clauses';

export type ClauseState = 'ok' | 'broken' | 'not-tried';

/** What became of one clause. `sent` is `null` where nothing was. */
export interface ClauseCheck {
  id: ClauseId;
  clause: string;
  state: ClauseState;
  sent: string | null;
  expected: string;
  seen: string;
  risk: string;
}

type Note = Pick<ClauseCheck, 'state' | 'sent' | 'seen'>;

const NOT_REACHED: Note = { state: 'not-tried', sent: null, seen: 'dazu kam es nicht' };

/** The findings, clause by clause. A clause is broken by one look that broke it, and held where all looks held it. */
export class Book {
  private readonly notes = new Map<ClauseId, Note>();

  judge(id: ClauseId, holds: boolean, seen: string, sent: string | null = null): void {
    if (this.isBroken(id)) return;
    this.notes.set(id, { state: holds ? 'ok' : 'broken', sent, seen });
  }

  /** Why a clause could not be looked at. What has been judged stays. */
  skip(ids: readonly ClauseId[], reason: string): void {
    for (const id of ids)
      if (!this.notes.has(id)) this.notes.set(id, { state: 'not-tried', sent: null, seen: reason });
  }

  isBroken(id: ClauseId): boolean {
    return this.notes.get(id)?.state === 'broken';
  }

  checks(): ClauseCheck[] {
    return CLAUSE_IDS.map((id) => {
      const { clause, expected, risk } = CLAUSES[id];
      const { state, sent, seen } = this.notes.get(id) ?? NOT_REACHED;
      return { id, clause, state, sent, expected, seen, risk };
    });
  }
}
