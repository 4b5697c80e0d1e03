import { isInstant, isLocalDate } from '../domain/clock';

/** What a value looks like that a run may use. Members that it does not name may be anything. */
export type Shape = (value: unknown) => boolean;

/** No interval of a house is longer. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

export const text: Shape = (value) => typeof value === 'string';
export const flag: Shape = (value) => typeof value === 'boolean';
export const instant: Shape = (value) => typeof value === 'string' && isInstant(value);
export const day: Shape = (value) => typeof value === 'string' && isLocalDate(value);
export const wait: Shape = (value) => typeof value === 'number' && value >= 0 && value <= LONGEST_WAIT_MS;
export const count: Shape = (value) => Number.isSafeInteger(value) && (value as number) > 0;

/** For what is not there. */
export const never: Shape = () => false;

export const oneOf =
  (...wanted: readonly unknown[]): Shape =>
  (value) =>
    wanted.includes(value);

/** Also for what results of earlier versions lack. */
export const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || value === null || shape(value);

export const listOf =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(shape);

export const either =
  (...shapes: readonly Shape[]): Shape =>
  (value) =>
    shapes.some((shape) => shape(value));

export const members =
  (shapes: Readonly<Record<string, Shape>>): Shape =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shapes).every(([name, shape]) => shape((value as Record<string, unknown>)[name]));
