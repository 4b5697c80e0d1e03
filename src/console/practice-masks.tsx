import type { MaskStep, StepName } from '../domain/vocabulary';
import type { ConsoleDependencies } from './dependencies';

/*
 * Links to the practice masks, which the simulator shows at its own address. They are links and nothing more: what a trainee
 * saves there is their own doing, and Absage has no call that could do it.
 */

/** The last part of each mask's address at the simulator. */
const PATHS: Record<MaskStep, string> = {
  'mark-titles': 'veranstaltungen',
  'set-storno': 'veranstaltungen',
  'verify-channel': 'connect-online',
  'grant-right': 'stornoberechtigungen',
};

/** Where the practice masks are; `null`: in production, or where no simulator answers for Jet. */
export function practiceMasks({
  training,
  isRehearsal,
  isSimulator,
}: Pick<ConsoleDependencies, 'training' | 'isRehearsal' | 'isSimulator'>): string | null {
  return training && isRehearsal && isSimulator() ? `${training.simulatorUrl}/masken` : null;
}

/** The link to the practice mask of a step; nothing without practice masks, or where the step has no mask. */
export function PracticeMask({
  masks,
  step,
  eventNumber,
}: {
  masks: string | null | undefined;
  step: StepName;
  eventNumber: string;
}) {
  return masks && hasMask(step) ? <PracticeLink href={`${masks}/${PATHS[step]}/${eventNumber}`} /> : null;
}

/** Opens beside the page, so that a trainee sees both. */
export function PracticeLink({ href }: { href: string | null | undefined }) {
  return href ? (
    <p class="practice">
      <a href={href} target="_blank" rel="noreferrer">
        Übungsmaske in einem zweiten Fenster öffnen
      </a>
    </p>
  ) : null;
}

function hasMask(step: StepName): step is MaskStep {
  return Object.hasOwn(PATHS, step);
}
