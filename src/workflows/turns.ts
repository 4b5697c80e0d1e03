import { CancellationScope, sleep } from '@temporalio/workflow';
import type { CancellationInput } from '../domain/case';

/** What may be stopped before it is done: an attempt at a step, or a wait. */
type Stoppable = 'attempt' | 'wait';

/**
 * How a run puts its work into promises and scopes. The SDK takes a stack for every promise of a run, so there should be few.
 * Fewer promises are fewer turns, though, and turns decide which of two things that happen at once comes first: a run keeps the way
 * that it has begun with, or it would not replay.
 */
export interface Turns {
  /** Passes on what the work gives. */
  pass<T>(work: () => Promise<T>): Promise<T>;
  /** Nothing from outside of the work cancels it. */
  protect<T>(work: () => Promise<T>): Promise<T>;
  /** The work gets the scope that cancels it. */
  cancellable<T>(work: (scope: CancellationScope) => Promise<T>): Promise<T>;
  /** One attempt, until it is stopped. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
  /** For so many milliseconds, or until it is stopped. */
  sleep(ms: number, summary: string): Promise<void>;
  /** Only what is under way is stopped. */
  stop(what: Stoppable): void;
  /** Whether what need not be waited for is not even begun. */
  areFew: boolean;
}

/** An input of before says nothing; one that somebody made up may be anything. */
export function turnsOf(input: Partial<CancellationInput> | null | undefined): Turns {
  return input?.hasFewTurns === true ? new FewTurns() : new EarlierTurns();
}

/**
 * A scope without a time-out, so nothing has to be done after its work: the library's own puts two promises around each work.
 */
class Scope extends CancellationScope {
  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }
}

class FewTurns implements Turns {
  readonly areFew = true;
  /** Attempts and waits share it until one was stopped: one for each would make more promises than the activities. */
  private shared: Scope | null = null;
  private underWay: Stoppable | null = null;

  pass<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  protect<T>(work: () => Promise<T>): Promise<T> {
    return new Scope({ cancellable: false }).run(work);
  }

  cancellable<T>(work: (scope: CancellationScope) => Promise<T>): Promise<T> {
    const scope = new Scope();
    return scope.run(() => work(scope));
  }

  attempt<T>(work: () => Promise<T>): Promise<T> {
    return this.untilStopped('attempt', work);
  }

  sleep(ms: number, summary: string): Promise<void> {
    return this.untilStopped('wait', () => sleep(ms, { summary }));
  }

  stop(what: Stoppable): void {
    if (this.underWay === what) this.shared?.cancel();
  }

  private untilStopped<T>(what: Stoppable, work: () => Promise<T>): Promise<T> {
    const { shared } = this;
    const isUsable = shared?.parent === CancellationScope.current() && !shared.consideredCancelled;
    this.shared = isUsable ? shared : new Scope();
    this.underWay = what;
    return this.shared.run(work);
  }
}

/** Of the runs that were begun before there were few. Nothing may be changed here: turn by turn, their histories tell of it. */
class EarlierTurns implements Turns {
  readonly areFew = false;
  private readonly scopes: Record<Stoppable, CancellationScope | null> = { attempt: null, wait: null };

  async pass<T>(work: () => Promise<T>): Promise<T> {
    return work();
  }

  protect<T>(work: () => Promise<T>): Promise<T> {
    return CancellationScope.nonCancellable(work);
  }

  cancellable<T>(work: (scope: CancellationScope) => Promise<T>): Promise<T> {
    return CancellationScope.cancellable(async () => work(CancellationScope.current()));
  }

  async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await CancellationScope.cancellable(async () => {
        this.scopes.attempt = CancellationScope.current();
        return work();
      });
    } finally {
      this.scopes.attempt = null;
    }
  }

  async sleep(ms: number, summary: string): Promise<void> {
    try {
      await CancellationScope.cancellable(async () => {
        this.scopes.wait = CancellationScope.current();
        await sleep(ms, { summary });
      });
    } finally {
      this.scopes.wait = null;
    }
  }

  stop(what: Stoppable): void {
    this.scopes[what]?.cancel();
  }
}
