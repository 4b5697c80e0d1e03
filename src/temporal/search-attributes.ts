import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes';
import { SEARCH_ATTRIBUTE_KEYS } from '../workflows/messages';

/** The types as Temporal's command line names them, each at the number that the server has for it. */
const TYPE_NAMES = ['', 'Text', 'Keyword', 'Int', 'Double', 'Bool', 'Datetime', 'KeywordList'];

/** A search attribute as a server or its command line registers it. */
export interface SearchAttribute {
  name: string;
  /** For the command line. */
  typeName: string;
  /** For the server. */
  typeNumber: number;
}

/** What a namespace must know before a case can start in it. */
export const SEARCH_ATTRIBUTES: readonly SearchAttribute[] = SEARCH_ATTRIBUTE_KEYS.map(({ name, type }) => {
  const typeNumber = encodeSearchAttributeIndexedValueType(type) ?? 0;
  return { name, typeName: searchAttributeTypeName(typeNumber), typeNumber };
});

/** Empty for a type that does not exist. */
export function searchAttributeTypeName(typeNumber: number): string {
  return TYPE_NAMES[typeNumber] ?? '';
}
