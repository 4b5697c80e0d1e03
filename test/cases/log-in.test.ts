import { logInByName, logInByToken } from '../../src/cases/log-in';
import { addUp, type Grant } from '../../src/domain/roles';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';

function issue(actor: string, houses: ApiToken['houses']): { token: string; known: ApiToken } {
  const { token, entry } = createToken(actor, '*');
  return { token, known: { sha256: entry.sha256, actor, role: 'lead', houses } };
}

const desk = issue('Kartenbüro FSP', new Set(['FSP']));
const nights = issue('Bereitschaft', 'all');
const leadIn = (houses: Grant['houses']) => addUp([{ role: 'lead', houses }]);

describe('by token', () => {
  const logIn = logInByToken([desk.known, nights.known], hashToken);

  it('knows each caller by their own token, whatever name is given beside it', () => {
    expect(logIn.identify({ token: desk.token, name: 'Jemand anderer' })).toEqual({
      id: 'token:Kartenbüro FSP',
      actor: 'Kartenbüro FSP',
      kind: 'program',
      grants: leadIn(new Set(['FSP'])),
    });
    expect(logIn.identify({ token: nights.token, name: null })).toEqual({
      id: 'token:Bereitschaft',
      actor: 'Bereitschaft',
      kind: 'program',
      grants: leadIn('all'),
    });
  });

  it('identifies by the lasting name, and shows the other', () => {
    const named = logInByToken([{ ...desk.known, name: 'fsp-kassa' }], hashToken);
    expect(named.identify({ token: desk.token, name: null })).toMatchObject({
      id: 'token:fsp-kassa',
      actor: 'Kartenbüro FSP',
    });
  });

  it('knows a token no longer once it has expired, nor by its hash', () => {
    const expires = '2027-07-01T00:00:00+02:00';
    const at = (ms: number) =>
      logInByToken([{ ...desk.known, expires }], hashToken, () => Date.parse(expires) + ms);
    expect(at(-1).identify({ token: desk.token, name: null })).not.toBeNull();
    expect(at(-1).identifyHash(desk.known.sha256)).not.toBeNull();
    expect(at(0).identify({ token: desk.token, name: null })).toBeNull();
    expect(at(0).identifyHash(desk.known.sha256)).toBeNull();
  });

  it.each([
    ['no token', null],
    ['an empty one', ''],
    ['an unknown one', createToken('Niemand', '*').token],
    ['a cut one', nights.token.slice(0, -1)],
    ['the hash of one', nights.known.sha256],
  ])('finds no caller by %s', (_which, token) => {
    expect(logIn.identify({ token, name: 'Bereitschaft' })).toBeNull();
  });

  it('does not show the hash of a token to those who get the caller', () => {
    expect(JSON.stringify(logIn.identify({ token: desk.token, name: null }))).not.toContain(
      desk.known.sha256,
    );
  });
});

describe('by name', () => {
  it('believes whatever name is given, for every house', () => {
    expect(logInByName.identify({ token: nights.token, name: 'Maria Huber' })).toEqual({
      id: 'rehearsal:Maria Huber',
      actor: 'Maria Huber',
      kind: 'rehearsal',
      grants: { ...leadIn('all'), isAdmin: true },
    });
  });

  it('has a name for a caller who gives none', () => {
    expect(logInByName.identify({ token: null, name: null })).toEqual({
      id: 'rehearsal:rehearsal',
      actor: 'rehearsal',
      kind: 'rehearsal',
      grants: { ...leadIn('all'), isAdmin: true },
    });
  });
});
