import { exercises, renderLessonPlan } from '../../src/console/training/lesson-plan';
import { MISHAPS } from '../../src/console/training/mishaps';

it('has each mishap of the training, with the minutes of an hour at most', () => {
  const titles = exercises().map(({ title }) => title);
  expect(titles).toEqual(expect.arrayContaining(MISHAPS.map(({ title }) => title)));
  expect(new Set(titles).size).toBe(titles.length);
  const minutes = exercises().reduce((sum, exercise) => sum + exercise.minutes, 0);
  expect(minutes).toBeGreaterThan(30);
  expect(minutes).toBeLessThanOrEqual(60);
});

it('says of each exercise when it begins, what is seen and what is decided', () => {
  for (const { when, see, decide } of exercises()) {
    for (const text of [when, see, decide]) expect(text).toMatch(/\p{L}{3}/u);
  }
});

it('is the same file for the same time', async () => {
  const at = new Date('2026-12-12T18:00:00Z');
  expect((await renderLessonPlan(at)).equals(await renderLessonPlan(at))).toBe(true);
});
