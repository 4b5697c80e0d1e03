import { describeInEachDatabase, openTwice } from './places';

describeInEachDatabase((makePlace) => {
  const both = openTwice(makePlace);

  const at = (second: number) => new Date(Date.UTC(2027, 0, 1, 10, 0, second)).toISOString();

  it('two servers count together, each spending once', async () => {
    const spent = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (index % 2 ? both.here : both.there).spend('a', at(index), 60_000),
      ),
    );
    expect(spent.map(({ count }) => count).sort((one, two) => one - two)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    );
  });

  it('a count begins anew when its time is over, and no other one with it', async () => {
    const until = at(60);
    expect(await both.here.spend('a', at(0), 60_000)).toEqual({ count: 1, until });
    expect(await both.there.spend('b', at(30), 60_000)).toEqual({ count: 1, until: at(90) });
    expect(await both.there.spend('a', at(59), 60_000)).toEqual({ count: 2, until });
    expect(await both.here.spend('a', at(60), 60_000)).toEqual({ count: 1, until: at(120) });
    expect(await both.here.spend('b', at(61), 60_000)).toEqual({ count: 2, until: at(90) });
  });
});
