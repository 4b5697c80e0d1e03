import type { FastifyInstance } from 'fastify';
import { housesFor } from '../../cases/caller';
import type { ConsoleDependencies } from '../dependencies';
import { show } from '../show';
import { HandbookPage } from './pages';

/** The handbook, behind the same log-in as every page: it names telephone numbers. */
export function registerHandbook(app: FastifyInstance, deps: ConsoleDependencies): void {
  app.get('/handbuch', (request, reply) => {
    const houses = housesFor(deps.houses, request.caller, 'see');
    return show(deps, request, reply, { title: 'Handbuch' }, () => <HandbookPage houses={houses} />);
  });
}
