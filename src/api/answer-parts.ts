import { z } from 'zod';
import { ACTIONS, CASE_STATES, STEPS } from '../domain/vocabulary';

/* The small parts that the schemas of several answers share. */

export const instant = z.string().meta({ format: 'date-time' });
export const day = z.string().meta({ format: 'date' });
export const nullableText = z.string().nullable();
export const step = z.enum(STEPS);
export const state = z.enum(CASE_STATES);
export const action = z.enum(ACTIONS);
export const codedText = z.object({ code: z.string(), text: z.string() }).meta({ id: 'CodedText' });
