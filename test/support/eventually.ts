import { setTimeout as pause } from 'node:timers/promises';

/** In milliseconds. What is quick is seen at once; what takes long is not asked so often that asking takes the machine. */
const PAUSES = { first: 10, growth: 1.25, longest: 100 };

/** Asks until the answer meets the test's condition. A question that throws ends it. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isIt: (answer: T) => boolean,
  patienceMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (let wait = PAUSES.first; ; wait = Math.min(wait * PAUSES.growth, PAUSES.longest)) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`after ${patienceMs} ms still ${JSON.stringify(answer)}`);
    await pause(wait);
  }
}
