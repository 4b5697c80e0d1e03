import type { Child } from 'hono/jsx';
import type { Block, Column } from './block';
import type { ProtocolDocument } from './document';
import type { SeriesProtocolDocument } from './series-document';
import { visible } from '../domain/visible';
import { toPages } from './pages';

/** The addresses of the other forms of the same document. Without them the page names no other form. */
export interface ProtocolLinks {
  pdf: string;
  json: string;
  /** The page of the case or of the series, and how the link to it is called. */
  back: string;
  backText: string;
}

/** The Protokoll as a page, from the document alone. Every text in it is data: JSX escapes it. */
export function renderProtocolHtml(
  document: ProtocolDocument | SeriesProtocolDocument,
  links?: ProtocolLinks,
): string {
  const { heading, language, banner, subject, headline, mood, lead, blocks } = toPages(document);
  const page = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{visible(banner ? `${heading} (Probebetrieb)` : heading)}</title>
        <link rel="stylesheet" href="/assets/console.css" />
      </head>
      <body class="protocol">
        <header>
          {banner && <p class="rehearsal">{banner}</p>}
          <p class="subject">{visible(subject)}</p>
          <h1>{visible(heading)}</h1>
          {links && (
            <p class="downloads">
              <a href={links.back}>{links.backText}</a> · <a href={links.pdf}>Als PDF</a> ·{' '}
              <a href={links.json}>Als JSON</a>
            </p>
          )}
        </header>
        <main>
          <section class={`outcome outcome-${mood}`}>
            <h2>{headline}</h2>
            <p class="lead">
              <Lines text={lead} />
            </p>
          </section>
          {toSections(blocks).map((section) => (
            <section>{section.map(renderBlock)}</section>
          ))}
        </main>
        {banner && (
          <footer>
            <p class="rehearsal">{banner}</p>
          </footer>
        )}
      </body>
    </html>
  );
  return `<!DOCTYPE html>\n${String(page)}\n`;
}

/** A section begins with each heading. */
function toSections(blocks: readonly Block[]): Block[][] {
  const sections: Block[][] = [];
  for (const block of blocks) {
    if (block.kind === 'heading' || sections.length === 0) sections.push([]);
    sections.at(-1)?.push(block);
  }
  return sections;
}

function renderBlock(block: Block): Child {
  switch (block.kind) {
    case 'heading':
      return <h2>{block.text}</h2>;
    case 'paragraph':
      return (
        <p class={block.tone}>
          <Lines text={block.text} />
        </p>
      );
    case 'facts':
      return (
        <table class="facts">
          <caption>{block.caption}</caption>
          <tbody>
            {block.rows.map(({ label, value, isCode }) => (
              <tr>
                <th scope="row">{label}</th>
                <td>
                  <Value text={value} isCode={isCode} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      );
    case 'table':
      return <DataTable {...block} />;
    case 'list':
      return (
        <ul class={block.hasBoxes ? 'to-do' : undefined}>
          {block.items.map((item) => (
            <li>
              {block.hasBoxes && <span aria-hidden="true">☐ </span>}
              {visible(item)}
            </li>
          ))}
        </ul>
      );
    case 'letter':
      return (
        <figure class="letter">
          <figcaption>{block.caption}</figcaption>
          <pre>{visible(block.text)}</pre>
        </figure>
      );
    case 'signatures':
      return (
        <div class="signatures">
          {block.lines.map((line) => (
            <p class="signature">{line}</p>
          ))}
        </div>
      );
  }
}

function DataTable({ caption, columns, rows }: { caption: string; columns: Column[]; rows: string[][] }) {
  return (
    <div class="scroll" role="region" aria-label={caption} tabindex={0}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th scope="col">{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((text, index) =>
                index === 0 ? (
                  <th scope="row">
                    <Lines text={text} />
                  </th>
                ) : (
                  <td>
                    <Value text={text} isCode={columns[index]?.isCode} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Value({ text, isCode }: { text: string; isCode?: boolean }) {
  return isCode ? (
    <code>
      <Lines text={text} />
    </code>
  ) : (
    <Lines text={text} />
  );
}

/** Keeps line breaks as elements: a page without styles of its own has no other way. */
function Lines({ text }: { text: string }) {
  const lines = visible(text).split('\n');
  return (
    <>
      {lines.map((line, index) => (
        <>
          {index > 0 && <br />}
          {line}
        </>
      ))}
    </>
  );
}
