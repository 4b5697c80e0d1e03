import { buildApp } from '../../src/api/app';
import { idleDependencies } from '../support/api-stage';

it('answers nothing but health before it knows that it may work here', async () => {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const app = await buildApp({ ...idleDependencies(), begun });
  const answered: string[] = [];
  const ask = async (url: string) => {
    const { statusCode } = await app.inject({ url });
    answered.push(`${statusCode} ${url}`);
  };
  const held = ask('/v1/houses');
  await ask('/healthz');
  await ask('/healthz?x=1');
  expect(answered).toEqual(['200 /healthz', '200 /healthz?x=1']);
  begin();
  await held;
  expect(answered.at(-1)).toBe('200 /v1/houses');
  await app.close();
});

it('answers nothing where it may not', async () => {
  const begun = Promise.reject(new Error('a foreign namespace'));
  begun.catch(() => undefined);
  const app = await buildApp({ ...idleDependencies(), begun });
  expect((await app.inject({ url: '/v1/houses' })).statusCode).toBe(500);
  await app.close();
});
