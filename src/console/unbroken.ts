/** Markup, elements whose text is none, and what is kept together already. A `>` in an attribute is escaped by the template. */
const MARKUP = /<(textarea|title|option)\b[^>]*>[\s\S]*?<\/\1>|<span class="whole">[^<]*<\/span>|<[^>]*>/g;

const NAME = /Ö-Tickets?/g;

/**
 * Keeps "Ö-Ticket" on one line: browsers break after its hyphen, and on a phone "Ö-" alone is no word. The text stays as it is,
 * so that it can be searched for and copied.
 */
export function unbroken(html: string): string {
  let end = 0;
  let whole = '';
  for (const found of html.matchAll(MARKUP)) {
    whole += wrapped(html.slice(end, found.index)) + found[0];
    end = found.index + found[0].length;
  }
  return whole + wrapped(html.slice(end));
}

function wrapped(text: string): string {
  return text.replace(NAME, (name) => `<span class="whole">${name}</span>`);
}
