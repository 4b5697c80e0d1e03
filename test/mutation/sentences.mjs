/** Two words with a blank between them, at least: what people read. */
const SENTENCE = /\p{L}{2}[\p{L}\p{P}]* \p{P}?\p{L}{2}/u;

/** For Stryker: texts that are sentences are not mutated (see stryker.config.mjs). */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'sentences',
    value: {
      shouldIgnore: ({ node }) =>
        node.type === 'StringLiteral' && SENTENCE.test(node.value) ? 'a sentence' : undefined,
    },
  },
];
