interface Waiting<T> {
  value: T;
  taken(): void;
}

/**
 * What several sources yield, each in its own order. A source goes on when its last value was taken, so a slow reader
 * makes all of them wait. Ends with the last of them.
 */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T, void> {
  const waiting: Waiting<T>[] = [];
  let open = sources.length;
  let failure: { error: unknown } | null = null;
  let wake = () => {};
  const follow = async (source: AsyncIterable<T>) => {
    try {
      for await (const value of source) {
        await new Promise<void>((taken) => {
          waiting.push({ value, taken });
          wake();
        });
      }
    } catch (error) {
      failure ??= { error };
    } finally {
      open -= 1;
      wake();
    }
  };
  for (const source of sources) void follow(source);
  for (;;) {
    const next = waiting.shift();
    if (next) {
      yield next.value;
      next.taken();
    } else if (failure) throw (failure as { error: unknown }).error;
    else if (open === 0) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}
