import type { FastifyRequest } from 'fastify';
import { EVENT_NUMBER, HOUSE_KEY } from '../domain/input';

/** A fault of ours while it was answered: the line says where, and of which event where the address names one. */
export function logFault(request: FastifyRequest, error: unknown, what: string): void {
  const { method, routeOptions, params } = request;
  const route = `${method} ${routeOptions.url ?? '(none)'}`;
  request.log.error({ err: error, code: 'internal', route, ...eventOf(params) }, what);
}

function eventOf(params: unknown): { house?: string; eventNumber?: string } {
  const { house, eventNumber } = (params ?? {}) as Record<string, unknown>;
  return {
    ...(typeof house === 'string' && HOUSE_KEY.test(house) && { house }),
    ...(typeof eventNumber === 'string' && EVENT_NUMBER.test(eventNumber) && { eventNumber }),
  };
}
