import type { FastifyHelmetOptions } from '@fastify/helmet';

const SELF = ["'self'"];
const NONE = ["'none'"];

/** What a page may load, and who may frame it. */
function policy(frameAncestors: string[]) {
  return {
    useDefaults: false,
    directives: {
      defaultSrc: NONE,
      styleSrc: SELF,
      scriptSrc: SELF,
      imgSrc: SELF,
      connectSrc: SELF,
      workerSrc: SELF,
      frameSrc: SELF,
      formAction: SELF,
      baseUri: NONE,
      frameAncestors,
    },
  };
}

/** For every page: nothing from elsewhere, and in nobody's frame. */
export function pagePolicy(isSecure: boolean): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: policy(NONE),
    strictTransportSecurity: isSecure,
    referrerPolicy: { policy: 'same-origin' },
  };
}

/** For the one page that stands in a frame of another one: it shows a state, and has nothing to press. */
export const IN_A_FRAME = { contentSecurityPolicy: policy(SELF) };
