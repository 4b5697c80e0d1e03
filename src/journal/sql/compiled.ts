import type { Compilable, CompiledQuery, Kysely } from 'kysely';

/** Stands for a value in a query that is built before there is any. */
class Place {
  constructor(readonly name: string) {}
}

/**
 * A query of one shape, for those that every case asks many times: it is built and compiled at its first use in a database, and
 * from then on only given its values. So `build` sees no values, and has to put each of them into the query as it is.
 *
 * @example
 * const hashesOf = compiled((db: Db, { caseId }: { caseId: string }) =>
 *   db.selectFrom('entry').select('hash').where('case_id', '=', caseId));
 * const rows = await hashesOf(db, { caseId });
 */
export function compiled<T, V extends object, O>(
  build: (db: Kysely<T>, values: V) => Compilable<O>,
): (db: Kysely<T>, values: V) => Promise<O[]> {
  // By what writes its text: a transaction shares it with its database.
  const known = new WeakMap<object, CompiledQuery<O>>();
  return async (db, values) => {
    const { adapter } = db.getExecutor();
    const query = known.get(adapter) ?? build(db, placesFor(values)).compile();
    known.set(adapter, query);
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Place ? values[parameter.name as keyof V] : parameter,
    );
    return (await db.executeQuery<O>({ ...query, parameters })).rows;
  };
}

function placesFor<V extends object>(values: V): V {
  return Object.fromEntries(Object.keys(values).map((name) => [name, new Place(name)])) as V;
}
